//! Predictions and quizzes of every kind: how they are read, and their errors.

use super::*;
use crate::lesson::{
    AnswerKey, Block, Misconception, MisplacedLine, NumberAnswer, OrderAnswer, Prediction, Quiz,
    QuizAnswer,
};

const DEMO: &str = "\n```forklore demo\nrun = \"parallel\"\nworkers = 2\n```\n";

/// A step with a prediction of these choices, and the demo that decides it.
fn predict(choices: &str) -> String {
    directive(
        "predict",
        &format!("id = \"p\"\nquestion = \"Sooner?\"\n{choices}"),
    ) + DEMO
}

fn choice(text: &str, more: &str) -> String {
    format!("[[choice]]\ntext = \"{text}\"\n{more}\nwhy = \"Look.\"\n")
}

fn quiz(toml: &str) -> String {
    directive("quiz", &format!("id = \"q\"\nquestion = \"Well?\"\n{toml}"))
}

fn the_prediction(lesson: &Lesson) -> &Prediction {
    let found = lesson.blocks().find_map(|block| match block {
        Block::Predict(predict) => Some(predict),
        _ => None,
    });
    found.expect("a prediction")
}

fn the_quiz(lesson: &Lesson) -> &Quiz {
    let found = lesson.blocks().find_map(|block| match block {
        Block::Quiz(quiz) => Some(quiz),
        _ => None,
    });
    found.expect("a quiz")
}

#[test]
fn a_prediction_is_right_by_statement() {
    let body = predict(&(choice("Yes", "right = true") + &choice("No", "")));
    let lesson = good(&body);
    let rights: Vec<&AnswerKey> = the_prediction(&lesson)
        .choices
        .iter()
        .map(|c| &c.right)
        .collect();
    assert_eq!(
        rights,
        [&AnswerKey::Stated(true), &AnswerKey::Stated(false)]
    );
}

#[test]
fn a_prediction_is_right_by_what_the_next_demo_measures() {
    let yes = choice("Yes", "right_if = \"speedup('processes') > 1.5\"");
    let no = choice("No", "right_if = \"speedup('processes') <= 1.5\"");
    let lesson = good(&predict(&(yes + &no + &choice("Cheese", ""))));
    let choices = &the_prediction(&lesson).choices;
    let AnswerKey::Measured(condition) = &choices[0].right else {
        panic!("{choices:?}");
    };
    assert_eq!(condition.text, "speedup('processes') > 1.5");
    assert!(matches!(choices[1].right, AnswerKey::Measured(_)));
    assert_eq!(choices[2].right, AnswerKey::Stated(false));
}

#[test]
fn a_quiz_may_ask_for_a_number() {
    let lesson = good(&quiz(
        "answer = 8\ntolerance = 0.5\nunit = \"s\"\nwhy = \"Two fours.\"\nexplain = \"So it is.\"\n\
         [[slip]]\nanswer = 4.0\nwhy = \"Halved once too often.\"",
    ));
    let number = NumberAnswer {
        value: 8.0,
        tolerance: 0.5,
        unit: Some("s".to_owned()),
        why: "Two fours.".to_owned(),
        slips: vec![Misconception {
            value: 4.0,
            why: "Halved once too often.".to_owned(),
        }],
    };
    assert_eq!(the_quiz(&lesson).answer, QuizAnswer::Number(number));
    assert_eq!(the_quiz(&lesson).explain.as_deref(), Some("So it is."));
}

#[test]
fn a_quiz_may_ask_for_lines_in_order() {
    let lesson = good(&quiz(
        "lines = [\"import os\", \"a()\", \"b()\", \"if c:\", \"    d()\"]\nextra = [\"d()\"]\n\
         any_order = [[2, 3]]\nwhy = \"W\"\n[[misplaced]]\nline = 5\nbefore = 4\nwhy = \"V\"",
    ));
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    let order = OrderAnswer {
        lines: owned(&["import os", "a()", "b()", "if c:", "    d()"]),
        extra: owned(&["d()"]),
        any_order: vec![vec![1, 2]],
        lang: "python".to_owned(),
        why: "W".to_owned(),
        misplaced: vec![MisplacedLine {
            line: 4,
            before: 3,
            why: "V".to_owned(),
        }],
    };
    assert_eq!(the_quiz(&lesson).answer, QuizAnswer::Order(order));
}
