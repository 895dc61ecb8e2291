//! Programs with interpreters that misbehave: they are limited, killed and reported.

use std::{fs, process::Stdio, time::Duration};

use forklore::{
    mp,
    python::{DemoProgram, ProgramConfig, ProgramError},
    record::{Backend, EventKind, Params, Recorder, Recording, RunStatus},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{ANSWER, Stub, assert_gone, pythons, run};
use crate::{
    home::{Ended, Home},
    support::{context, watchdog},
};

/// Starts a child that is never waited for, and reports its PID and its own.
const LEAVES_CHILD: &str =
    "sleep 1000 > /dev/null 2>&1 &\necho $! >> \"$here/pids\"\necho $$ >> \"$here/pids\"\n";

const NOTED: &str = r#"{"event": "noted", "text": "half way"}"#;

/// Runs the program of `parallel` with a stub, for at most this many seconds.
fn attempt(stub: &Stub, seconds: u64) -> (Result<(), ProgramError>, Vec<EventKind>) {
    let python = stub.chosen();
    let recorder = Recorder::new(None);
    let program = DemoProgram {
        file: "parallel.py",
        python: &python,
        config: ProgramConfig::new("parallel", &Params::default(), &Params::default(), 2),
        limit: Duration::from_secs(seconds),
    };
    let ended = program.run(&context(), &recorder, &|| false);
    let events = recorder.events().into_iter().map(|event| event.what);
    (ended, events.collect())
}

fn notes(events: &[EventKind]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|what| match what {
            EventKind::Noted { text } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

fn lines(events: &[EventKind]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|what| match what {
            EventKind::Output { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

fn python_half() -> Params {
    Params {
        backends: vec![Backend::PythonSerial, Backend::PythonProcesses],
        ..Params::default()
    }
}

/// The outcome of the only Python's run.
fn outcome(recording: &Recording) -> RunStatus {
    recording.run().python_runs()[0].status()
}

#[test]
fn what_it_tells_and_prints_is_recorded() {
    let _guard = watchdog("telling");
    let stub = Stub::new(
        ANSWER,
        &format!("echo hello; echo oops >&2\necho '{NOTED}' > \"$FORKLORE_EVENTS\""),
    );
    let (ended, events) = attempt(&stub, 30);
    ended.unwrap();
    assert_eq!(notes(&events), ["half way"]);
    let mut said = lines(&events);
    said.sort_unstable();
    assert_eq!(said, ["hello", "oops"]);
    assert!(events.iter().any(
        |what| matches!(what, EventKind::WorkerStarted { name, .. } if name == "MainProcess")
    ));
    assert!(events.iter().any(|what| matches!(
        what,
        EventKind::WorkerExited {
            exitcode: Some(0),
            ..
        }
    )));
}

#[test]
fn it_runs_in_a_private_folder_and_a_clean_environment() {
    let _guard = watchdog("the surroundings");
    let stub = Stub::new(
        ANSWER,
        &format!(
            "env; echo here=$(pwd); echo mode=$(stat -c %a .); ls; cat config.json; echo; read line || echo no input\necho '{NOTED}' > \"$FORKLORE_EVENTS\""
        ),
    );
    let (ended, events) = attempt(&stub, 30);
    ended.unwrap();
    let said = lines(&events);
    let value = |name: &str| said.iter().find_map(|line| line.strip_prefix(name));
    let folder = value("here=").expect("a folder");
    assert_eq!(value("mode="), Some("700"));
    assert_eq!(value("TMPDIR="), Some(folder));
    assert_eq!(value("PYTHONDONTWRITEBYTECODE="), Some("1"));
    assert_eq!(value("PYTHONHASHSEED="), Some("0"));
    assert_eq!(value("PYTHONUNBUFFERED="), None);
    assert_eq!(
        value("CARGO="),
        None,
        "of our own environment nothing else is left"
    );
    assert!(said.contains(&"parallel.py") && said.contains(&"forklore.py"));
    assert!(said.contains(&"no input"));
    for setting in [r#""start_method":"fork""#, r#""limit_s":30"#] {
        assert!(said.iter().any(|line| line.contains(setting)), "{setting}");
    }
    assert!(!fs::exists(folder).unwrap(), "it is removed at the end");
}

#[test]
fn a_program_that_hangs_is_ended_with_its_children() {
    let _guard = watchdog("a hanging program");
    let stub = Stub::new(ANSWER, &format!("{LEAVES_CHILD}echo too busy >&2\nwait"));
    let (ended, _) = attempt(&stub, 3);
    let error = ended.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Python 3.11 took longer than 3 s and was ended: too busy"
    );
    assert_gone(&stub.pids("pids", 2));
}

#[test]
fn children_that_it_leaves_behind_are_ended() {
    let _guard = watchdog("children left behind");
    let holds_pipe = "sleep 1000 > \"$FORKLORE_EVENTS\" 2>&1 &\necho $! >> \"$here/pids\"\n";
    let events = format!("echo '{NOTED}' > \"$FORKLORE_EVENTS\"\n");
    let stub = Stub::new(ANSWER, &format!("{LEAVES_CHILD}{holds_pipe}{events}"));
    attempt(&stub, 30).0.unwrap();
    assert_gone(&stub.pids("pids", 3));
}

#[test]
fn one_that_never_looks_at_the_pipe_ends_all_the_same_and_did_not_succeed() {
    let _guard = watchdog("an unused pipe");
    let stub = Stub::new(ANSWER, "exit 0");
    let (ended, events) = attempt(&stub, 30);
    assert_eq!(
        ended.unwrap_err().to_string(),
        "Python 3.11 ran the program to its end and reported nothing"
    );
    assert!(events.is_empty(), "{events:?}");
}

#[test]
fn a_flood_of_events_and_lines_is_bounded() {
    let _guard = watchdog("a flood");
    let stub = Stub::new(
        ANSWER,
        &format!("yes '{NOTED}' > \"$FORKLORE_EVENTS\" &\nyes flood &\nyes >&2 &\nwait"),
    );
    let (ended, events) = attempt(&stub, 3);
    assert!(matches!(ended, Err(ProgramError::TooLong { .. })));
    assert!(events.len() < 70_000, "{}", events.len());
    assert!(
        notes(&events)
            .last()
            .is_some_and(|note| note.contains("more"))
    );
}

#[test]
fn nonsense_is_counted_and_told_as_one_note() {
    let _guard = watchdog("nonsense");
    let stub = Stub::new(
        ANSWER,
        &format!(
            "for line in 'not json' '{{}}' '{NOTED}'; do echo \"$line\"; done > \"$FORKLORE_EVENTS\"\nprintf half > \"$FORKLORE_EVENTS\""
        ),
    );
    let (ended, events) = attempt(&stub, 30);
    ended.unwrap();
    let notes = notes(&events);
    assert_eq!(notes.len(), 2);
    assert_eq!(
        notes[1],
        "the program under Python 3.11 printed 3 lines that are no events, the first: `not json`"
    );
}

#[test]
fn one_that_dies_in_the_middle_leaves_a_partial_run_with_the_reason() {
    let _guard = watchdog("a death");
    let events = "echo 'Traceback (most recent call last):' >&2\necho '  File \"x.py\", line 3, in main' >&2\necho 'ValueError: no luck' >&2";
    let stub = Stub::new(
        ANSWER,
        &format!("echo '{NOTED}' > \"$FORKLORE_EVENTS\"\n{events}\nexit 1"),
    );
    let recording = run("parallel", python_half(), stub.pythons());
    let why =
        "Python 3.11 ended with exit code 1: ValueError: no luck (File \"x.py\", line 3, in main)";
    assert_eq!(outcome(&recording), RunStatus::Partial(why.to_owned()));
    let part = recording.run().python_runs()[0];
    assert_eq!(part.notes(), ["half way", why]);
    assert_eq!(
        part.skipped_backends(),
        [
            (Backend::PythonSerial, why),
            (Backend::PythonProcesses, why)
        ]
    );
    assert_eq!(recording.run().status(), RunStatus::Partial(why.to_owned()));
}

#[test]
fn one_that_fails_does_not_cost_the_others() {
    let _guard = watchdog("the others");
    let killed = Stub::new(ANSWER, "kill -KILL $$");
    let other = ANSWER
        .replace("3.11.9", "3.12.1")
        .replace("[3, 11]", "[3, 12]");
    let well = Stub::new(&other, &format!("echo '{NOTED}' > \"$FORKLORE_EVENTS\""));
    let params = Params {
        python: vec!["all".to_owned()],
        ..python_half()
    };
    let recording = run("parallel", params, pythons(&[&killed, &well]));
    let outcomes: Vec<RunStatus> = recording
        .run()
        .python_runs()
        .iter()
        .map(|run| run.status())
        .collect();
    let why = "Python 3.11 was killed by signal 9 (SIGKILL)";
    assert_eq!(
        outcomes,
        [RunStatus::Partial(why.to_owned()), RunStatus::Complete]
    );
    let well = recording.run().python_runs()[1];
    let cores = well.number_series("available_cores", &[]);
    assert!(!cores.is_empty(), "how busy the machine was");
}

#[test]
fn without_any_python_the_demo_is_complete_and_says_so_once() {
    let _guard = watchdog("no Python");
    let params = Params {
        size: Some(1000),
        trials: Some(1),
        ..Params::default()
    };
    let recording = run("parallel", params, pythons(&[]));
    let run = recording.run();
    assert_eq!(run.status(), RunStatus::Complete);
    assert!(run.python_runs().is_empty());
    let notes = run.notes();
    let about_python: Vec<_> = notes
        .iter()
        .filter(|note| note.contains("No Python"))
        .collect();
    assert_eq!(about_python.len(), 1, "{notes:?}");
}

#[test]
fn the_backends_that_are_named_decide_which_half_runs() {
    let _guard = watchdog("halves");
    let stub = Stub::new(ANSWER, "echo ran >> \"$here/ran\"");
    let params = |backend| Params {
        backends: vec![backend],
        size: Some(1000),
        trials: Some(1),
        ..Params::default()
    };
    let native = run("parallel", params(Backend::Serial), stub.pythons());
    assert_eq!(
        (native.run().python_runs().len(), stub.wrote("ran")),
        (0, None)
    );
    let python = run("parallel", params(Backend::PythonSerial), stub.pythons());
    assert_eq!(
        (
            python.run().python_runs().len(),
            python.run().backends().len()
        ),
        (1, 0)
    );
    assert_eq!(stub.wrote("ran").as_deref(), Some("ran\n"));
}

/// A run of the program with a stub that hangs.
fn started(home: &Home, stub: &Stub) -> std::process::Child {
    let path = stub.path().display().to_string();
    let arguments = [
        "run",
        "parallel",
        "--backends",
        "python-serial",
        "--python",
        &path,
    ];
    let mut command = home.command(&arguments);
    command.env("TMPDIR", home.path());
    command.stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn nobody_outlives_us_however_we_end() {
    let _guard = watchdog("our own end");
    for signal in [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGINT] {
        let home = Home::new();
        let stub = Stub::new(
            ANSWER,
            &format!("trap '' TERM INT HUP\n{LEAVES_CHILD}while :; do :; done"),
        );
        let child = started(&home, &stub);
        let pids = stub.pids("pids", 2);
        kill(Pid::from_raw(child.id() as i32), signal).unwrap();
        let ended = Ended::from(child.wait_with_output().unwrap());
        assert_gone(&pids);
        let folders = home.folders("forklore-py-");
        assert_eq!(folders > 0, signal == Signal::SIGKILL, "{signal}");
        // After a kill, the next start of any kind removes the folder.
        let mut next = home.command(&["demos"]);
        Ended::from(next.env("TMPDIR", home.path()).output().unwrap()).well();
        assert_eq!(home.folders("forklore-py-"), 0, "{signal}");
        if signal == Signal::SIGINT {
            assert_eq!(ended.code, Some(130));
            assert!(ended.out.contains("interrupted by Ctrl-C"), "{ended:?}");
        }
    }
}

#[test]
fn a_missing_program_is_an_error_of_ours() {
    let stub = Stub::new(ANSWER, "");
    let python = stub.chosen();
    let program = DemoProgram {
        file: "nothing.py",
        python: &python,
        config: ProgramConfig::new("nothing", &Params::default(), &Params::default(), 2),
        limit: Duration::from_secs(1),
    };
    let mp = mp::Context::with_launcher(
        mp::StartMethod::Spawn,
        mp::Launcher::new("/nowhere/forklore"),
    );
    let error = program
        .run(&mp, &Recorder::new(None), &|| false)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Forklore has no Python program `nothing.py`"
    );
}
