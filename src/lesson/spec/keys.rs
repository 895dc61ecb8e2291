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

/// The settings of demos, as flags of `run` set them; `demos` tells which demo takes which.
pub(super) const SETTINGS: &[KeySpec] = &[
    key(
        "workers",
        ValueType::Whole,
        Presence::Optional,
        "how many workers",
        "2",
    ),
    key(
        "trials",
        ValueType::Whole,
        Presence::Optional,
        "how often it is run",
        "3",
    ),
    key(
        "size",
        ValueType::Whole,
        Presence::Optional,
        "how much work there is; left out, it fits the machine",
        "200000",
    ),
    key(
        "workload",
        ValueType::Text,
        Presence::Optional,
        "which work",
        "\"primes\"",
    ),
    key(
        "repeat",
        ValueType::Whole,
        Presence::Optional,
        "how often in a row",
        "5",
    ),
    key(
        "unbuffered",
        ValueType::Flag,
        Presence::Default("false"),
        "whether Python writes at once",
        "true",
    ),
    key(
        "backends",
        ValueType::List(&ValueType::Text),
        Presence::Optional,
        "which backends, in this order; left out, all",
        "[\"serial\", \"processes\"]",
    ),
    key(
        "python",
        ValueType::List(&ValueType::Text),
        Presence::Optional,
        "which Pythons",
        "[\"3.12\"]",
    ),
    key(
        "start_method",
        ValueType::Text,
        Presence::Optional,
        "how Python starts a child: fork, spawn or forkserver",
        "\"spawn\"",
    ),
    key(
        "seed",
        ValueType::Whole,
        Presence::Optional,
        "for everything that is random",
        "7",
    ),
];

/// `claim`.
pub(super) const CLAIM_KEYS: &[KeySpec] = &[
    key(
        "id",
        ValueType::Text,
        Presence::Required,
        "its name, unique in the library: a-z, 0-9 and hyphens",
        "\"q1-faster\"",
    ),
    key(
        "says",
        ValueType::Text,
        Presence::Required,
        "the sentence",
        "\"Two processes are faster than one.\"",
    ),
    key(
        "holds_if",
        ValueType::Text,
        Presence::Required,
        "the condition under which it holds, over what the demo measures",
        "\"speedup('processes') > 1.5\"",
    ),
    key(
        "evidence",
        ValueType::Text,
        Presence::Optional,
        "what decided it, in your words, with figures in { }",
        "\"{speedup('processes')} times as fast\"",
    ),
    key(
        "needs",
        ValueType::Text,
        Presence::Optional,
        "what it takes to show it, joined with `and`: cores >= 2, python, gil, free_threaded, subinterpreters",
        "\"cores >= 2\"",
    ),
    key(
        "demo",
        ValueType::Text,
        Presence::Optional,
        "the demo that decides it; left out, the one above",
        "\"parallel\"",
    ),
    key(
        "limit",
        ValueType::Text,
        Presence::Optional,
        "how far the claim reaches",
        "\"Up to the number of cores.\"",
    ),
    key(
        "counter",
        ValueType::Text,
        Presence::Optional,
        "the claim that shows the limit: its id",
        "\"q1-faster\"",
    ),
    key(
        "why",
        ValueType::Text,
        Presence::Optional,
        "Markdown: why it is so",
        "\"Each has a core of its own.\"",
    ),
    key(
        "with",
        ValueType::Table(&super::lists::WITH),
        Presence::Optional,
        "settings put over those of the demo above",
        "",
    ),
];

/// `demo`, apart from its settings.
pub(super) const DEMO_KEYS: &[KeySpec] = &[
    key(
        "run",
        ValueType::Text,
        Presence::Required,
        "the name of the demo (`demos` lists them)",
        "\"parallel\"",
    ),
    key(
        "caption",
        ValueType::Text,
        Presence::Optional,
        "what to watch for, shown before it",
        "\"the same work, side by side\"",
    ),
];
