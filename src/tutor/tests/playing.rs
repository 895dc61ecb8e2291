//! Lessons played straight through.

use std::io;

use super::*;
use crate::tutor::{PlayOutcome, ProgramOutput, play_lesson};

fn played(lesson: &str, notes: bool, mut runner: PreparedRunner<'_>) -> (PlayOutcome, String) {
    let library = library();
    let mut page = Sketch::default();
    let mut ports = ports(&mut page, &mut runner);
    let lesson = library.find_lesson(lesson).unwrap();
    let played = play_lesson(&library, lesson, notes, &mut ports).unwrap();
    (played.outcome, page.take())
}

#[test]
fn every_piece_is_shown_in_order_and_answers_come_with_their_questions() {
    let (outcome, shown) = played("1", false, PreparedRunner::new());
    assert_eq!(outcome, PlayOutcome::Complete);
    insta::assert_snapshot!(shown);
}

#[test]
fn notes_are_shown_to_instructors_only() {
    let (_, to_students) = played("1", false, PreparedRunner::new());
    let (_, to_instructors) = played("1", true, PreparedRunner::new());
    let note = "prose: > **For instructors (2 min).** Ask who knows.\n";
    assert!(!to_students.contains(note));
    assert_eq!(to_instructors.replace(note, ""), to_students);
}

#[test]
fn a_demo_that_fails_is_told_and_the_lesson_goes_on() {
    let (outcome, shown) = played("1", false, fails());
    assert_eq!(outcome, PlayOutcome::Failed(vec!["numbers".to_owned()]));
    assert!(shown.contains("error: the demo `numbers` failed: no process can be started\n"));
    assert!(shown.contains("table: Two ways"), "{shown}");
}

#[test]
fn a_demo_that_is_stopped_shows_what_it_has_and_ends_the_lesson() {
    let (outcome, shown) = played("1", false, PreparedRunner::interrupted());
    assert_eq!(outcome, PlayOutcome::Interrupted);
    assert!(shown.ends_with("report: numbers Some(4)\nerror: the demo `numbers` was stopped\n"));
}

#[test]
fn titles_are_shown_as_they_are_written() {
    let (_, shown) = played("2", false, PreparedRunner::new());
    assert!(
        shown.starts_with(r"prose: # Lesson 2: The \*second\*"),
        "{shown}"
    );
}

#[test]
fn a_page_that_is_gone_ends_the_lesson() {
    struct Closed;

    impl LessonRenderer for Closed {
        fn draw_markdown(&mut self, _: &str) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn draw_code(&mut self, _: &str, _: &str) -> io::Result<()> {
            Ok(())
        }
        fn draw_machine(&mut self, _: &ScheduleRun) -> io::Result<()> {
            Ok(())
        }
        fn draw_table(&mut self, _: &Table) -> io::Result<()> {
            Ok(())
        }
        fn draw_report(&mut self, _: &Report) -> io::Result<()> {
            Ok(())
        }
        fn show_error(&mut self, _: &str) -> io::Result<()> {
            Ok(())
        }
        fn flush_output(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let library = library();
    let mut runner = PreparedRunner::new();
    let mut page = Closed;
    let mut ports = ports(&mut page, &mut runner);
    let error = play_lesson(
        &library,
        library.find_lesson("1").unwrap(),
        false,
        &mut ports,
    )
    .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

/// The output after a program that the lesson runs.
fn printed(output: ProgramOutput) -> (PlayOutcome, String) {
    let lesson = "+++\nnumber = 3\nslug = \"third\"\ntitle = \"T\"\nquestion = \"Q\"\nminutes = 1\nsummary = \"S\"\n+++\n\
        ```forklore program\nfile = \"python/hello.py\"\nrun = true\n```\n\nAfter.\n";
    let library = library_of(&[("third.md", lesson)]);
    let mut page = Sketch::default();
    let mut runner = PreparedRunner {
        output,
        ..PreparedRunner::new()
    };
    let mut ports = ports(&mut page, &mut runner);
    let played = play_lesson(
        &library,
        library.find_lesson("3").unwrap(),
        false,
        &mut ports,
    )
    .unwrap();
    let shown = page.take();
    let (_, after) = shown.split_once("python: print('hello')\n").unwrap();
    (played.outcome, after.to_owned())
}

#[test]
fn a_program_that_is_run_is_shown_with_what_it_printed() {
    let (played, shown) = printed(ProgramOutput::Printed {
        by: "Python 3.11".to_owned(),
        text: "hello".to_owned(),
        remark: Some("It ended with exit code 3.".to_owned()),
        was_cut: false,
    });
    assert_eq!(played, PlayOutcome::Complete);
    assert_eq!(
        shown,
        "prose: Python 3.11 printed:\ntext: hello\nprose: It ended with exit code 3.\nprose: After.\n"
    );
}

#[test]
fn a_program_that_nothing_runs_costs_one_line() {
    let (played, shown) = printed(ProgramOutput::Missing("No Python was found.".to_owned()));
    assert_eq!(played, PlayOutcome::Complete);
    assert_eq!(shown, "prose: No Python was found.\nprose: After.\n");
}

#[test]
fn a_program_that_fails_or_is_stopped_is_told() {
    let (played, shown) = printed(ProgramOutput::Failed("no folder".to_owned()));
    assert_eq!(
        played,
        PlayOutcome::Failed(vec!["python/hello.py".to_owned()])
    );
    assert!(
        shown.starts_with("error: `python/hello.py` did not run: no folder\n"),
        "{shown}"
    );
    let (played, shown) = printed(ProgramOutput::Interrupted);
    assert_eq!(played, PlayOutcome::Interrupted);
    assert_eq!(shown, "error: `python/hello.py` was stopped\n");
}
