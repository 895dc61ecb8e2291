//! The cost of observing a script: the same script alternately with and without `try`, so that load affects
//! both alike. The result is the ratio of the medians of the wall time, from the script's start to its end.
//!
//! `cargo bench --bench try` (needs a Python; `FORKLORE_PYTHON` names one)

use std::{
    env,
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// Pairs of runs.
const PAIRS: usize = 11;

/// The scripts: names and texts.
const SCRIPTS: [(&str, &str); 8] = [
    ("one process that computes", COMPUTES),
    ("two processes that compute", PROCESSES),
    ("a pool of many small tasks", TASKS),
    ("2,000 short threads", THREADS),
    ("200,000 printed lines", LINES),
    ("100 MB in long lines", LONG_LINES),
    ("100 MB in blocks", BLOCKS),
    ("a process that takes and releases locks", LOCKS),
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

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    let python = env::var("FORKLORE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("script.py");
    std::fs::write(&script, "")?;
    let (mut plain, mut with) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        plain.push(seconds(Command::new(&python).arg(&script), folder.path())?);
        let mut command = Command::new(env!("CARGO_BIN_EXE_forklore"));
        command.args(["try", "--python", &python]).arg(&script);
        with.push(seconds(&mut command, folder.path())?);
    }
    let (plain, with) = (median(&mut plain), median(&mut with));
    writeln!(
        out,
        "start-up: plain {plain:.3} s, watched {with:.3} s, {:.0} ms more",
        (with - plain) * 1e3
    )?;
    for (name, text) in SCRIPTS {
        std::fs::write(&script, text)?;
        let watched = [
            "try".as_ref(),
            "--python".as_ref(),
            python.as_ref(),
            "--format".as_ref(),
            "json".as_ref(),
            script.as_os_str(),
        ];
        // Forklore's work before the script starts (querying the Python) is not part of the cost.
        let (mut plain, mut with) = (Vec::new(), Vec::new());
        for _ in 0..PAIRS {
            plain.push(seconds(Command::new(&python).arg(&script), folder.path())?);
            let mut command = Command::new(env!("CARGO_BIN_EXE_forklore"));
            with.push(inner_seconds(command.args(watched), folder.path())?);
        }
        let (plain, with) = (median(&mut plain), median(&mut with));
        writeln!(
            out,
            "{name}: plain {plain:.3} s, watched {with:.3} s, ratio {:.3}",
            with / plain
        )?;
    }
    Ok(())
}

/// The duration of a command.
fn seconds(command: &mut Command, folder: &Path) -> io::Result<f64> {
    // A pipe, as a watched script has.
    command.current_dir(folder).stdout(Stdio::piped());
    let began = Instant::now();
    let mut child = command.spawn()?;
    if let Some(mut output) = child.stdout.take() {
        io::copy(&mut output, &mut io::sink())?;
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(io::Error::other(format!("{command:?} failed: {status}")));
    }
    Ok(began.elapsed().as_secs_f64())
}

/// The duration of the script itself, from its start to its end.
fn inner_seconds(command: &mut Command, folder: &Path) -> io::Result<f64> {
    let output = command.current_dir(folder).output()?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(why));
    }
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let wall = &report["backends"][0]["trials"][0]["total_s"];
    wall.as_f64()
        .ok_or_else(|| io::Error::other(format!("no times in {report}")))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
