//! The tables of keys, and the directives that they make up.

use super::{
    keys::FRONT_KEYS,
    questions::{CONDITION_KEYS, EXERCISE_KEYS},
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
