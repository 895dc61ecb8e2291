//! Hints and exercises: how they are read, and their errors.

use super::*;
use crate::lesson::{Block, Exercise};

fn quiz(toml: &str) -> String {
    directive("quiz", &format!("id = \"q\"\nquestion = \"Well?\"\n{toml}"))
}

const HINT: &str = "\n```forklore hint\ntext = \"Count them.\"\n```\n";
const NUMBER: &str = "answer = 3\nwhy = \"W\"";

#[test]
fn hints_belong_to_the_question_above_or_to_the_one_that_they_name() {
    let other = directive(
        "quiz",
        "id = \"other\"\nquestion = \"Q\"\nanswer = 3\nwhy = \"W\"",
    );
    let first = "\n```forklore hint\ntext = \"Begin here.\"\nof = \"q\"\n```\n";
    let lesson = good(&format!("{}{HINT}{other}{first}{HINT}", quiz(NUMBER)));
    let hints: Vec<&[String]> = lesson
        .blocks()
        .filter_map(|block| match block {
            Block::Quiz(quiz) => Some(quiz.hints.as_slice()),
            _ => None,
        })
        .collect();
    assert_eq!(
        hints,
        [&["Count them.", "Begin here."][..], &["Count them."]]
    );
}

#[test]
fn a_hint_without_a_question() {
    insta::assert_snapshot!(bad(&format!("## Start\n\nWords.\n{HINT}")), @r#"
        lessons/q6.md:13:1: error: no question stands above this hint
           |
        13 | ```forklore hint
           | ^^^^^^^^^^^^^^^^
           = help: put it below its predict, quiz or exercise, or name that one: of = "its-id"
    "#);
    let lost = "\n```forklore hint\ntext = \"Count.\"\nof = \"qq\"\n```\n";
    insta::assert_snapshot!(bad(&format!("{}{lost}", quiz(NUMBER))), @r#"
        lessons/q6.md:22:6: error: no question of this lesson is called `qq`
           |
        22 | of = "qq"
           |      ^^^^
           = help: did you mean `q`?
    "#);
    insta::assert_snapshot!(bad(&format!("## Start\n\nWords.\n{lost}")), @r#"
        lessons/q6.md:15:6: error: no question of this lesson is called `qq`
           |
        15 | of = "qq"
           |      ^^^^
           = help: this lesson has no predict, quiz or exercise
    "#);
}

const EXERCISE: &str = r#"id = "four"
title = "Four"
task = "Start four."
starter = "exercises/four.py"
solution = "exercises/four_solution.py"
"#;

fn exercise(more: &str) -> String {
    directive("exercise", &format!("{EXERCISE}{more}"))
}

const CONDITION: &str = "[[condition]]\nsays = \"four\"\nholds_if = \"count('process', kind='child') == 4\"\nhint = \"Count.\"\n";

fn the_exercise(lesson: &Lesson) -> &Exercise {
    lesson.exercises().next().expect("an exercise")
}

#[test]
fn an_exercise_has_files_and_conditions() {
    let order = "\n```forklore quiz\nid = \"order\"\nquestion = \"Q\"\nlines = [\"a\", \"b\", \"c\"]\nwhy = \"W\"\n```\n";
    let more = "minutes = 10\nwithout_python = \"order\"\nneeds = \"cores >= 2\"\ntrials = 3\ncompares = true\n";
    let gain = "[[condition]]\nsays = \"quicker\"\nholds_if = \"median('gain') > 1.2\"\n";
    let lesson = good(&(exercise(&format!("{more}{CONDITION}{gain}")) + HINT + order));
    let exercise = the_exercise(&lesson);
    assert_eq!(exercise.starter, "exercises/four.py");
    assert_eq!(
        (exercise.minutes, exercise.trials, exercise.compares),
        (Some(10), 3, true)
    );
    assert_eq!((exercise.needs.cores, exercise.needs.python), (2, true));
    assert_eq!(exercise.without_python.as_deref(), Some("order"));
    assert_eq!(exercise.hints, ["Count them."]);
    assert_eq!(exercise.conditions[0].says, "four");
    assert_eq!(exercise.conditions[0].hint.as_deref(), Some("Count."));
    assert_eq!(exercise.line, 13);

    let lesson = good(&self::exercise(CONDITION));
    assert_eq!(
        (the_exercise(&lesson).trials, the_exercise(&lesson).compares),
        (1, false)
    );
}

#[test]
fn an_exercise_with_faults() {
    insta::assert_snapshot!(bad(&exercise("")), @r#"
        lessons/q6.md:13:1: error: `exercise` lacks `condition`
           |
        13 | ```forklore exercise
           | ^^^^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(bad(&exercise("[[condition]]\nsays = \"s\"\nholds_if = \"count('proces') == 4\"\n[[condition]]\nsays = \"s\"\nholds_if = \"speedup('threads') > 1\"")), @r#"
        lessons/q6.md:21:19: error: the demo `try` measures no `proces`
           |
        21 | holds_if = "count('proces') == 4"
           |                   ^^^^^^^^
           = help: did you mean `process`?
        lessons/q6.md:24:21: error: no backend of this demo is called `threads`
           |
        24 | holds_if = "speedup('threads') > 1"
           |                     ^^^^^^^^^
           = help: there are: try
    "#);
    insta::assert_snapshot!(bad(&exercise("[[condition]]\nsays = \"s\"\nholds_if = \"flag('same_output')\"")), @r#"
        lessons/q6.md:21:12: error: `same_output` is known only beside the starter
           |
        21 | holds_if = "flag('same_output')"
           |            ^^^^^^^^^^^^^^^^^^^^^
           = help: add `compares = true` to the exercise: then the starter is run too
    "#);
    insta::assert_snapshot!(bad(&exercise(&format!("without_python = \"q\"\nneeds = \"coers >= 2\"\ntrials = 0\n{CONDITION}"))), @r#"
        lessons/q6.md:20:10: error: `coers >= 2` is nothing that a claim can need
           |
        20 | needs = "coers >= 2"
           |          ^^^^^^^^^^
           = help: did you mean `cores >= 2`?
        lessons/q6.md:21:10: error: `trials` must be at least 1
           |
        21 | trials = 0
           |          ^
    "#);
}

#[test]
fn an_exercise_whose_files_cannot_be_used() {
    let text = exercise(CONDITION)
        .replace("exercises/four.py", "../four.py")
        .replace("four_solution.py", "four.rs");
    insta::assert_snapshot!(bad(&text), @r#"
        lessons/q6.md:17:11: error: a program lies inside the lessons' folder
           |
        17 | starter = "../four.py"
           |           ^^^^^^^^^^^^
           = help: name it from there: "python/hello.py"
        lessons/q6.md:18:12: error: an exercise is a Python program
           |
        18 | solution = "exercises/four.rs"
           |            ^^^^^^^^^^^^^^^^^^^
           = help: name a file that ends in `.py`
    "#);
    let text = exercise(CONDITION).replace("four_solution.py", "four.py");
    insta::assert_snapshot!(bad(&text), @r#"
        lessons/q6.md:18:12: error: the solution is the starter itself
           |
        18 | solution = "exercises/four.py"
           |            ^^^^^^^^^^^^^^^^^^^
           = help: give it a file of its own: "exercises/q6_four_solution.py"
    "#);
}

#[test]
fn an_exercise_whose_fallback_cannot_be_used() {
    let fallback = exercise(&format!("without_python = \"q\"\n{CONDITION}"));
    insta::assert_snapshot!(bad(&(fallback + &quiz(NUMBER))), @r#"
        lessons/q6.md:19:18: error: `q` is no quiz that puts lines in order
           |
        19 | without_python = "q"
           |                  ^^^
           = help: add a quiz with `lines` to this lesson, or leave this out
    "#);
}

#[test]
fn questions_and_exercises_have_names_of_their_own() {
    insta::assert_snapshot!(bad(&(quiz(NUMBER) + &exercise(CONDITION).replace("id = \"four\"", "id = \"q\""))), @r#"
        lessons/q6.md:24:6: error: the id `q` is taken
           |
        24 | id = "q"
           |      ^^^
           = help: the other one is in line 14
    "#);
    insta::assert_snapshot!(bad(&quiz(NUMBER).replace("id = \"q\"", "id = \"Q 1\"")), @r#"
        lessons/q6.md:14:6: error: this is no name for a quiz
           |
        14 | id = "Q 1"
           |      ^^^^^
           = help: use a-z, 0-9 and hyphens
    "#);
}
