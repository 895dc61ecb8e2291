//! How observed programs end, and how Forklore ends them.

use std::io::{BufRead, BufReader, Read};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{Stage, json, named};
use crate::{
    home::{Ended, Home},
    support::{assert_gone, eventually, watchdog},
    terminal::{CTRL_C, Terminal},
};

/// Two children and the main process, all busy forever. Each writes its PID to a file.
const FOR_EVER: &str = r#"
import multiprocessing, os

def note():
    with open("pids", "a") as file:
        file.write(f"{os.getpid()}\n")

def work():
    note()
    while True:
        pass

if __name__ == "__main__":
    children = [multiprocessing.Process(target=work) for _ in range(2)]
    for child in children:
        child.start()
    print("begun", flush=True)
    work()
"#;

/// The PIDs of all three, once they are working.
#[track_caller]
fn pids(home: &Home) -> Vec<u32> {
    let read = || -> Vec<u32> {
        let text = std::fs::read_to_string(home.file("pids")).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    };
    assert!(eventually(|| read().len() == 3), "they never ran");
    read()
}

#[test]
fn a_time_limit_ends_the_whole_tree_and_shows_what_was_seen() {
    let _guard = watchdog("a time limit");
    let Some(stage) = Stage::with(FOR_EVER) else {
        return;
    };
    let ended = stage.run(&["try", "--timeout", "3", "my.py"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_gone(&pids(&stage.home));
    for part in ["time limit", "Process-1", "Process-2", "begun"] {
        assert!(ended.out.contains(part), "{part}: {}", ended.out);
    }
}

#[test]
fn ctrl_c_ends_the_whole_tree_and_shows_what_was_seen() {
    let _guard = watchdog("an interrupt");
    let Some(stage) = Stage::with(FOR_EVER) else {
        return;
    };
    let child = stage.command(&["try", "my.py"]).spawn().unwrap();
    let pids = pids(&stage.home);
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert!(ended.out.contains("interrupted by Ctrl-C"), "{ended:?}");
    assert!(ended.out.contains("Process-1"), "{ended:?}");
    assert_gone(&pids);
}

/// Two processes, each of which holds the lock that the other needs.
const DEADLOCK: &str = r#"
from multiprocessing import Barrier, Lock, Process, set_start_method

def work(first, second, both):
    with first:
        both.wait()
        with second:
            print("never printed")

if __name__ == "__main__":
    set_start_method("fork")
    ann, bob, both = Lock(), Lock(), Barrier(2)
    children = [Process(target=work, args=args) for args in [(ann, bob, both), (bob, ann, both)]]
    for child in children:
        child.start()
    for child in children:
        child.join()
"#;

#[test]
fn a_program_that_stands_still_is_told_live_and_explained_at_its_end() {
    let _guard = watchdog("a deadlock");
    let Some(stage) = Stage::with(DEADLOCK) else {
        return;
    };
    let mut child = stage.command(&["try", "my.py"]).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut live = String::new();
    while !live.contains("Process-2 waits for lock `ann`, my.py line 7") {
        assert!(out.read_line(&mut live).unwrap() > 0, "it ended: {live}");
    }
    assert!(live.contains("The program stands still"), "{live}");
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    let mut report = String::new();
    out.read_to_string(&mut report).unwrap();
    child.wait().unwrap();
    let shown = [
        "waits for",
        "since",
        "the end of Process-1",
        "my.py line 7",
        "work",
        "1. Deadlock",
        "holds `ann` and waits for `bob`",
    ];
    for part in shown {
        assert!(report.contains(part), "{part}: {report}");
    }
}

/// Two pool workers that leave Ctrl-C to the main process, which stops them and saves its results.
const SAVES: &str = r#"
import multiprocessing, signal, time

def leave_it_to_main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)

def square(number):
    time.sleep(0.02)
    return number * number

if __name__ == "__main__":
    squares = []
    pool = multiprocessing.Pool(2, leave_it_to_main)
    try:
        for result in pool.imap(square, range(100_000)):
            squares.append(result)
            open("begun", "w").close()
    except KeyboardInterrupt:
        pool.terminate()
        pool.join()
        with open("saved", "w") as file:
            file.write(f"{squares[0]}")
        print("stopped early, all is saved")
"#;

#[test]
fn a_program_that_saves_at_ctrl_c_can_save() {
    let _guard = watchdog("saving");
    let Some(stage) = Stage::with(SAVES) else {
        return;
    };
    let child = stage.command(&["try", "my.py"]).spawn().unwrap();
    assert!(
        eventually(|| stage.home.file("begun").exists()),
        "it never ran"
    );
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{ended:?}");
    let saved = std::fs::read_to_string(stage.home.file("saved"));
    assert_eq!(saved.ok().as_deref(), Some("0"), "{ended:?}");
    assert!(
        ended.out.contains("stopped early, all is saved"),
        "{ended:?}"
    );
    assert!(ended.out.contains("; exit 0"), "{ended:?}");
    assert!(!ended.out.contains("What to change"), "{ended:?}");
}

#[test]
fn a_traceback_of_ctrl_c_shows_the_program_and_nothing_of_ours() {
    let _guard = watchdog("a traceback");
    let script = r#"
import multiprocessing, threading, sys, time

def wait_long():
    time.sleep(1000)

if __name__ == "__main__":
    if sys.argv[1] == "pool":
        result = multiprocessing.Pool(1).apply_async(wait_long)
    thread = threading.Thread(target=wait_long, daemon=True)
    thread.start()
    # By now the hooks tell of the wait.
    threading.Timer(1, lambda: open("begun", "w").close()).start()
    result.get() if sys.argv[1] == "pool" else thread.join()
"#;
    for how in ["pool", "thread"] {
        let Some(stage) = Stage::with(script) else {
            return;
        };
        let child = stage.command(&["try", "my.py", how]).spawn().unwrap();
        assert!(eventually(|| stage.home.file("begun").exists()));
        kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
        let ended = Ended::from(child.wait_with_output().unwrap());
        assert!(ended.out.contains("KeyboardInterrupt"), "{ended:?}");
        assert!(!ended.out.contains("_forklore"), "{ended:?}");
    }
}

#[test]
fn a_second_ctrl_c_kills_a_program_that_does_not_end() {
    let _guard = watchdog("a second interrupt");
    let script = r#"
import signal, time
signal.signal(signal.SIGINT, lambda *_: print("not now", flush=True))
print("begun", flush=True)
while True:
    time.sleep(1)
"#;
    let Some(stage) = Stage::with(script) else {
        return;
    };
    let python = [("FORKLORE_PYTHON", stage.python.as_str())];
    let mut terminal = Terminal::open(&stage.home, 80, &[], &python);
    terminal.wait_for_line("forklore ❯");
    terminal.type_line("try my.py");
    terminal.wait_for_output("begun");
    terminal.type_keys(CTRL_C);
    terminal.wait_for_output("not now");
    // Presses of a held key count as one.
    std::thread::sleep(std::time::Duration::from_millis(300));
    terminal.type_keys(CTRL_C);
    terminal.wait_for_output("ended by signal 9");
    terminal.wait_for_line("forklore ❯");
    terminal.type_line("quit");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_run_ends_when_nobody_reads_its_output_any_more() {
    let _guard = watchdog("a closed pipe");
    let script = r#"
import time
print("first", flush=True)
while True:
    time.sleep(0.01)
"#;
    let Some(stage) = Stage::with(script) else {
        return;
    };
    let mut child = stage
        .command(&["try", "my.py"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    std::io::BufRead::read_line(&mut output, &mut first).unwrap();
    assert_eq!(first, "first\n");
    drop(output);
    // The program's time limit is 600 s, and this test's is 60 s.
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert_eq!(ended.err, "", "{ended:?}");
}

#[test]
fn ctrl_c_at_the_prompt_ends_the_program_and_not_the_session() {
    let _guard = watchdog("an interrupt at the prompt");
    let Some(stage) = Stage::with(FOR_EVER) else {
        return;
    };
    let python = [("FORKLORE_PYTHON", stage.python.as_str())];
    let mut terminal = Terminal::open(&stage.home, 80, &[], &python);
    terminal.wait_for_line("forklore ❯");
    terminal.type_line("try my.py");
    let pids = pids(&stage.home);
    // Its output appears while it runs.
    terminal.wait_for_output("begun");
    terminal.wait_for_output("3 processes, ");
    terminal.type_keys(CTRL_C);
    terminal.wait_for_line("forklore ❯");
    assert_gone(&pids);
    terminal.type_line("last --format plain");
    terminal.wait_for_output("interrupted by Ctrl-C");
    terminal.type_line("quit");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn how_a_script_ends_decides_our_exit_code_and_is_told() {
    let _guard = watchdog("ends");
    let script = r#"
import os, signal, sys
how = sys.argv[1]
if how == "exit":
    sys.exit(3)
if how == "error":
    raise ValueError("too much")
if how == "segfault":
    os.kill(os.getpid(), signal.SIGSEGV)
"#;
    let Some(stage) = Stage::with(script) else {
        return;
    };
    stage.run(&["try", "my.py", "well"]).well();
    for (how, exitcode) in [("exit", 3), ("error", 1), ("segfault", -11)] {
        let ended = stage.run(&["try", "--format", "json", "my.py", how]);
        assert_eq!(ended.code, Some(1), "{how}: {ended:?}");
        let report = json(&ended);
        assert_eq!(named(&report, "main", "")[0]["exitcode"], exitcode, "{how}");
    }
    let text = stage.run(&["try", "my.py", "error"]).out;
    assert!(text.contains("ValueError: too much"), "{text}");
}

#[test]
fn the_prompt_survives_whatever_a_script_does() {
    let _guard = watchdog("scripts at the prompt");
    let script = r#"
import os, signal, sys
how = sys.argv[1]
sys.stdout.flush()
os.write(1, b"\xff\xfe \x1b[31mred\x1b]0;title\x07 \x00 end\n")
if how == "exit":
    sys.exit(3)
if how == "segfault":
    os.kill(os.getpid(), signal.SIGSEGV)
"#;
    let Some(stage) = Stage::with(script) else {
        return;
    };
    let lines =
        "try my.py exit\ntry my.py segfault\ntry my.py garbage\ntry nowhere.py\nset trials 3\n";
    let ended = stage.run_with_input(lines).well();
    assert!(ended.out.ends_with("trials: 3\n"), "{ended:?}");
    assert!(!ended.out.contains('\u{1b}'), "{ended:?}");
    assert!(
        ended.out.contains("exit 3") && ended.out.contains("signal 11"),
        "{ended:?}"
    );
    assert!(
        ended.err.contains("there is no file `nowhere.py`"),
        "{ended:?}"
    );
}
