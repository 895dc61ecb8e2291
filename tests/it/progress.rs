//! The progress file: kills, two sessions at once, damage, and the format for other programs.

use std::{fmt::Write as _, fs, thread};

use nix::sys::signal::Signal;

use crate::{
    home::Home,
    terminal::{ENTER, Terminal},
};

const FILE: &str = "data/forklore/progress.jsonl";

/// Two lessons with many steps, each with a quiz.
fn home() -> Home {
    let home = Home::new();
    for number in 1..=2 {
        let mut text = format!(
            "+++\nnumber = {number}\nslug = \"lesson-{number}\"\ntitle = \"Lesson\"\nquestion = \"?\"\nminutes = 1\n\
             summary = \"Steps.\"\n+++\n"
        );
        for step in 1..=20 {
            let _ = write!(text, "## Step {step}\n\nThis is step {step}.\n\n");
        }
        home.write(&format!("lessons/{number}.md"), text);
    }
    home
}

fn lesson(home: &Home, number: u32) -> Terminal {
    let arguments = ["--lessons", "lessons", "lesson", &number.to_string()];
    let terminal = Terminal::open(home, 80, &arguments, &[("NO_COLOR", "1")]);
    terminal.wait_for_line(&format!("lesson {number} · 1/20 ❯"));
    terminal
}

fn next(terminal: &mut Terminal, lesson: u32, step: u32) {
    terminal.type_keys(ENTER);
    terminal.wait_for_line(&format!("lesson {lesson} · {step}/20 ❯"));
}

/// The number of steps of each lesson that were seen, from the JSON output.
fn seen(home: &Home) -> Vec<u64> {
    let out = home
        .run(&["--lessons", "lessons", "progress", "--format", "json"])
        .well()
        .out;
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["schema"], "forklore.progress/1");
    let lessons = json["lessons"].as_array().unwrap().iter();
    lessons
        .map(|lesson| lesson["steps"]["seen"].as_u64().unwrap())
        .collect()
}

#[test]
fn a_killed_session_loses_nothing_that_was_on_the_screen() {
    let home = home();
    let mut terminal = lesson(&home, 1);
    for step in 2..=5 {
        next(&mut terminal, 1, step);
    }
    terminal.signal(Signal::SIGKILL);
    terminal.exit_code();
    assert_eq!(seen(&home), [5, 0]);
    // A partial line, as after a kill during a write.
    let text = fs::read_to_string(home.file(FILE)).unwrap();
    fs::write(home.file(FILE), &text[..text.len() - 9]).unwrap();
    let mut terminal = lesson(&home, 2);
    next(&mut terminal, 2, 2);
    assert_eq!(seen(&home), [4, 2]);
    assert!(!terminal.raw().contains("damaged"));
}

#[test]
fn a_kill_in_the_middle_of_many_writes_damages_nothing() {
    let home = home();
    let mut least = 1;
    for _ in 0..5 {
        let mut terminal = lesson(&home, 1);
        terminal.type_keys(&ENTER.repeat(19));
        terminal.wait_for_output("lesson 1 · 6/20");
        terminal.signal(Signal::SIGKILL);
        terminal.exit_code();
        let seen = seen(&home)[0];
        assert!(seen >= least.max(6), "{seen} after {least}");
        least = seen;
    }
    let files = fs::read_dir(home.file("data/forklore")).unwrap();
    let mut names = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.all(|name| !name.contains("damaged")));
}

#[test]
fn two_sessions_at_once_lose_nothing() {
    let home = home();
    thread::scope(|scope| {
        for number in 1..=2 {
            let home = &home;
            scope.spawn(move || {
                let mut terminal = lesson(home, number);
                for step in 2..=15 {
                    next(&mut terminal, number, step);
                }
            });
        }
    });
    assert_eq!(seen(&home), [15, 15]);
}
