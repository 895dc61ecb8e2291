//! How programs end, and that nothing of them is left.

use std::{
    fs,
    path::Path,
    process::{self, Stdio},
    time::Duration,
};

use forklore::{
    observe::ObservedProgram,
    record::{Run, RunStatus, Value},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{Script, number, other, shell, texts, values, watched};
use crate::support::{EXE, eventually, lives, watchdog};

/// The processes that the recording names.
fn pids(run: Run<'_>) -> Vec<u32> {
    let all = values(run, "pid", &[]).into_iter();
    all.filter_map(|pid| match pid {
        Value::Pid(pid) => Some(pid),
        _ => None,
    })
    .collect()
}

#[track_caller]
fn assert_gone(run: Run<'_>) {
    let pids = pids(run);
    assert!(!pids.is_empty());
    crate::support::assert_gone(&pids);
}

#[test]
fn those_who_left_the_group_and_the_session_are_found_and_ended() {
    let _guard = watchdog("orphans");
    // A process in another session, one whose parent is gone, and one to which both apply.
    let recording = shell(
        "setsid sleep 1000 & (sleep 1001 &) ; (setsid sh -c 'sleep 1002 & sleep 0.05' &); sleep 0.2",
    );
    let run = recording.run();
    assert_eq!(number(run, "outlived", &[]), Some(1.0));
    let notes = run.notes().join(" ");
    assert!(notes.contains("1 process lived on"), "{notes}");
    assert_eq!(values(run, "detached", &[]), vec![Value::Flag(false); 2]);
    let names = values(run, "process", &[("name", "sleep")]);
    assert!(names.len() >= 3, "{names:?}");
    assert_gone(run);
    let killed = values(run, "exitcode", &[("name", "sleep")]);
    let killed = killed.iter().filter(|code| **code == Value::Count(-9));
    assert_eq!(killed.count(), 3);
}

#[test]
fn who_ends_by_itself_soon_is_not_ended() {
    let _guard = watchdog("grace");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("done");
    let commands = format!("(sleep 0.4; echo yes > '{}') & sleep 0.1", file.display());
    let recording = shell(&commands);
    assert_eq!(number(recording.run(), "outlived", &[]), Some(2.0));
    assert_eq!(fs::read_to_string(file).unwrap(), "yes\n");
}

#[test]
fn its_time_limit_ends_all_of_it() {
    let _guard = watchdog("a time limit");
    let program = ObservedProgram {
        limit: Some(Duration::from_millis(500)),
        ..other(&[
            "sh",
            "-c",
            "setsid sleep 1000 & while :; do echo endless; done",
        ])
    };
    let recording = watched(&program);
    let run = recording.run();
    assert_eq!(
        run.status(),
        RunStatus::Partial("time limit of 0.5 s".to_owned())
    );
    assert_eq!(run.last_observed("timed_out", &[]), Some(Value::Flag(true)));
    assert!(number(run, "wall", &[]) >= Some(0.5));
    let lines = texts(run).len();
    assert!((1..=11_000).contains(&lines), "{lines}");
    assert_gone(run);
}

#[test]
fn a_program_is_asked_to_end_before_it_is_killed() {
    let _guard = watchdog("a request to end");
    // It writes what it received, and exits by itself.
    let program = ObservedProgram {
        limit: Some(Duration::from_millis(500)),
        ..other(&[
            "sh",
            "-c",
            "trap 'echo saved; exit 5' TERM; while :; do sleep 0.05; done",
        ])
    };
    let recording = watched(&program);
    let run = recording.run();
    assert_eq!(run.last_observed("timed_out", &[]), Some(Value::Flag(true)));
    assert_eq!(texts(run), ["saved"]);
    assert_eq!(number(run, "exitcode", &[("kind", "main")]), Some(5.0));
    // A program that ignores the signal is killed.
    let deaf = ObservedProgram {
        limit: Some(Duration::from_millis(500)),
        ..other(&["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"])
    };
    let recording = watched(&deaf);
    assert_eq!(
        number(recording.run(), "exitcode", &[("kind", "main")]),
        Some(-9.0)
    );
    assert_gone(recording.run());
}

#[test]
fn processes_without_end_cost_no_memory_and_do_not_hang_us() {
    let _guard = watchdog("many processes");
    let program = ObservedProgram {
        limit: Some(Duration::from_secs(1)),
        ..other(&["sh", "-c", "while :; do sleep 0.01 & done"])
    };
    let recording = watched(&program);
    assert_eq!(
        recording.run().last_observed("timed_out", &[]),
        Some(Value::Flag(true))
    );
    assert_gone(recording.run());
}

#[test]
fn a_python_that_closes_everything_is_still_watched() {
    let _guard = watchdog("closed files");
    let text =
        "import os, time\nprint('here')\nos.closerange(0, 300)\ntime.sleep(0.2)\nos._exit(7)\n";
    let Some(script) = Script::of(text) else {
        return;
    };
    let recording = script.watched();
    assert_eq!(
        number(recording.run(), "exitcode", &[("kind", "main")]),
        Some(7.0)
    );
    assert_eq!(texts(recording.run()), ["here"]);
}

/// Starts processes that escape: in the group, in a session, with another environment. Writes their PIDs.
const ESCAPES: &str = "cd \"$0\"; sleep 1000 & echo $! > 1; setsid sleep 1001 & echo $! > 2; \
    env -i setsid sleep 1002 & echo $! > 3; echo $$ > 4; sleep 1003";

fn pid_in(folder: &Path, name: u32) -> Option<u32> {
    let text = fs::read_to_string(folder.join(name.to_string())).ok()?;
    text.trim().parse().ok()
}

/// Starts Forklore with a program that escapes, and ends it with this signal. No process may be left.
#[track_caller]
fn assert_nothing_outlives_us(signal: Signal) {
    let folder = tempfile::tempdir().unwrap();
    let mut forklore = process::Command::new(EXE)
        .args(["try", "--", "sh", "-c", ESCAPES])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pids = || -> Vec<u32> {
        (1..=4)
            .filter_map(|name| pid_in(folder.path(), name))
            .collect()
    };
    assert!(eventually(|| pids().len() == 4));
    let pids = pids();
    // One poll is enough to know a process with another environment.
    std::thread::sleep(Duration::from_secs(1));
    assert!(pids.iter().all(|&pid| lives(pid)), "{pids:?}");
    kill(Pid::from_raw(forklore.id() as i32), signal).unwrap();
    forklore.wait().unwrap();
    let is_over = eventually(|| !pids.iter().any(|&pid| lives(pid)));
    assert!(is_over, "{signal}: {pids:?}");
}

#[test]
fn nothing_is_left_when_we_are_killed() {
    let _guard = watchdog("our own death");
    assert_nothing_outlives_us(Signal::SIGKILL);
}

#[test]
fn nothing_is_left_when_we_are_terminated() {
    let _guard = watchdog("our own end");
    assert_nothing_outlives_us(Signal::SIGTERM);
}

/// Creates shared memory with this name and a folder for sockets, reports it in a file, and waits.
const SHARES_MEMORY: &str = "import sys, time
from multiprocessing import shared_memory, util
util.get_temp_dir()
memory = shared_memory.SharedMemory(sys.argv[1], create=True, size=1 << 20)
open(sys.argv[2], 'w').close()
time.sleep(1000)
";

#[test]
fn no_shared_memory_or_folder_of_a_script_outlives_it() {
    let _guard = watchdog("shared memory");
    let Some(script) = Script::of(SHARES_MEMORY) else {
        return;
    };
    let name = format!("forklore-it-{}", process::id());
    let ready = script.folder.path().join("ready");
    let memory = Path::new("/dev/shm").join(&name);
    let words = [&name, ready.to_str().unwrap()];
    let temporary = tempfile::tempdir().unwrap();
    // A slow machine needs longer to get there.
    let limits = [1, 4, 16].map(|limit| Some(Duration::from_secs(limit)));
    let is_made = limits.into_iter().any(|limit| {
        watched(&ObservedProgram {
            limit,
            ..script.program(&words)
        });
        ready.exists()
    });
    assert!(is_made && eventually(|| !memory.exists()), "time limit");
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL] {
        fs::remove_file(&ready).unwrap();
        let mut forklore = process::Command::new(EXE)
            .args(["try", "--python"])
            .arg(&script.python.path)
            .arg(script.path())
            .args(words)
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        assert!(eventually(|| ready.exists()) && memory.exists());
        kill(Pid::from_raw(forklore.id() as i32), signal).unwrap();
        forklore.wait().unwrap();
        assert!(eventually(|| !memory.exists()), "{signal}");
        // After a kill, the next start removes our own folder.
        let mut left = fs::read_dir(temporary.path()).unwrap().flatten();
        assert!(left.all(|left| {
            let name = left.file_name().into_string().unwrap();
            signal == Signal::SIGKILL && name.starts_with("forklore-py-")
        }));
    }
}
