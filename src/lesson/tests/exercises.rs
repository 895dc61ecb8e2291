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
