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
fn a_prediction_is_read_against_the_demo_below_it() {
    let measured = |condition: &str| {
        choice("Yes", &format!("right_if = \"{condition}\""))
            + &choice("No", "right_if = \"1 > 2\"")
    };
    insta::assert_snapshot!(bad(&predict(&measured("speedup('gil-threads') > 1"))), @r#"
        lessons/q6.md:18:21: error: no backend of this demo is called `gil-threads`
           |
        18 | right_if = "speedup('gil-threads') > 1"
           |                     ^^^^^^^^^^^^^
           = help: there are: serial, threads, processes
    "#);
    let alone = directive(
        "predict",
        &format!("id = \"p\"\nquestion = \"Q\"\n{}", measured("1 < 2")),
    );
    insta::assert_snapshot!(bad(&alone), @r#"
        lessons/q6.md:13:1: error: neither a demo nor a program that is run follows this prediction
           |
        13 | ```forklore predict
           | ^^^^^^^^^^^^^^^^^^^
           = help: put a ```forklore demo below it, or make it a quiz
    "#);
    insta::assert_snapshot!(bad(&format!("{alone}\n```forklore demo\nworkers = 2\n```\n")), @r#"
        lessons/q6.md:27:1: error: `demo` lacks `run`
           |
        27 | ```forklore demo
           | ^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_prediction_says_in_its_authors_words_what_was_measured() {
    let choices = |condition: &str| {
        choice("Yes", &format!("right_if = \"{condition}\""))
            + &choice("No", "right_if = \"1 > 2\"")
    };
    let observed = choices("median('hashing') > 1 s");
    let body = predict(&format!(
        "measured = \"It took {{most('hashing')}}\"\n{observed}"
    ));
    let words = the_prediction(&good(&body))
        .measured
        .clone()
        .expect("words");
    assert_eq!(words.questions()[0].text, "most('hashing')");
    // A speed-up needs no words of an author.
    good(&predict(&choices("speedup('processes') > 1")));
    insta::assert_snapshot!(bad(&predict(&observed)), @r#"
        lessons/q6.md:18:12: warning: no words of yours say what was observed
           |
        18 | right_if = "median('hashing') > 1 s"
           |            ^^^^^^^^^^^^^^^^^^^^^^^^^
           = help: add measured = "… {figure} …" to the prediction
    "#);
    let mistyped = format!("measured = \"so {{spedup('processes')}}\"\n{observed}");
    insta::assert_snapshot!(bad(&predict(&mistyped)), @r#"
        lessons/q6.md:16:17: error: no function is called `spedup`
           |
        16 | measured = "so {spedup('processes')}"
           |                 ^^^^^^
           = help: did you mean `speedup`?
    "#);
}

#[test]
fn a_program_that_is_run_decides_a_prediction_that_says_which_choice_is_right() {
    let program = "\n```forklore program\nfile = \"python/hello.py\"\nrun = true\n```\n";
    let body = |choices: &str| {
        let toml = format!("id = \"p\"\nquestion = \"Sooner?\"\n{choices}");
        directive("predict", &toml) + program
    };
    good(&body(&(choice("Yes", "right = true") + &choice("No", ""))));
    let measured = choice("Yes", "right_if = \"1 > 2\"") + &choice("No", "");
    insta::assert_snapshot!(bad(&body(&measured)), @r#"
        lessons/q6.md:18:12: error: a program measures nothing
           |
        18 | right_if = "1 > 2"
           |            ^^^^^^^
           = help: say which choice is right (`right = true`), or put a demo below it
    "#);
    let shown_only = body(&(choice("Yes", "right = true") + &choice("No", "")));
    let shown_only = bad(&shown_only.replace("run = true\n", ""));
    assert!(
        shown_only.contains("neither a demo nor a program"),
        "{shown_only}"
    );
}

#[test]
fn right_choices_that_can_be_told_from_the_others_are_reported() {
    let quizzes = |rights: &[(usize, &str)]| {
        let mut body = "## Start\n".to_owned();
        for (number, (right, text)) in rights.iter().enumerate() {
            let choices: String = (0..3)
                .map(|at| {
                    if at == *right {
                        choice(text, "right = true")
                    } else {
                        choice(&format!("wrong {at}"), "")
                    }
                })
                .collect();
            let toml = format!("id = \"q{number}\"\nquestion = \"Well?\"\n{choices}");
            let _ = write!(body, "\n```forklore quiz\n{toml}```\n");
        }
        body
    };
    good(&quizzes(&[
        (0, "yes"),
        (1, "the longest"),
        (2, "the longest"),
        (1, "yes"),
    ]));
    // Three alike of four are too many; two of two may be chance.
    good(&quizzes(&[(1, "the longest"), (1, "the longest")]));
    let longest = [
        (0, "the longest"),
        (1, "the longest"),
        (2, "the longest"),
        (1, "yes"),
    ];
    insta::assert_snapshot!(bad(&quizzes(&longest)), @"
        lessons/q6.md:11:1: warning: the right choice is the longest in 3 of 4 questions
           |
        11 | ```forklore quiz
           | ^^^^^^^^^^^^^^^^
           = help: shorten right choices, and move what explains them into `why`
    ");
    let at_b = [(1, "yes"), (1, "yes"), (2, "no"), (1, "no")];
    insta::assert_snapshot!(bad(&quizzes(&at_b)), @"
        lessons/q6.md:11:1: warning: the right choice is b in 3 of 4 questions
           |
        11 | ```forklore quiz
           | ^^^^^^^^^^^^^^^^
           = help: move some of them to another place
    ");
}

#[test]
fn a_prediction_that_nobody_could_get_right() {
    insta::assert_snapshot!(bad(&predict(&choice("Yes", "right = true"))), @r#"
        lessons/q6.md:13:1: error: a prediction has at least two choices
           |
        13 | ```forklore predict
           | ^^^^^^^^^^^^^^^^^^^
           = help: add a [[choice]]
    "#);
    insta::assert_snapshot!(bad(&predict(&(choice("Yes", "") + &choice("No", "")))), @r#"
        lessons/q6.md:13:1: error: no choice is right
           |
        13 | ```forklore predict
           | ^^^^^^^^^^^^^^^^^^^
           = help: add `right = true` to the one that is, or a `right_if` to each
    "#);
    insta::assert_snapshot!(bad(&predict(&(choice("Yes", "right = true") + &choice("No", "right = true")))), @r#"
        lessons/q6.md:20:1: error: two choices are right
           |
        20 | [[choice]]
           | ^^^^^^^^^^
           = help: a prediction has one right choice, unless `right_if` decides
    "#);
    insta::assert_snapshot!(bad(&predict(&(choice("Yes", "right = true") + &choice("No", "right_if = \"1 < 2\"")))), @r#"
        lessons/q6.md:18:9: error: `right` beside choices that have `right_if`
           |
        18 | right = true
           |         ^^^^
           = help: give each choice a `right_if`, or none; one with neither is wrong
    "#);
    let ten: String = (0..10).map(|n| choice(&n.to_string(), "")).collect();
    insta::assert_snapshot!(bad(&predict(&ten)), @r#"
        lessons/q6.md:13:1: error: a prediction has at most nine choices
           |
        13 | ```forklore predict
           | ^^^^^^^^^^^^^^^^^^^
           = help: split it in two
    "#);
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
fn a_number_that_cannot_be_asked_for() {
    insta::assert_snapshot!(bad(&quiz("answer = nan\nwhy = \"W\"")), @r#"
        lessons/q6.md:16:10: error: `answer` must be a number that is finite
           |
        16 | answer = nan
           |          ^^^
    "#);
    insta::assert_snapshot!(bad(&quiz("answer = \"8\"\nwhy = \"W\"")), @r#"
        lessons/q6.md:16:10: error: `answer` must be a number, not text
           |
        16 | answer = "8"
           |          ^^^
    "#);
    insta::assert_snapshot!(bad(&quiz("tolerance = -1\nwhy = \"W\"")), @r#"
        lessons/q6.md:13:1: error: `quiz` lacks `answer`
           |
        13 | ```forklore quiz
           | ^^^^^^^^^^^^^^^^
        lessons/q6.md:16:13: error: `tolerance` must be 0 or more
           |
        16 | tolerance = -1
           |             ^^
           = help: it says how far off a right answer may be, to either side
    "#);
    insta::assert_snapshot!(bad(&quiz("answer = 8\ntolerance = 1\nwhy = \"W\"\n[[slip]]\nanswer = 7.5\nwhy = \"V\"\n[[slip]]\nanswer = 4\nwhy = \"V\"\n[[slip]]\nanswer = 4.5\nwhy = \"V\"")), @r#"
        lessons/q6.md:20:10: error: this slip is a right answer
           |
        20 | answer = 7.5
           |          ^^^
           = help: a slip lies outside of the tolerance
        lessons/q6.md:26:10: error: another slip is within the tolerance of this
           |
        26 | answer = 4.5
           |          ^^^
           = help: no answer would get the second why: join the two, or make `tolerance` smaller
    "#);
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

#[test]
fn lines_that_cannot_be_put_in_order() {
    insta::assert_snapshot!(bad(&quiz("lines = [\"a\", \"b\"]\nwhy = \"W\"")), @r#"
        lessons/q6.md:16:9: error: there are at least three lines to put in order
           |
        16 | lines = ["a", "b"]
           |         ^^^^^^^^^^
           = help: give every line of the program a text of its own
    "#);
    insta::assert_snapshot!(bad(&quiz("lines = [\"a\", \" \", \"c\\nd\", \"e\"]\nextra = [\"a\"]\nwhy = \"W\"")), @r#"
        lessons/q6.md:16:15: error: an empty line has no place of its own
           |
        16 | lines = ["a", " ", "c\nd", "e"]
           |               ^^^
           = help: leave it out
        lessons/q6.md:16:20: error: this is more than one line, or has a tab
           |
        16 | lines = ["a", " ", "c\nd", "e"]
           |                    ^^^^^^
           = help: give each line a text of its own, indented with spaces
        lessons/q6.md:17:10: error: this extra line is one of `lines` as well
           |
        17 | extra = ["a"]
           |          ^^^
           = help: the two look the same: change one of them
    "#);
}

#[test]
fn lines_that_do_not_exist_or_do_not_change_places() {
    let with = |more: &str| {
        bad(&quiz(&format!(
            "lines = [\"a\", \"b\", \"c\", \"a\"]\nwhy = \"W\"\n{more}"
        )))
    };
    insta::assert_snapshot!(with("any_order = [[1], [2, 5], [0, 3, 2]]"), @r#"
        lessons/q6.md:18:14: error: one line alone cannot change places
           |
        18 | any_order = [[1], [2, 5], [0, 3, 2]]
           |              ^^^
           = help: name two lines or more: any_order = [[3, 4]]
        lessons/q6.md:18:23: error: there is no line 5
           |
        18 | any_order = [[1], [2, 5], [0, 3, 2]]
           |                       ^
           = help: lines are counted from 1 to 4
        lessons/q6.md:18:28: error: there is no line 0
           |
        18 | any_order = [[1], [2, 5], [0, 3, 2]]
           |                            ^
           = help: lines are counted from 1 to 4
        lessons/q6.md:18:34: error: line 2 is named twice
           |
        18 | any_order = [[1], [2, 5], [0, 3, 2]]
           |                                  ^
           = help: put all lines that may change places with each other in one group
    "#);
    let misplaced = |line: u32, before: u32| {
        format!("[[misplaced]]\nline = {line}\nbefore = {before}\nwhy = \"V\"\n")
    };
    insta::assert_snapshot!(with(&(misplaced(1, 2) + &misplaced(4, 1) + &misplaced(9, 1))), @r#"
        lessons/q6.md:20:10: error: in the right order, line 1 does not come after line 2
           |
        20 | before = 2
           |          ^
           = help: `line` is the one that came too early, `before` the one that it must not precede
        lessons/q6.md:24:10: error: line 4 may stand before line 1 in a right order
           |
        24 | before = 1
           |          ^
           = help: name two lines of which one always stands above the other; equal lines, and those of `any_order`, change places
        lessons/q6.md:27:8: error: there is no line 9
           |
        27 | line = 9
           |        ^
           = help: lines are counted from 1 to 4
    "#);
    insta::assert_snapshot!(with(&format!("any_order = [[2, 3]]\n{}", misplaced(3, 2))), @r#"
        lessons/q6.md:21:10: error: line 3 may stand before line 2 in a right order
           |
        21 | before = 2
           |          ^
           = help: name two lines of which one always stands above the other; equal lines, and those of `any_order`, change places
    "#);
}

#[test]
fn a_quiz_asks_for_one_thing() {
    insta::assert_snapshot!(bad(&quiz("answer = 3\nlines = [\"a\"]\nwhy = \"W\"")), @r#"
        lessons/q6.md:17:1: error: `lines` is for another kind of quiz than this
           |
        17 | lines = ["a"]
           | ^^^^^
           = help: a quiz asks for one thing: [[choice]]s, a number or lines in order
    "#);
    insta::assert_snapshot!(bad(&quiz("why = \"W\"")), @r#"
        lessons/q6.md:13:1: error: this quiz has no answer
           |
        13 | ```forklore quiz
           | ^^^^^^^^^^^^^^^^
           = help: add [[choice]]s, an `answer` (a number) or `lines` (to put in order)
    "#);
    insta::assert_snapshot!(bad(&quiz(&("why = \"W\"\n".to_owned() + &choice("A", "right = true") + &choice("B", "")))), @r#"
        lessons/q6.md:16:1: error: `why` is for another kind of quiz than this
           |
        16 | why = "W"
           | ^^^
           = help: a quiz asks for one thing: [[choice]]s, a number or lines in order
    "#);
}
