//! Observed programs: what is recorded, and that nothing of them is left.

mod ending;
mod output;
mod pythons;
mod starting;

use std::{
    ffi::OsString,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use forklore::{
    measure,
    observe::{self, ObservedProgram, ObserverServices, ProgramCommand, WatchOptions},
    python::ChosenPython,
    record::{EventKind, Recording, Run, RunStatus, Value, Worker, WorkerKind},
};

use crate::support::{context, machine_python, watchdog};

/// Longer than any test should take.
const LIMIT: Duration = Duration::from_secs(45);

fn env() -> ObserverServices {
    ObserverServices {
        mp: context(),
        machine: measure::describe_machine(),
        observer: None,
        stopped: Arc::new(|| None),
        lend_terminal: None,
    }
}

fn other(words: &[&str]) -> ObservedProgram {
    ObservedProgram {
        command: ProgramCommand::Other {
            argv: words.iter().map(OsString::from).collect(),
        },
        arguments: Vec::new(),
        folder: None,
        limit: Some(LIMIT),
        options: WatchOptions::default(),
    }
}

fn watched(program: &ObservedProgram) -> Recording {
    observe::observe_program(program, env()).expect("it starts")
}

/// Runs shell commands.
fn shell(commands: &str) -> Recording {
    watched(&other(&["sh", "-c", commands]))
}

/// A script in a folder of its own, with a Python of this machine; `None`, with a message, if there is none.
struct Script {
    folder: tempfile::TempDir,
    python: ChosenPython,
}

impl Script {
    fn of(text: &str) -> Option<Self> {
        let python = machine_python()?;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("my.py"), text).unwrap();
        Some(Self { folder, python })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("my.py")
    }

    fn program(&self, words: &[&str]) -> ObservedProgram {
        ObservedProgram {
            command: ProgramCommand::Script {
                path: self.path(),
                python: self.python.clone(),
            },
            arguments: words.iter().map(OsString::from).collect(),
            folder: None,
            limit: Some(LIMIT),
            options: WatchOptions::default(),
        }
    }

    fn watched(&self) -> Recording {
        watched(&self.program(&[]))
    }
}

/// Lines of standard output, with the kind of process that printed each.
fn lines(run: Run<'_>) -> Vec<(String, String)> {
    let all = run.observations("line").into_iter();
    all.filter(|line| line.has_labels(&[("stream", "out")]))
        .filter_map(|line| match line.value {
            Value::Text(text) => Some((
                line.labels.get("kind").unwrap_or_default().to_owned(),
                text.clone(),
            )),
            _ => None,
        })
        .collect()
}

fn texts(run: Run<'_>) -> Vec<String> {
    lines(run).into_iter().map(|(_, text)| text).collect()
}

fn number(run: Run<'_>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    run.last_observed(name, labels)?.number()
}

/// The values of an observation with these labels.
fn values(run: Run<'_>, name: &str, labels: &[(&str, &str)]) -> Vec<Value> {
    let all = run.observations(name).into_iter();
    all.filter(|one| one.has_labels(labels))
        .map(|one| one.value.clone())
        .collect()
}

#[test]
fn a_shell_and_what_it_starts_are_seen() {
    let _guard = watchdog("a shell");
    let recording = shell("echo hello; sleep 1 & sleep 1; echo there >&2; wait; exit 3");
    let run = recording.run();
    assert_eq!(run.status(), RunStatus::Complete);
    assert_eq!(number(run, "exitcode", &[("kind", "main")]), Some(3.0));
    assert_eq!(texts(run), ["hello"]);
    let wrong = number(run, "lines", &[("stream", "err"), ("kind", "main")]);
    assert_eq!(wrong, Some(1.0));
    assert_eq!(number(run, "outlived", &[]), Some(0.0));
    assert!(number(run, "at_once", &[("kind", "any")]) >= Some(3.0));
    let workers: Vec<Worker> = run.all_workers();
    assert_eq!(workers[0].name, "sh");
    let sleepers: Vec<&Worker> = workers.iter().filter(|one| one.name == "sleep").collect();
    assert_eq!(sleepers.len(), 2, "{workers:?}");
    for sleeper in sleepers {
        assert_eq!(sleeper.ppid, Some(workers[0].pid));
        // Its start is known to a hundredth of a second, however late it was seen.
        assert!(sleeper.usage.work_s > Some(0.98) && sleeper.exited_ns.is_some());
    }
}

#[test]
fn lines_are_told_while_it_runs() {
    let _guard = watchdog("live lines");
    let events = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&events);
    let env = ObserverServices {
        observer: Some(Box::new(move |event| {
            to.lock().unwrap().push(event.what.clone());
        })),
        // Stopped after its first line; otherwise it would never end.
        stopped: {
            let events = Arc::clone(&events);
            Arc::new(move || {
                let events = events.lock().unwrap();
                let has_line = events.iter().any(|what| {
                    matches!(what, EventKind::Output { text, stderr: false, .. } if text == "first")
                });
                has_line.then(|| "seen".to_owned())
            })
        },
        ..env()
    };
    let program = other(&["sh", "-c", "echo first; sleep 1000"]);
    let recording = observe::observe_program(&program, env).unwrap();
    assert_eq!(
        recording.run().status(),
        RunStatus::Partial("seen".to_owned())
    );
    let events = events.lock().unwrap();
    let is_main = |what: &EventKind| matches!(what, EventKind::WorkerStarted { kind: WorkerKind::Main, name, .. } if name == "sh");
    assert!(events.iter().any(is_main));
    assert!(matches!(events.last(), Some(EventKind::RunFinished { .. })));
}

#[test]
fn the_last_line_counts_without_an_end_too() {
    let _guard = watchdog("an unfinished line");
    assert_eq!(texts(shell("printf 'a\nb'").run()), ["a", "b"]);
}

#[test]
fn events_are_in_the_order_of_their_times() {
    let _guard = watchdog("order");
    let recording = shell("sleep 0.05; sleep 0.05 & wait");
    let times: Vec<u64> = recording.events().iter().map(|event| event.at_ns).collect();
    assert!(times.is_sorted());
    for worker in recording.run().all_workers() {
        assert!(Some(worker.started_ns) <= worker.exited_ns, "{worker:?}");
    }
}

#[test]
fn a_short_program_has_its_own_figures_alone() {
    let _guard = watchdog("a short program");
    let recording = shell("exit 0");
    let run = recording.run();
    let main = &run.all_workers()[0];
    assert_eq!(main.name, "sh");
    let (cpu, wall) = (number(run, "cpu", &[]), number(run, "wall", &[]));
    let share = cpu.zip(wall).map(|(cpu, wall)| cpu / wall);
    // The time starts early enough, and our own worker's share is excluded: one thread has one core.
    assert!(share > Some(0.0) && share < Some(1.2), "{cpu:?} {wall:?}");
}
