//! Programs of a lesson.

use super::{ANSWER, Stub, assert_gone};
use crate::{
    home::{Ended, Home},
    support::watchdog,
    terminal::Terminal,
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
        "--trust",
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

const EXERCISE: &str = r#"
```forklore exercise
id = "e"
title = "Hello"
task = "Print it."
starter = "exercises/starter.py"
solution = "exercises/solution.py"

[[condition]]
says = "it ends well"
holds_if = "most('exitcode', kind='main') == 0"
```
"#;

/// A home with a lesson of another author, and a Python that writes down what it runs.
fn foreign_lesson() -> (Home, Stub) {
    let home = home();
    home.write("lessons/one.md", format!("{LESSON}{EXERCISE}"));
    home.write("lessons/exercises/starter.py", "import sys\nsys.exit(1)\n");
    home.write("lessons/exercises/solution.py", "print('solved')\n");
    let stub = Stub::new(ANSWER, "echo \"$1\" >> \"$here/ran\"\necho hello");
    (home, stub)
}

#[test]
fn programs_of_other_lessons_run_only_with_leave() {
    let (home, stub) = foreign_lesson();
    let run = |words: &[&str]| {
        let mut command = home.command(words);
        command
            .env("FORKLORE_PYTHON", stub.path())
            .env("FORKLORE_LESSONS", home.file("lessons"));
        Ended::from(command.output().unwrap())
    };
    home.write("mine.py", "");
    for (words, program) in [
        (&["lesson", "1", "--play"][..], "python/hello.py"),
        (&["lesson", "1", "--no-input"], "python/hello.py"),
        (&["lint", "lessons"], "exercises/solution.py"),
        (&["lint", "lessons", "--run"], "python/hello.py"),
        (&["exercise", "e"], "exercises/starter.py"),
        (
            &["check", "mine.py", "--exercise", "e"],
            "exercises/starter.py",
        ),
    ] {
        let error = run(words).failed_with(2);
        assert!(
            error.contains(&format!("`{program}`")) && error.contains("`--trust`"),
            "{words:?}: {error}"
        );
    }
    run(&["lint", "lessons", "--static"]).well();
    assert_eq!(stub.wrote("ran"), None);
    run(&["lesson", "1", "--play", "--trust"]).well();
    assert_eq!(stub.wrote("ran").as_deref(), Some("hello.py\n"));
    // Copies of Forklore's own programs are known.
    home.write(
        "lessons/python/hello.py",
        include_str!("../../../lessons/python/four_calls.py"),
    );
    run(&["lesson", "1", "--play"]).well();
}

#[test]
fn who_lets_a_program_run_is_asked_again_only_when_it_has_changed() {
    let (home, stub) = foreign_lesson();
    let python = stub.path().display().to_string();
    let open = || {
        let words = ["lesson", "1", "--lessons", "lessons"];
        Terminal::open(&home, 80, &words, &[("FORKLORE_PYTHON", &python)])
    };
    let question = "Run them? [y/N]";
    let answer = |text: &str| {
        let mut terminal = open();
        terminal.wait_for(question);
        terminal.type_line(text);
        terminal
    };
    answer("").wait_for("nothing was run");
    assert_eq!(stub.wrote("ran"), None);
    let mut allowed = answer("y");
    allowed.wait_for("Enter: run");
    allowed.type_line("");
    allowed.wait_for("printed:");
    let mut known = open();
    known.wait_for("Enter: run");
    assert!(!known.raw().contains(question));
    known.type_line("quit");
    assert_eq!(known.exit_code(), 0);
    home.write("lessons/python/hello.py", "print('something else')\n");
    answer("n").wait_for("nothing was run");
}
