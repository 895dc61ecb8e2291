//! The tables of keys, and the directives that they make up.

use super::{
    keys::FRONT_KEYS,
    questions::{CHOICE_KEYS, CONDITION_KEYS, EXERCISE_KEYS, MISPLACED_KEYS, QUIZ_KEYS, SLIP_KEYS},
};
use crate::lesson::toml_keys::TableSpec;

pub(in crate::lesson) static FRONT: TableSpec = TableSpec {
    owner: "the front matter",
    lists: &[FRONT_KEYS],
};

pub(in crate::lesson) static EXERCISE: TableSpec = TableSpec {
    owner: "`exercise`",
    lists: &[EXERCISE_KEYS],
};

pub(in crate::lesson) static CONDITION: TableSpec = TableSpec {
    owner: "a condition",
    lists: &[CONDITION_KEYS],
};

pub(in crate::lesson) static QUIZ: TableSpec = TableSpec {
    owner: "`quiz`",
    lists: &[QUIZ_KEYS],
};

pub(in crate::lesson) static CHOICE: TableSpec = TableSpec {
    owner: "a choice",
    lists: &[CHOICE_KEYS],
};

pub(in crate::lesson) static SLIP: TableSpec = TableSpec {
    owner: "a slip",
    lists: &[SLIP_KEYS],
};

pub(in crate::lesson) static MISPLACED: TableSpec = TableSpec {
    owner: "a misplaced line",
    lists: &[MISPLACED_KEYS],
};
