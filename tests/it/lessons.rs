//! The tools for authors: new lessons, the guide, and lessons that are read again at every save.

use std::{collections::BTreeMap, fs};

use forklore::lesson::{Block, Lesson, Library, QuizAnswer, lint_library};

use crate::home::Home;

#[test]
fn a_new_lesson_lints_and_its_files_are_those_of_the_guide() {
    let home = Home::new();
    let made = home.run(&["new", "lesson", "mine"]).well().out;
    for file in [
        "lesson-1.md",
        "exercises/lesson_1.py",
        "exercises/lesson_1_solution.py",
    ] {
        assert!(home.file("mine").join(file).is_file(), "{file}");
        assert!(made.contains(file), "{made}");
    }
    assert!(
        made.contains("forklore lesson 1 --watch --lessons mine"),
        "{made}"
    );
    assert_eq!(home.run(&["lint", "mine"]).well().out, "no problems\n");
    assert_eq!(lint_library(Some(&home.file("mine"))).unwrap(), []);
    let listed = home
        .run(&["lessons", "--lessons", "mine", "--format", "csv"])
        .well()
        .out;
    assert!(listed.contains("Two processes at once"), "{listed}");

    let library = Library::load_folder(&home.file("mine")).unwrap();
    let lesson = library.find_lesson("1").unwrap();
    let has = counted(lesson);
    assert!(
        has.predictions >= 1 && has.quizzes >= 3 && has.orders >= 1,
        "{has:?}"
    );
    assert!(
        has.hints >= 2 && has.notes >= 1 && lesson.exercises().count() == 1,
        "{has:?}"
    );
}

#[derive(Debug, Default)]
struct Has {
    predictions: usize,
    quizzes: usize,
    orders: usize,
    hints: usize,
    notes: usize,
}

fn counted(lesson: &Lesson) -> Has {
    let mut has = Has::default();
    for block in lesson.blocks() {
        match block {
            Block::Predict(predict) => {
                has.predictions += 1;
                has.hints += predict.hints.len();
            }
            Block::Quiz(quiz) => {
                has.quizzes += 1;
                has.orders += usize::from(matches!(quiz.answer, QuizAnswer::Order(_)));
                has.hints += quiz.hints.len();
            }
            Block::Exercise(exercise) => has.hints += exercise.hints.len(),
            Block::Note(note) => has.notes += usize::from(note.minutes.is_some()),
            _ => {}
        }
    }
    has
}

#[test]
fn each_lesson_asks_what_a_lesson_should_ask() {
    let library = Library::load_embedded();
    let mut lacks: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for lesson in library.lessons() {
        let has = counted(lesson);
        let number = lesson.number;
        let wanted = [
            (has.predictions >= 2, "two predictions"),
            (has.quizzes >= 3, "three quizzes"),
            (
                has.orders >= 1 || ![3, 5, 6].contains(&number),
                "lines to put in order",
            ),
            (has.hints >= 1, "hints"),
            (has.notes >= 1, "notes with minutes"),
            (lesson.exercises().count() >= 1 || number < 3, "an exercise"),
        ];
        let missing = wanted
            .into_iter()
            .filter(|(there, _)| !there)
            .map(|(_, what)| what);
        lacks.entry(number).or_default().extend(missing);
    }
    lacks.retain(|_, what| !what.is_empty());
    assert!(lacks.is_empty(), "{lacks:?}");
}

/// On a terminal, with an editor in another window.
#[cfg(unix)]
mod saving {
    use super::*;
    use crate::terminal::{CTRL_C, ENTER, Terminal};

    const NOTICE: &str = "`one.md` was saved; Enter reads the lesson again";

    const LESSON: &str = "\
+++
number = 1
slug = \"one\"
title = \"One\"
question = \"What?\"
minutes = 5
summary = \"One.\"
+++
The beginning.

## Second step

Old words.

## Third step

The end.
";

    /// Saves as editors do: a finished copy replaces the file.
    fn save(home: &Home, text: &str) {
        let copy = home.write("mine/one.md.new", text);
        fs::rename(copy, home.file("mine/one.md")).unwrap();
    }

    #[test]
    fn a_lesson_is_read_again_at_its_step_when_it_is_saved() {
        let home = Home::new();
        home.write("mine/one.md", LESSON);
        let arguments = ["lesson", "1", "--watch", "--lessons", "mine"];
        let mut terminal = Terminal::open(&home, 80, &arguments, &[]);
        terminal.wait_for("lesson 1 · 1/3 ❯");
        terminal.type_keys(ENTER);
        terminal.wait_for("Old words.");

        save(&home, &LESSON.replace("Old words", "New words"));
        terminal.wait_for_times(1, NOTICE);
        terminal.type_keys(ENTER);
        let screen = terminal.wait_for("New words.");
        assert!(screen.contains("the lesson is read again"), "{screen}");
        terminal.wait_for_times(2, "lesson 1 · 2/3 ❯");

        save(&home, &LESSON.replace("minutes = 5", "minutes = \"five\""));
        terminal.wait_for_times(2, NOTICE);
        terminal.type_keys(ENTER);
        terminal.wait_for("the lesson stays as it was");
        terminal.type_keys(ENTER);
        terminal.wait_for("The end.");

        save(&home, &LESSON.replace("The end.", "A new end."));
        terminal.wait_for_times(3, NOTICE);
        terminal.type_keys(ENTER);
        terminal.wait_for("A new end.");
        terminal.type_line("quit");
        assert_eq!(terminal.exit_code(), 0);
    }

    #[test]
    fn lint_looks_again_at_every_save() {
        let home = Home::new();
        home.write("mine/one.md", LESSON);
        let arguments = ["lint", "mine", "--watch"];
        let mut terminal = Terminal::open(&home, 80, &arguments, &[]);
        terminal.wait_for("no problems");
        terminal.wait_for("Watching mine");
        save(&home, &LESSON.replace("minutes = 5", "minutes = 0"));
        terminal.wait_for("`minutes` counts from 1");
        save(&home, LESSON);
        terminal.wait_for_times(2, "no problems");
        terminal.type_keys(CTRL_C);
        assert_eq!(terminal.exit_code(), 130);
    }
}
