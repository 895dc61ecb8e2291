//! How the time of what a user waits for grows with its size, through the real program: a factor of 2 where the size
//! doubles is linear. Ends with 1 where a limit is exceeded.
//!
//! `cargo bench --bench growth`

use std::{
    ffi::OsStr,
    fs,
    io::{self, Write},
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use forklore::record::{
    Backend, EventKind, Machine, Params, Recorder, Recording, ResourceUsage, RunStatus, TrialTimes,
    Value, WorkerId, WorkerKind,
};
use nix::sys::resource::{UsageWho, getrusage};

/// A doubled size may take this many times as long: twice, and what a busy machine adds.
const MOST_GROWTH: f64 = 2.6;
/// The time of a million events, in seconds: to save them, and to replay them.
const MOST_SECONDS: f64 = 5.0;
/// The memory of a replay of a million events.
const MOST_MEMORY: u64 = 200 << 20;
/// The fastest of so many runs counts.
const RUNS: usize = 3;

fn main() -> io::Result<ExitCode> {
    let bench = GrowthBench {
        folder: tempfile::tempdir()?.keep(),
    };
    let is_good = bench.run();
    fs::remove_dir_all(&bench.folder)?;
    Ok(ExitCode::from(u8::from(!is_good?)))
}

struct GrowthBench {
    folder: PathBuf,
}

impl GrowthBench {
    fn run(&self) -> io::Result<bool> {
        // The memory of children is known as that of the largest one, so the largest one is first.
        let mut is_good = self.replay_million()?;
        is_good &= self.measure("replay, by workers", [100, 200], |bench, workers| {
            let file = bench.save_numbers(workers, 100)?;
            Ok(vec!["replay".into(), file.into_os_string()])
        })?;
        is_good &= self.measure("replay, by repeats", [4000, 8000], |bench, repeats| {
            let file = bench.save_numbers(4, repeats)?;
            Ok(vec!["replay".into(), file.into_os_string()])
        })?;
        is_good &= self.measure("lint --static, by lessons", [250, 500], |bench, lessons| {
            let folder = bench.write_lessons(lessons)?;
            Ok(["lint".into(), "--static".into(), folder.into_os_string()].to_vec())
        })?;
        is_good &= self.measure(
            "progress, by entries",
            [50_000, 100_000],
            |bench, entries| {
                bench.write_progress(entries)?;
                Ok(vec!["progress".into()])
            },
        )?;
        Ok(is_good)
    }

    /// Saves and replays 10⁶ events.
    fn replay_million(&self) -> io::Result<bool> {
        let recording = record_numbers(4, 1_000_000 / 34 + 1);
        let file = self.folder.join("million.jsonl");
        let begun = Instant::now();
        recording.save(&file, false).map_err(io::Error::other)?;
        let save_s = begun.elapsed().as_secs_f64();
        let count = recording.events().len();
        drop(recording);
        let mut is_good = show_limit(&format!("save, {count} events"), save_s)?;
        for format in ["json", "text"] {
            let words = [OsStr::new("replay"), file.as_os_str()];
            let words = [&words[..], &["--format".as_ref(), format.as_ref()]].concat();
            let replay_s = self.time_command(&words)?;
            is_good &= show_limit(&format!("replay as {format}"), replay_s)?;
        }
        let most = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() as u64 * 1024;
        let (mib, limit) = (most >> 20, MOST_MEMORY >> 20);
        writeln!(
            io::stdout(),
            "{:28} {mib:6} MiB (at most {limit})",
            "memory"
        )?;
        fs::remove_file(&file)?;
        Ok(is_good && most <= MOST_MEMORY)
    }

    /// The growth of a command's time from one size to the double of it.
    fn measure(
        &self,
        what: &str,
        sizes: [u32; 2],
        prepare: impl Fn(&Self, u32) -> io::Result<Vec<std::ffi::OsString>>,
    ) -> io::Result<bool> {
        let mut times = [0.0; 2];
        for (time, size) in times.iter_mut().zip(sizes) {
            let words = prepare(self, size)?;
            let words: Vec<&OsStr> = words.iter().map(AsRef::as_ref).collect();
            *time = self.time_command(&words)?;
        }
        let [small, large] = times;
        let growth = large / small;
        let [from, to] = sizes;
        writeln!(
            io::stdout(),
            "{what:28} {from} → {to}: {:.0} → {:.0} ms, × {growth:.2} (at most {MOST_GROWTH})",
            small * 1e3,
            large * 1e3
        )?;
        Ok(growth <= MOST_GROWTH)
    }

    fn time_command(&self, words: &[&OsStr]) -> io::Result<f64> {
        let mut best = f64::INFINITY;
        for _ in 0..RUNS {
            let begun = Instant::now();
            let ended = Command::new(env!("CARGO_BIN_EXE_forklore"))
                .args(words)
                .env("XDG_DATA_HOME", &self.folder)
                .env("XDG_STATE_HOME", &self.folder)
                .env("XDG_CACHE_HOME", &self.folder)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::inherit())
                .status()?;
            if !ended.success() {
                let message = format!("{words:?} ended with {ended}");
                return Err(io::Error::other(message));
            }
            best = best.min(begun.elapsed().as_secs_f64());
        }
        Ok(best)
    }

    fn save_numbers(&self, workers: u32, repeats: u32) -> io::Result<PathBuf> {
        let file = self
            .folder
            .join(format!("numbers-{workers}-{repeats}.jsonl"));
        let recording = record_numbers(workers, repeats);
        recording.save(&file, false).map_err(io::Error::other)?;
        Ok(file)
    }

    /// A folder with so many lessons.
    fn write_lessons(&self, count: u32) -> io::Result<PathBuf> {
        let folder = self.folder.join(format!("lessons-{count}"));
        fs::create_dir(&folder)?;
        for number in 1..=count {
            let file = folder.join(format!("{number:03}.md"));
            fs::write(file, LESSON.replace("NUMBER", &number.to_string()))?;
        }
        Ok(folder)
    }

    fn write_progress(&self, count: u32) -> io::Result<()> {
        let folder = self.folder.join("forklore");
        fs::create_dir_all(&folder)?;
        let mut file = io::BufWriter::new(fs::File::create(folder.join("progress.jsonl"))?);
        writeln!(file, r#"{{"forklore":"progress","version":1,"learner":7}}"#)?;
        for number in 0..count {
            writeln!(
                file,
                r#"{{"at":{number},"lesson":"one-process","what":"answered","id":"q{number}","right":true}}"#
            )?;
        }
        file.flush()
    }
}

const LESSON: &str = r#"+++
number = NUMBER
slug = "lesson-NUMBER"
title = "Lesson NUMBER"
question = "Is it so?"
minutes = 5
summary = "A lesson."
+++
## Look

Some text.

```forklore demo
run = "isolation"
```

```forklore claim
id = "claim-NUMBER"
says = "A child changes its own copy."
holds_if = "median('parent_after', way='process, argument') == 100"
```

```forklore quiz
id = "quiz-NUMBER"
asks = "Which?"
answer = "a"
[[choice]]
text = "This."
why = "Yes."
[[choice]]
text = "That."
why = "No."
```
"#;

/// The recording of a run of `numbers`: 8 events a worker and 2 a round.
fn record_numbers(workers: u32, repeats: u32) -> Recording {
    let recorder = Recorder::new(None);
    let params = Params {
        workers: Some(workers),
        repeat: Some(repeats),
        ..Params::default()
    };
    recorder.emit(EventKind::RunStarted {
        demo: "numbers".to_owned(),
        params: params.into(),
        interpreter: None,
    });
    for round in 0..repeats {
        record_round(&recorder, workers, round);
    }
    let outcome = RunStatus::Complete;
    recorder.emit(EventKind::RunFinished { outcome });
    let machine = Machine {
        os: "Linux".to_owned(),
        cpu: None,
        cores: 2,
        cores_usable: 2,
        cores_why: None,
        cores_quota: None,
        memory_bytes: None,
        build: "release".to_owned().into(),
    };
    Recording::new(machine, recorder.take_events())
}

fn show_limit(what: &str, seconds: f64) -> io::Result<bool> {
    writeln!(
        io::stdout(),
        "{what:28} {seconds:6.2} s   (at most {MOST_SECONDS} s)"
    )?;
    Ok(seconds <= MOST_SECONDS)
}

fn record_round(recorder: &Recorder, workers: u32, round: u32) {
    let (backend, trial) = (Backend::Processes, Some(round));
    recorder.emit(EventKind::TrialStarted { backend, trial });
    let order = (0..workers).map(|place| (place + round * round) % workers);
    for (place, number) in order.enumerate() {
        let worker = recorder.next_worker();
        let name = format!("Process-{}", worker.0 + 1);
        record_worker(recorder, worker, (&name, number), trial);
        record_number(recorder, round, (&name, number), place);
    }
    recorder.emit(EventKind::TrialFinished {
        backend,
        trial,
        times: TrialTimes::default().into(),
    });
}

fn record_worker(
    recorder: &Recorder,
    worker: WorkerId,
    (name, number): (&str, u32),
    trial: Option<u32>,
) {
    let backend = Backend::Processes;
    recorder.emit(EventKind::WorkerStarted {
        worker,
        name: name.to_owned(),
        kind: WorkerKind::Process,
        backend: Some(backend),
        trial,
        pid: worker.0 + 10,
        tid: None,
        ppid: Some(1),
    });
    recorder.emit(EventKind::WorkerReady {
        worker,
        startup_s: 0.001,
    });
    let text = format!("my number is {}", 7 * (number + 1));
    recorder.emit(EventKind::Output {
        worker,
        stderr: false,
        text,
    });
    let usage = ResourceUsage {
        work_s: Some(0.000_012),
        run_queue_s: Some(0.0),
        cores: vec![0],
        private_bytes: Some(233_472),
        resident_bytes: Some(13_037_568),
        proportional_bytes: Some(3_191_808),
        voluntary_switches: Some(0),
        involuntary_switches: Some(0),
        tasks: 1,
        ..ResourceUsage::default()
    };
    recorder.emit(EventKind::WorkFinished {
        worker,
        usage: usage.into(),
    });
    let usage = ResourceUsage {
        cpu_s: Some(0.004_395_423),
        voluntary_switches: Some(3),
        involuntary_switches: Some(5),
        ..ResourceUsage::default()
    };
    recorder.emit(EventKind::WorkerExited {
        worker,
        exitcode: Some(0),
        usage: Some(usage.into()),
    });
}

fn record_number(recorder: &Recorder, round: u32, (name, number): (&str, u32), place: usize) {
    let run = round.to_string();
    let started = (number + 1).to_string();
    let of_worker = [("run", run.as_str()), ("worker", name)];
    let arrived = [&of_worker[..], &[("started", started.as_str())]].concat();
    let line = [("run", run.as_str()), ("kind", "whole")];
    observe(recorder, "number", &of_worker, 7 * (i64::from(number) + 1));
    observe(recorder, "arrival", &arrived, place as i64 + 1);
    recorder.emit(EventKind::Observed {
        name: "line".to_owned(),
        labels: line.into_iter().collect(),
        value: Value::Text(format!("my number is {}", 7 * (number + 1))),
    });
}

fn observe(recorder: &Recorder, name: &str, labels: &[(&str, &str)], value: i64) {
    recorder.emit(EventKind::Observed {
        name: name.to_owned(),
        labels: labels.iter().copied().collect(),
        value: Value::Count(value),
    });
}
