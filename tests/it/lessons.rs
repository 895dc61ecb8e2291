//! The tools for authors: new lessons, the guide, and lessons that are read again at every save.

use std::collections::BTreeMap;

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
