//! The keys of what asks: predictions, quizzes, exercises and their hints.

use super::{
    Holds, KeySpec, Need,
    keys::{key, of},
};

/// `exercise`.
pub(super) const EXERCISE_KEYS: &[KeySpec] = &[
    key(
        "id",
        Holds::Text,
        Need::Required,
        "its name, unique in the library, and among the questions of the lesson: a-z, 0-9 and hyphens",
        "\"q6-four\"",
    ),
    key(
        "title",
        Holds::Text,
        Need::Required,
        "a short title",
        "\"Four numbers\"",
    ),
    key(
        "task",
        Holds::Text,
        Need::Required,
        "Markdown: what to do",
        "\"Let each child print a number of its own.\"",
    ),
    key(
        "minutes",
        Holds::Whole,
        Need::Optional,
        "how long to plan for it",
        "10",
    ),
    key(
        "starter",
        Holds::Text,
        Need::Required,
        "the program to begin with: a `.py` file of the folder",
        "\"exercises/q6_four.py\"",
    ),
    key(
        "solution",
        Holds::Text,
        Need::Required,
        "a program that meets every condition; nobody is shown it unasked",
        "\"exercises/q6_four_solution.py\"",
    ),
    key(
        "without_python",
        Holds::Text,
        Need::Optional,
        "the quiz of this lesson that asks for lines in order, for those who have no Python: its id",
        "\"q6-order\"",
    ),
    key(
        "needs",
        Holds::Text,
        Need::Optional,
        "as for a claim; a Python is implied",
        "\"cores >= 2\"",
    ),
    key(
        "trials",
        Holds::Whole,
        Need::Default("1"),
        "how often the program is run to tell",
        "3",
    ),
    key(
        "compares",
        Holds::Flag,
        Need::Default("false"),
        "whether the starter is run too: then `gain`, `same_output` and `starter_wall` are known",
        "true",
    ),
    key(
        "explain",
        Holds::Text,
        Need::Optional,
        "Markdown that everybody is shown once it is solved",
        "\"Both took turns on one core.\"",
    ),
    key(
        "condition",
        Holds::Tables,
        Need::Required,
        "what must be true of a run",
        "",
    ),
];

/// A condition of an exercise.
pub(super) const CONDITION_KEYS: &[KeySpec] = &[
    key(
        "says",
        Holds::Text,
        Need::Required,
        "the condition in words",
        "\"four child processes\"",
    ),
    key(
        "holds_if",
        Holds::Text,
        Need::Required,
        "the condition itself, over what `try` observes",
        "\"count('process', kind='child') == 4\"",
    ),
    key(
        "hint",
        Holds::Text,
        Need::Optional,
        "Markdown: what to look at if it is not so",
        "\"How often is `start` called?\"",
    ),
];

/// `hint`.
pub(super) const HINT_KEYS: &[KeySpec] = &[
    key(
        "text",
        Holds::Text,
        Need::Required,
        "Markdown: a step towards the answer, not the answer",
        "\"Count the locks.\"",
    ),
    key(
        "of",
        Holds::Text,
        Need::Optional,
        "the question that it belongs to: its id; left out, the nearest one above",
        "\"q1-locks\"",
    ),
];

/// `predict`.
pub(super) const PREDICT_KEYS: &[KeySpec] = &[
    key(
        "id",
        Holds::Text,
        Need::Required,
        "its name, unique in the lesson: a-z, 0-9 and hyphens",
        "\"q1-p-sooner\"",
    ),
    key(
        "question",
        Holds::Text,
        Need::Required,
        "Markdown: what will the demo below show?",
        "\"How much sooner are two processes done?\"",
    ),
    key(
        "explain",
        Holds::Text,
        Need::Optional,
        "Markdown that everybody is shown after the demo",
        "\"Both took turns on one core.\"",
    ),
    key(
        "choice",
        Holds::Tables,
        Need::Required,
        "two to nine guesses",
        "",
    ),
];

/// A choice of a prediction.
pub(super) const FORETOLD_KEYS: &[KeySpec] = &[
    key(
        "text",
        Holds::Text,
        Need::Required,
        "Markdown: the guess",
        "\"Twice as soon\"",
    ),
    key(
        "right",
        Holds::Flag,
        Need::Default("false"),
        "whether it is the right one; one choice has this, or else all have `right_if`",
        "true",
    ),
    key(
        "right_if",
        Holds::Text,
        Need::Optional,
        "the condition under which it is right, over what the next demo measures; several may be",
        "\"speedup('processes') > 1.5\"",
    ),
    key(
        "why",
        Holds::Text,
        Need::Required,
        "Markdown: why it is right or wrong",
        "\"Each has a core of its own.\"",
    ),
];

/// `quiz`.
pub(super) const QUIZ_KEYS: &[KeySpec] = &[
    key(
        "id",
        Holds::Text,
        Need::Required,
        "its name, unique in the lesson: a-z, 0-9 and hyphens",
        "\"q1-locks\"",
    ),
    key(
        "question",
        Holds::Text,
        Need::Required,
        "Markdown: the question",
        "\"Why does neither wait for the other?\"",
    ),
    key(
        "explain",
        Holds::Text,
        Need::Optional,
        "Markdown that everybody is shown once the answer is right",
        "\"Both took turns on one core.\"",
    ),
    of(
        "choice",
        Holds::Tables,
        Need::Required,
        &["choices"],
        "two to nine answers; several may be right",
        "",
    ),
    of(
        "answer",
        Holds::Number,
        Need::Required,
        &["number"],
        "the right number",
        "8.0",
    ),
    of(
        "tolerance",
        Holds::Number,
        Need::Default("0"),
        &["number"],
        "how far off a right answer may be",
        "0.5",
    ),
    of(
        "unit",
        Holds::Text,
        Need::Optional,
        &["number"],
        "shown behind the number",
        "\"s\"",
    ),
    of(
        "slip",
        Holds::Tables,
        Need::Optional,
        &["number"],
        "wrong numbers that a known mistake leads to",
        "",
    ),
    of(
        "lines",
        Holds::List(&Holds::Text),
        Need::Required,
        &["order"],
        "three lines or more, in a right order, with their indentation",
        "[\"import os\", \"print(os.getpid())\", \"print(os.getppid())\"]",
    ),
    of(
        "extra",
        Holds::List(&Holds::Text),
        Need::Optional,
        &["order"],
        "lines that do not belong",
        "[\"print(os.pid)\"]",
    ),
    of(
        "any_order",
        Holds::List(&Holds::List(&Holds::Whole)),
        Need::Optional,
        &["order"],
        "groups of lines that may change places with each other: their numbers in `lines`, from 1; equal lines always may",
        "[[2, 3]]",
    ),
    of(
        "lang",
        Holds::Text,
        Need::Default("python"),
        &["order"],
        "the language of the lines",
        "\"python\"",
    ),
    of(
        "misplaced",
        Holds::Tables,
        Need::Optional,
        &["order"],
        "wrong orders that a known mistake leads to",
        "",
    ),
    of(
        "why",
        Holds::Text,
        Need::Required,
        &["number", "order"],
        "Markdown: why the answer is right",
        "\"The import comes before what it brings.\"",
    ),
];

/// A choice of a quiz.
pub(super) const CHOICE_KEYS: &[KeySpec] = &[
    key(
        "text",
        Holds::Text,
        Need::Required,
        "Markdown: the answer",
        "\"Each has a lock of its own.\"",
    ),
    key(
        "right",
        Holds::Flag,
        Need::Default("false"),
        "whether it is right",
        "true",
    ),
    key(
        "why",
        Holds::Text,
        Need::Required,
        "Markdown: why it is right or wrong",
        "\"Two processes, two memories, two locks.\"",
    ),
];

/// A wrong number.
pub(super) const SLIP_KEYS: &[KeySpec] = &[
    key(
        "answer",
        Holds::Number,
        Need::Required,
        "the wrong number, outside of the tolerance",
        "4.0",
    ),
    key(
        "why",
        Holds::Text,
        Need::Required,
        "Markdown: what it overlooks",
        "\"That is the time of one worker.\"",
    ),
];

/// A wrong order.
pub(super) const MISPLACED_KEYS: &[KeySpec] = &[
    key(
        "line",
        Holds::Whole,
        Need::Required,
        "the line that was put too early: its number in `lines`, from 1",
        "2",
    ),
    key(
        "before",
        Holds::Whole,
        Need::Required,
        "the line that it was put before",
        "1",
    ),
    key(
        "why",
        Holds::Text,
        Need::Required,
        "Markdown: what that overlooks",
        "\"Python does not know `os` yet.\"",
    ),
];
