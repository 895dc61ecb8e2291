//! Lessons with mistakes, each above what is reported of it: the files in `tests/lesson-problems`.
//!
//! `======== ` begins a lesson, whose front matter is [`FRONT`] if its title begins with no `file: `; `-------- ` stands
//! above its problems. `INSTA_UPDATE=always cargo test problems` writes what is reported now.

use std::{fs, path::Path};

use super::*;
use crate::expected_file::assert_file;

const LESSON: &str = "======== ";
const REPORTED: &str = "-------- is reported as\n";

#[track_caller]
fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lesson-problems");
    let path = path.join(file).with_extension("txt");
    let expected = fs::read_to_string(&path).expect("lessons");
    let mut reported = String::new();
    for lesson in expected.split(LESSON).skip(1) {
        let (lesson, _) = lesson.split_once(REPORTED).expect("its problems");
        let (title, text) = lesson.split_once('\n').expect("a lesson");
        let problems = match title.strip_prefix("file: ") {
            Some(_) => shown(&parse_lesson("q6.md", text, &known()).1),
            None => bad(text),
        };
        let _ = write!(reported, "{LESSON}{lesson}{REPORTED}{problems}");
    }
    assert_file(&path, &reported);
}

#[test]
fn of_front_matter_and_toml() {
    check("toml");
}

#[test]
fn of_steps_fences_and_prose() {
    check("steps_and_prose");
}

#[test]
fn of_directives() {
    check("directives");
}

#[test]
fn of_predictions_and_quizzes() {
    check("questions");
}

#[test]
fn of_claims() {
    check("claims");
}

#[test]
fn of_hints_and_exercises() {
    check("exercises");
}

#[test]
fn of_schedules() {
    check("schedules");
}

#[test]
fn of_bench_tasks() {
    check("bench_tasks");
}
