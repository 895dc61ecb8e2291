//! The keys of what asks: predictions, quizzes, exercises and their hints.

use super::keys::{key, of};
use crate::lesson::toml_keys::{KeySpec, Presence, ValueType};

/// `exercise`.
pub(super) const EXERCISE_KEYS: &[KeySpec] = &[
    key(
        "id",
        ValueType::Text,
        Presence::Required,
        "its name, unique in the library, and among the questions of the lesson: a-z, 0-9 and hyphens",
        "\"q6-four\"",
    ),
    key(
        "title",
        ValueType::Text,
        Presence::Required,
        "a short title",
        "\"Four numbers\"",
    ),
    key(
        "task",
        ValueType::Text,
        Presence::Required,
        "Markdown: what to do",
        "\"Let each child print a number of its own.\"",
    ),
    key(
        "minutes",
        ValueType::Whole,
        Presence::Optional,
        "how long to plan for it",
        "10",
    ),
    key(
        "starter",
        ValueType::Text,
        Presence::Required,
        "the program to begin with: a `.py` file of the folder",
        "\"exercises/q6_four.py\"",
    ),
    key(
        "solution",
        ValueType::Text,
        Presence::Required,
        "a program that meets every condition; nobody is shown it unasked",
        "\"exercises/q6_four_solution.py\"",
    ),
    key(
        "without_python",
        ValueType::Text,
        Presence::Optional,
        "the quiz of this lesson that asks for lines in order, for those who have no Python: its id",
        "\"q6-order\"",
    ),
    key(
        "needs",
        ValueType::Text,
        Presence::Optional,
        "as for a claim; a Python is implied",
        "\"cores >= 2\"",
    ),
    key(
        "trials",
        ValueType::Whole,
        Presence::Default("1"),
        "how often the program is run to tell",
        "3",
    ),
    key(
        "compares",
        ValueType::Flag,
        Presence::Default("false"),
        "whether the starter is run too: then `gain`, `same_output` and `starter_wall` are known",
        "true",
    ),
    key(
        "explain",
        ValueType::Text,
        Presence::Optional,
        "Markdown that everybody is shown once it is solved",
        "\"Both took turns on one core.\"",
    ),
    key(
        "condition",
        ValueType::Tables(&super::lists::CONDITION),
        Presence::Required,
        "what must be true of a run",
        "",
    ),
];

/// A condition of an exercise.
pub(super) const CONDITION_KEYS: &[KeySpec] = &[
    key(
        "says",
        ValueType::Text,
        Presence::Required,
        "the condition in words",
        "\"four child processes\"",
    ),
    key(
        "holds_if",
        ValueType::Text,
        Presence::Required,
        "the condition itself, over what `try` observes",
        "\"count('process', kind='child') == 4\"",
    ),
    key(
        "hint",
        ValueType::Text,
        Presence::Optional,
        "Markdown: what to look at if it is not so",
        "\"How often is `start` called?\"",
    ),
];

/// `quiz`.
pub(super) const QUIZ_KEYS: &[KeySpec] = &[
    key(
        "id",
        ValueType::Text,
        Presence::Required,
        "its name, unique in the lesson: a-z, 0-9 and hyphens",
        "\"q1-locks\"",
    ),
    key(
        "question",
        ValueType::Text,
        Presence::Required,
        "Markdown: the question",
        "\"Why does neither wait for the other?\"",
    ),
    key(
        "explain",
        ValueType::Text,
        Presence::Optional,
        "Markdown that everybody is shown once the answer is right",
        "\"Both took turns on one core.\"",
    ),
    of(
        "choice",
        ValueType::Tables(&super::lists::CHOICE),
        Presence::Required,
        &["choices"],
        "two to nine answers; several may be right",
        "",
    ),
    of(
        "answer",
        ValueType::Number,
        Presence::Required,
        &["number"],
        "the right number",
        "8.0",
    ),
    of(
        "tolerance",
        ValueType::Number,
        Presence::Default("0"),
        &["number"],
        "how far off a right answer may be",
        "0.5",
    ),
    of(
        "unit",
        ValueType::Text,
        Presence::Optional,
        &["number"],
        "shown behind the number",
        "\"s\"",
    ),
    of(
        "slip",
        ValueType::Tables(&super::lists::SLIP),
        Presence::Optional,
        &["number"],
        "wrong numbers that a known mistake leads to",
        "",
    ),
    of(
        "lines",
        ValueType::List(&ValueType::Text),
        Presence::Required,
        &["order"],
        "three lines or more, in a right order, with their indentation",
        "[\"import os\", \"print(os.getpid())\", \"print(os.getppid())\"]",
    ),
    of(
        "extra",
        ValueType::List(&ValueType::Text),
        Presence::Optional,
        &["order"],
        "lines that do not belong",
        "[\"print(os.pid)\"]",
    ),
    of(
        "any_order",
        ValueType::List(&ValueType::List(&ValueType::Whole)),
        Presence::Optional,
        &["order"],
        "groups of lines that may change places with each other: their numbers in `lines`, from 1; equal lines always may",
        "[[2, 3]]",
    ),
    of(
        "lang",
        ValueType::Text,
        Presence::Default("python"),
        &["order"],
        "the language of the lines",
        "\"python\"",
    ),
    of(
        "misplaced",
        ValueType::Tables(&super::lists::MISPLACED),
        Presence::Optional,
        &["order"],
        "wrong orders that a known mistake leads to",
        "",
    ),
    of(
        "why",
        ValueType::Text,
        Presence::Required,
        &["number", "order"],
        "Markdown: why the answer is right",
        "\"The import comes before what it brings.\"",
    ),
];

/// A choice of a quiz.
pub(super) const CHOICE_KEYS: &[KeySpec] = &[
    key(
        "text",
        ValueType::Text,
        Presence::Required,
        "Markdown: the answer",
        "\"Each has a lock of its own.\"",
    ),
    key(
        "right",
        ValueType::Flag,
        Presence::Default("false"),
        "whether it is right",
        "true",
    ),
    key(
        "why",
        ValueType::Text,
        Presence::Required,
        "Markdown: why it is right or wrong",
        "\"Two processes, two memories, two locks.\"",
    ),
];

/// A wrong number.
pub(super) const SLIP_KEYS: &[KeySpec] = &[
    key(
        "answer",
        ValueType::Number,
        Presence::Required,
        "the wrong number, outside of the tolerance",
        "4.0",
    ),
    key(
        "why",
        ValueType::Text,
        Presence::Required,
        "Markdown: what it overlooks",
        "\"That is the time of one worker.\"",
    ),
];

/// A wrong order.
pub(super) const MISPLACED_KEYS: &[KeySpec] = &[
    key(
        "line",
        ValueType::Whole,
        Presence::Required,
        "the line that was put too early: its number in `lines`, from 1",
        "2",
    ),
    key(
        "before",
        ValueType::Whole,
        Presence::Required,
        "the line that it was put before",
        "1",
    ),
    key(
        "why",
        ValueType::Text,
        Presence::Required,
        "Markdown: what that overlooks",
        "\"Python does not know `os` yet.\"",
    ),
];
