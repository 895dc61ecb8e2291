//! The tables of keys, and the directives that they make up.

use super::{ keys::FRONT_KEYS};
use crate::lesson::toml_keys::TableSpec;

pub(in crate::lesson) static FRONT: TableSpec = TableSpec {
    owner: "the front matter",
    lists: &[FRONT_KEYS],
};
