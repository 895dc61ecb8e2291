//! The cost of observing a script: the same script alternately with and without `try`, so that load affects
//! both alike. Each line of the result has the figure and its limit; with `OVER` the limit was exceeded.
//!
//! `cargo bench --bench try` (needs a Python; `FORKLORE_PYTHON` names one, `FORKLORE_PAIRS` the number of runs)

use std::{
    env,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use forklore::measure;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// Pairs of runs.
const PAIRS: usize = 11;

/// The most that the start-up may be longer.
const START_LIMIT_S: f64 = 0.15;

/// The most memory of Forklore itself.
const MEMORY_LIMIT_MIB: f64 = 50.0;

/// The most time for the report of 3,000 processes.
const REPORT_LIMIT_S: f64 = 2.0;

/// A script, and the highest ratio of its times with `try` and without.
struct WatchedScript {
    name: &'static str,
    text: &'static str,
    limit: f64,
    /// Whether plain Python writes each line at once too, as on a terminal.
    unbuffered: bool,
}

const fn script(name: &'static str, text: &'static str, limit: f64) -> WatchedScript {
    WatchedScript {
        name,
        text,
        limit,
        unbuffered: false,
    }
}

const fn printing(name: &'static str, text: &'static str) -> WatchedScript {
    WatchedScript {
        unbuffered: true,
        ..script(name, text, 1.5)
    }
}

const SCRIPTS: [WatchedScript; 8] = [
    script("one process that computes", COMPUTES, 1.05),
    script("two processes that compute", PROCESSES, 1.05),
    script("a pool of many small tasks", TASKS, 1.3),
    script("2,000 short threads", THREADS, 1.3),
    script("a process that takes and releases locks", LOCKS, 1.05),
    printing("200,000 printed lines", LINES),
    printing("100 MB in long lines", LONG_LINES),
    printing("100 MB in blocks", BLOCKS),
];

const COMPUTES: &str = "
total = 0
for number in range(20_000_000):
    total += number * number % 7
print(total)
";

const PROCESSES: &str = r#"
import multiprocessing

def work():
    total = 0
    for number in range(15_000_000):
        total += number * number % 7

if __name__ == "__main__":
    children = [multiprocessing.Process(target=work) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
"#;

const TASKS: &str = r#"
import multiprocessing

def square(number):
    return number * number

if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        print(sum(pool.imap(square, range(20_000))))
"#;

const THREADS: &str = "
import threading
for number in range(2_000):
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
";

const LINES: &str = "
for number in range(200_000):
    print(number)
";

const LONG_LINES: &str = "
line = 'x' * 999
for number in range(100_000):
    print(line)
";

const BLOCKS: &str = "
import sys
block = ('x' * 99 + '\\n') * 1_000
for number in range(1_000):
    sys.stdout.write(block)
";

const LOCKS: &str = "
import multiprocessing, threading
for lock in (multiprocessing.Lock(), threading.Lock()):
    for number in range(2_000_000):
        with lock:
            pass
";

const FEWER_LINES: &str = "
for number in range(100_000):
    print(number)
";

/// It measures itself: the time of so many updates in a fresh process, without its start.
const UPDATES: &str = r#"
import multiprocessing, time
total = multiprocessing.Value("i", 0)
began = time.perf_counter()
for number in range(20_000):
    total.value += 1
print(time.perf_counter() - began)
"#;

const MANY_PROCESSES: &str = r#"
import multiprocessing

if __name__ == "__main__":
    for _ in range(300):
        children = [multiprocessing.Process(target=int) for _ in range(10)]
        for child in children:
            child.start()
        for child in children:
            child.join()
"#;

/// What is measured, and where.
struct Bench {
    python: String,
    folder: PathBuf,
    script: PathBuf,
    pairs: usize,
}

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let pairs = env::var("FORKLORE_PAIRS").ok();
    let bench = Bench {
        python: env::var("FORKLORE_PYTHON").unwrap_or_else(|_| "python3".to_owned()),
        folder: folder.path().to_owned(),
        script: folder.path().join("script.py"),
        pairs: pairs.and_then(|pairs| pairs.parse().ok()).unwrap_or(PAIRS),
    };
    bench.measure_start()?;
    for script in &SCRIPTS {
        bench.measure_script(script)?;
    }
    bench.measure_lines("100,000 lines into a pipe", seconds)?;
    bench.measure_lines("100,000 lines onto a terminal", seconds_on_terminal)?;
    bench.measure_updates()?;
    bench.measure_memory("memory with 100 MB in long lines", LONG_LINES)?;
    bench.measure_memory("memory with 100 MB in blocks", BLOCKS)?;
    bench.measure_report()
}

impl Bench {
    fn plain(&self, options: &[&str]) -> Vec<String> {
        self.words(&[&self.python], options)
    }

    fn watched(&self, options: &[&str]) -> Vec<String> {
        let program = env!("CARGO_BIN_EXE_forklore");
        self.words(&[program, "try", "--python", &self.python], options)
    }

    /// The words of a command that runs the script.
    fn words(&self, program: &[&str], options: &[&str]) -> Vec<String> {
        let words = program.iter().chain(options).map(|&word| word.to_owned());
        let script = self.script.to_string_lossy().into_owned();
        words.chain([script]).collect()
    }

    /// Runs both alternately, and returns the median of each.
    fn compare(
        &self,
        mut plain: impl FnMut() -> io::Result<f64>,
        mut watched: impl FnMut() -> io::Result<f64>,
    ) -> io::Result<(f64, f64)> {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..self.pairs {
            without.push(plain()?);
            with.push(watched()?);
        }
        Ok((median(&mut without), median(&mut with)))
    }

    fn measure_start(&self) -> io::Result<()> {
        std::fs::write(&self.script, "")?;
        let (plain, with) = self.compare(
            || seconds(&self.plain(&[]), &self.folder),
            || seconds(&self.watched(&[]), &self.folder),
        )?;
        let text = format!(
            "plain {plain:.3} s, watched {with:.3} s, {:.0} ms more",
            (with - plain) * 1e3
        );
        show("start-up", &text, with - plain, START_LIMIT_S, "s more")
    }

    /// Compares the times of a script from its start to its end. Forklore's work before the script starts (querying the
    /// Python) is not part of the cost.
    fn measure_script(&self, script: &WatchedScript) -> io::Result<()> {
        std::fs::write(&self.script, script.text)?;
        let options: &[&str] = if script.unbuffered { &["-u"] } else { &[] };
        let (plain, with) = self.compare(
            || seconds(&self.plain(options), &self.folder),
            || self.inner_seconds(),
        )?;
        show_ratio(script.name, plain, with, script.limit)
    }

    /// Compares the times of both commands from their start to their end.
    fn measure_lines(
        &self,
        name: &str,
        seconds: fn(&[String], &Path) -> io::Result<f64>,
    ) -> io::Result<()> {
        std::fs::write(&self.script, FEWER_LINES)?;
        let (plain, with) = self.compare(
            || seconds(&self.plain(&["-u"]), &self.folder),
            || seconds(&self.watched(&[]), &self.folder),
        )?;
        show_ratio(name, plain, with, 1.5)
    }

    fn measure_updates(&self) -> io::Result<()> {
        std::fs::write(&self.script, UPDATES)?;
        let plain = || {
            let words = self.plain(&[]);
            number(&String::from_utf8_lossy(&output_of(&words, &self.folder)?))
        };
        let watched = || {
            let report = self.report()?;
            let line = &report["backends"][0]["workers"][0]["output"][0];
            number(line.as_str().unwrap_or_default())
        };
        let (plain, with) = self.compare(plain, watched)?;
        show_ratio("20,000 updates of a shared value", plain, with, 1.1)
    }

    fn measure_memory(&self, name: &str, text: &str) -> io::Result<()> {
        std::fs::write(&self.script, text)?;
        let words = self.watched(&[]);
        let mut command = command(&words, &self.folder);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut peak = None;
        while child.try_wait()?.is_none() {
            peak = peak.max(measure::peak_memory(child.id()));
            std::thread::sleep(Duration::from_millis(5));
        }
        let mib = peak.unwrap_or_default() as f64 / f64::from(1 << 20);
        show(name, &format!("{mib:.0} MiB"), mib, MEMORY_LIMIT_MIB, "MiB")
    }

    fn measure_report(&self) -> io::Result<()> {
        std::fs::write(&self.script, MANY_PROCESSES)?;
        let saved = self.folder.join("saved.jsonl");
        let saved = saved.to_string_lossy();
        output_of(&self.watched(&["--save", &saved]), &self.folder)?;
        let words = [env!("CARGO_BIN_EXE_forklore"), "replay", &saved].map(str::to_owned);
        let mut times = Vec::new();
        for _ in 0..self.pairs {
            times.push(seconds(&words, &self.folder)?);
        }
        let time = median(&mut times);
        let text = format!("{time:.3} s");
        show(
            "the report of 3,000 processes",
            &text,
            time,
            REPORT_LIMIT_S,
            "s",
        )
    }

    fn report(&self) -> io::Result<serde_json::Value> {
        let output = output_of(&self.watched(&["--format", "json"]), &self.folder)?;
        Ok(serde_json::from_slice(&output)?)
    }

    /// The duration of the script itself, from its start to its end.
    fn inner_seconds(&self) -> io::Result<f64> {
        let report = self.report()?;
        let wall = &report["backends"][0]["trials"][0]["total_s"];
        wall.as_f64()
            .ok_or_else(|| io::Error::other(format!("no times in {report}")))
    }
}

fn show_ratio(name: &str, plain: f64, with: f64, limit: f64) -> io::Result<()> {
    let ratio = with / plain;
    let text = format!("plain {plain:.3} s, watched {with:.3} s, ratio {ratio:.3}");
    show(name, &text, ratio, limit, "×")
}

fn show(name: &str, text: &str, figure: f64, limit: f64, unit: &str) -> io::Result<()> {
    let verdict = if figure > limit { " OVER" } else { "" };
    writeln!(
        io::stdout(),
        "{name}: {text} (limit {limit} {unit}){verdict}"
    )
}

fn command(words: &[String], folder: &Path) -> Command {
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// The duration of a command whose output goes into a pipe.
fn seconds(words: &[String], folder: &Path) -> io::Result<f64> {
    let began = Instant::now();
    let mut child = command(words, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut output) = child.stdout.take() {
        io::copy(&mut output, &mut io::sink())?;
    }
    check_end(words, child.wait()?)?;
    Ok(began.elapsed().as_secs_f64())
}

/// The duration of a command whose output goes onto a terminal.
fn seconds_on_terminal(words: &[String], folder: &Path) -> io::Result<f64> {
    let began = Instant::now();
    let pair = native_pty_system()
        .openpty(PtySize::default())
        .map_err(io::Error::other)?;
    let mut command = CommandBuilder::new(&words[0]);
    command.args(&words[1..]);
    command.cwd(folder);
    let mut child = pair
        .slave
        .spawn_command(command)
        .map_err(io::Error::other)?;
    drop(pair.slave);
    let mut screen = pair.master.try_clone_reader().map_err(io::Error::other)?;
    // At the end of its last program, a terminal gives an error in place of an end.
    let mut buffer = vec![0; 1 << 16];
    while screen.read(&mut buffer).is_ok_and(|size| size > 0) {}
    let status = child.wait()?;
    if !status.success() {
        return Err(io::Error::other(format!("{words:?} failed: {status:?}")));
    }
    Ok(began.elapsed().as_secs_f64())
}

fn output_of(words: &[String], folder: &Path) -> io::Result<Vec<u8>> {
    let output = command(words, folder).output()?;
    check_end(words, output.status)?;
    Ok(output.stdout)
}

fn check_end(words: &[String], status: ExitStatus) -> io::Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("{words:?} failed: {status}")))
}

fn number(text: &str) -> io::Result<f64> {
    text.trim().parse().map_err(io::Error::other)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
