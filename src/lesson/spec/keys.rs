//! The keys of what shows, runs and claims.

use super::{Holds, KeySpec, Need};

pub(super) const fn key(
    name: &'static str,
    holds: Holds,
    need: Need,
    about: &'static str,
    example: &'static str,
) -> KeySpec {
    of(name, holds, need, &[], about, example)
}

/// A key of some kinds of its directive only.
pub(super) const fn of(
    name: &'static str,
    holds: Holds,
    need: Need,
    kinds: &'static [&'static str],
    about: &'static str,
    example: &'static str,
) -> KeySpec {
    KeySpec {
        name,
        holds,
        need,
        kinds,
        about,
        example,
    }
}

/// The front matter.
pub(super) const FRONT_KEYS: &[KeySpec] = &[
    key(
        "number",
        Holds::Whole,
        Need::Required,
        "the number of the lesson, from 1; no other lesson has it",
        "7",
    ),
    key(
        "slug",
        Holds::Text,
        Need::Required,
        "its short name for the command line: a-z, 0-9 and hyphens",
        "\"four-processes\"",
    ),
    key(
        "title",
        Holds::Text,
        Need::Required,
        "its title, on one line",
        "\"Four processes\"",
    ),
    key(
        "question",
        Holds::Text,
        Need::Required,
        "the question that it answers",
        "\"How do four processes print a number each?\"",
    ),
    key(
        "minutes",
        Holds::Whole,
        Need::Required,
        "how long it takes",
        "20",
    ),
    key(
        "summary",
        Holds::Text,
        Need::Required,
        "one line for the list of lessons",
        "\"Start, join, and see who is first.\"",
    ),
];

/// The settings of demos, as flags of `run` set them; `demos` tells which demo takes which.
pub(super) const SETTINGS: &[KeySpec] = &[
    key(
        "workers",
        Holds::Whole,
        Need::Optional,
        "how many workers",
        "2",
    ),
    key(
        "trials",
        Holds::Whole,
        Need::Optional,
        "how often it is run",
        "3",
    ),
    key(
        "size",
        Holds::Whole,
        Need::Optional,
        "how much work there is; left out, it fits the machine",
        "200000",
    ),
    key(
        "workload",
        Holds::Text,
        Need::Optional,
        "which work",
        "\"primes\"",
    ),
    key(
        "repeat",
        Holds::Whole,
        Need::Optional,
        "how often in a row",
        "5",
    ),
    key(
        "unbuffered",
        Holds::Flag,
        Need::Default("false"),
        "whether Python writes at once",
        "true",
    ),
    key(
        "backends",
        Holds::List(&Holds::Text),
        Need::Optional,
        "which backends, in this order; left out, all",
        "[\"serial\", \"processes\"]",
    ),
    key(
        "python",
        Holds::List(&Holds::Text),
        Need::Optional,
        "which Pythons",
        "[\"3.12\"]",
    ),
    key(
        "start_method",
        Holds::Text,
        Need::Optional,
        "how Python starts a child: fork, spawn or forkserver",
        "\"spawn\"",
    ),
    key(
        "seed",
        Holds::Whole,
        Need::Optional,
        "for everything that is random",
        "7",
    ),
];

/// `claim`.
pub(super) const CLAIM_KEYS: &[KeySpec] = &[
    key(
        "id",
        Holds::Text,
        Need::Required,
        "its name, unique in the library: a-z, 0-9 and hyphens",
        "\"q1-faster\"",
    ),
    key(
        "says",
        Holds::Text,
        Need::Required,
        "the sentence",
        "\"Two processes are faster than one.\"",
    ),
    key(
        "holds_if",
        Holds::Text,
        Need::Required,
        "the condition under which it holds, over what the demo measures",
        "\"speedup('processes') > 1.5\"",
    ),
    key(
        "evidence",
        Holds::Text,
        Need::Optional,
        "what decided it, in your words, with figures in { }",
        "\"{speedup('processes')} times as fast\"",
    ),
    key(
        "needs",
        Holds::Text,
        Need::Optional,
        "what it takes to show it, joined with `and`: cores >= 2, python, gil, free_threaded, subinterpreters",
        "\"cores >= 2\"",
    ),
    key(
        "demo",
        Holds::Text,
        Need::Optional,
        "the demo that decides it; left out, the one above",
        "\"parallel\"",
    ),
    key(
        "limit",
        Holds::Text,
        Need::Optional,
        "how far the claim reaches",
        "\"Up to the number of cores.\"",
    ),
    key(
        "counter",
        Holds::Text,
        Need::Optional,
        "the claim that shows the limit: its id",
        "\"q1-faster\"",
    ),
    key(
        "why",
        Holds::Text,
        Need::Optional,
        "Markdown: why it is so",
        "\"Each has a core of its own.\"",
    ),
    key(
        "with",
        Holds::Table,
        Need::Optional,
        "settings put over those of the demo above",
        "",
    ),
];

/// `demo`, apart from its settings.
pub(super) const DEMO_KEYS: &[KeySpec] = &[
    key(
        "run",
        Holds::Text,
        Need::Required,
        "the name of the demo (`demos` lists them)",
        "\"parallel\"",
    ),
    key(
        "caption",
        Holds::Text,
        Need::Optional,
        "what to watch for, shown before it",
        "\"the same work, side by side\"",
    ),
];

/// `note`.
pub(super) const NOTE_KEYS: &[KeySpec] = &[
    key(
        "minutes",
        Holds::Whole,
        Need::Optional,
        "how long to plan for this part",
        "5",
    ),
    key(
        "text",
        Holds::Text,
        Need::Required,
        "Markdown: a word to instructors",
        "\"Let everybody vote before the demo runs.\"",
    ),
];

/// `program`.
pub(super) const PROGRAM_KEYS: &[KeySpec] = &[
    key(
        "file",
        Holds::Text,
        Need::Required,
        "a file of the lessons' folder, shown with its highlighting",
        "\"python/hello.py\"",
    ),
    key(
        "caption",
        Holds::Text,
        Need::Optional,
        "a sentence to show before it",
        "\"the smallest program with a child\"",
    ),
    key(
        "run",
        Holds::Flag,
        Need::Default("false"),
        "whether it is run, and what it prints is shown (`.py` only)",
        "true",
    ),
    key(
        "beside",
        Holds::Text,
        Need::Optional,
        "the same in Rust, to show next",
        "\"fn main() {}\"",
    ),
];

/// `table`.
pub(super) const TABLE_KEYS: &[KeySpec] = &[
    key(
        "caption",
        Holds::Text,
        Need::Required,
        "what it shows",
        "\"Two ways\"",
    ),
    key(
        "columns",
        Holds::List(&Holds::Text),
        Need::Required,
        "the headings",
        "[\"threads\", \"processes\"]",
    ),
    key(
        "rows",
        Holds::List(&Holds::List(&Holds::Text)),
        Need::Required,
        "the cells, as plain text; every row is as long as `columns`",
        "[[\"one memory\", \"a memory each\"]]",
    ),
];
