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
