//! Programs that are watched: what is seen of them, and that nothing of them is left.

use std::{ffi::OsString, path::PathBuf, sync::Arc, time::Duration};

use forklore::{
    measure,
    observe::{self, Command, Env, ObserveError, Program},
    python::{Chosen, Pythons, Surroundings},
    record::{Outcome, Recording, Run, Value, Worker},
};

use crate::support::{context, lives, skipped, watchdog};

/// Longer than any test should take.
const LIMIT: Duration = Duration::from_secs(45);

fn env() -> Env {
    Env {
        mp: context(),
        machine: measure::machine(),
        observer: None,
        stopped: Arc::new(|| None),
    }
}

fn other(words: &[&str]) -> Program {
    Program {
        command: Command::Other {
            argv: words.iter().map(OsString::from).collect(),
        },
        arguments: Vec::new(),
        folder: None,
        limit: Some(LIMIT),
    }
}

fn watched(program: &Program) -> Recording {
    observe::run(program, env()).expect("it starts")
}

/// Runs commands of a shell.
fn shell(commands: &str) -> Recording {
    watched(&other(&["sh", "-c", commands]))
}

fn lines(run: Run<'_>) -> Vec<String> {
    let all = run.observations("line").into_iter();
    all.filter_map(|line| match line.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    })
    .collect()
}

fn number(run: Run<'_>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    run.observed(name, labels)?.number()
}

#[test]
fn a_shell_and_what_it_starts_are_seen() {
    let _guard = watchdog("a shell");
    let recording = shell("echo hello; sleep 0.3 & sleep 0.3; echo there >&2; wait; exit 3");
    let run = recording.run();
    assert_eq!(run.outcome(), Outcome::Complete);
    assert_eq!(number(run, "exitcode", &[("kind", "main")]), Some(3.0));
    assert_eq!(lines(run), ["hello", "there"]);
    assert_eq!(number(run, "outlived", &[]), Some(0.0));
    assert!(number(run, "at_once", &[("kind", "any")]) >= Some(3.0));
    let workers: Vec<Worker> = run.all_workers();
    assert_eq!(workers[0].name, "sh");
    let sleepers: Vec<&Worker> = workers.iter().filter(|one| one.name == "sleep").collect();
    assert_eq!(sleepers.len(), 2, "{workers:?}");
    for sleeper in sleepers {
        assert_eq!(sleeper.ppid, Some(workers[0].pid));
        assert!(sleeper.usage.work_s > Some(0.2) && sleeper.exited_ns.is_some());
    }
}
