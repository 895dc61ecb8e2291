//! The keys of what shows, runs and claims.

use crate::lesson::toml_keys::{KeySpec, Presence, ValueType};

pub(super) const fn key(
    name: &'static str,
    value_type: ValueType,
    presence: Presence,
    about: &'static str,
    example: &'static str,
) -> KeySpec {
    of(name, value_type, presence, &[], about, example)
}

/// A key of some kinds of its directive only.
pub(super) const fn of(
    name: &'static str,
    value_type: ValueType,
    presence: Presence,
    kinds: &'static [&'static str],
    about: &'static str,
    example: &'static str,
) -> KeySpec {
    KeySpec {
        name,
        value_type,
        presence,
        kinds,
        about,
        example,
    }
}

/// The front matter.
pub(super) const FRONT_KEYS: &[KeySpec] = &[
    key(
        "number",
        ValueType::Whole,
        Presence::Required,
        "the number of the lesson, from 1; no other lesson has it",
        "7",
    ),
    key(
        "slug",
        ValueType::Text,
        Presence::Required,
        "its short name for the command line: a-z, 0-9 and hyphens",
        "\"four-processes\"",
    ),
    key(
        "title",
        ValueType::Text,
        Presence::Required,
        "its title, on one line",
        "\"Four processes\"",
    ),
    key(
        "question",
        ValueType::Text,
        Presence::Required,
        "the question that it answers",
        "\"How do four processes print a number each?\"",
    ),
    key(
        "minutes",
        ValueType::Whole,
        Presence::Required,
        "how long it takes",
        "20",
    ),
    key(
        "summary",
        ValueType::Text,
        Presence::Required,
        "one line for the list of lessons",
        "\"Start, join, and see who is first.\"",
    ),
];
