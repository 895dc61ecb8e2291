//! Programs of a lesson.

use super::{ANSWER, Stub, assert_gone};
use crate::{
    home::{Ended, Home},
    support::watchdog,
};

const LESSON: &str = r#"+++
number = 1
slug = "one"
title = "One"
question = "What does it print?"
minutes = 1
summary = "One program."
+++
```forklore program
file = "python/hello.py"
run = true
```

The end.
"#;

/// A home with one lesson, whose program prints a word.
fn home() -> Home {
    let home = Home::new();
    home.write("lessons/one.md", LESSON);
    home.write("lessons/python/hello.py", "print('hello')\n");
    home
}

fn command(home: &Home, python: &str) -> std::process::Command {
    let lesson = [
        "--lessons",
        "lessons",
        "lesson",
        "1",
        "--play",
        "--format",
        "plain",
    ];
    let mut command = home.command(&lesson);
    command.env("FORKLORE_PYTHON", python);
    command
}

#[test]
fn what_the_program_prints_is_shown_below_it() {
    let _guard = watchdog("a lesson's program");
    let stub = Stub::new(ANSWER, "cat \"$1\"; echo oops >&2; exit 3");
    let home = home();
    let path = stub.path().display().to_string();
    let ended = Ended::from(command(&home, &path).output().unwrap()).well();
    // Other Pythons of this machine may make its name longer: `3.11.9`.
    let (_, printed) = ended.out.split_once(" printed:").expect("it printed");
    let parts = [
        "print('hello')",
        "oops",
        "It ended with exit code 3.",
        "The end.",
    ];
    for part in parts {
        assert!(printed.contains(part), "{part}: {printed}");
    }
}

#[test]
fn an_interrupt_ends_the_program_and_the_lesson() {
    let _guard = watchdog("an interrupted program");
    let stub = Stub::new(ANSWER, "echo $$ >> \"$here/pids\"\nwhile :; do :; done");
    let home = home();
    let path = stub.path().display().to_string();
    let child = command(&home, &path).spawn().unwrap();
    let pids = stub.pids("pids", 1);
    let pid = nix::unistd::Pid::from_raw(child.id() as i32);
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert!(ended.err.contains("was stopped"), "{ended:?}");
    assert_gone(&pids);
}

#[test]
fn one_that_takes_too_long_has_shown_what_it_printed() {
    let _guard = watchdog("a program without end");
    let stub = Stub::new(
        ANSWER,
        "echo $$ >> \"$here/pids\"\necho so far\nwhile :; do :; done",
    );
    let home = home();
    let mut command = command(&home, &stub.path().display().to_string());
    let ended = Ended::from(command.args(["--timeout", "3"]).output().unwrap());
    for part in ["so far", "It took too long and was ended.", "The end."] {
        assert!(ended.out.contains(part), "{part}: {ended:?}");
    }
    assert_gone(&stub.pids("pids", 1));
}
