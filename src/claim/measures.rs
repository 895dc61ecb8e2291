//! What each demo measures, by name and kind: so that `lint` sees a mistyped name, and seconds held against bytes.
//!
//! A demo that is not listed may measure anything: its figures get their kind when they are measured.

use super::units::Unit;

/// What an observation's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number(Unit),
    Flag,
    Text,
    /// A number in one row, a word in another: `None` for an exit code.
    Mixed,
}

const COUNT: Kind = Kind::Number(Unit::Count);
const SECONDS: Kind = Kind::Number(Unit::Seconds);
const BYTES: Kind = Kind::Number(Unit::Bytes);
const RATE: Kind = Kind::Number(Unit::Rate);

/// What any demo that compares backends may measure.
const COMMON: &[(&str, Kind)] = &[
    ("available_cores", Kind::Number(Unit::Plain)),
    ("checksum", Kind::Text),
    ("gil_wait", Kind::Number(Unit::Share)),
];

/// Demos that have the figures of those inside them.
const MADE_OF_OTHERS: [&str; 2] = ["compare", "worlds"];

/// A demo, and what it measures.
type Demo = (&'static str, &'static [(&'static str, Kind)]);

const DEMOS: &[Demo] = &[
    // `lost` is what is expected and not seen.
    (
        "race",
        &[("seen", COUNT), ("expected", COUNT), ("lost", COUNT)],
    ),
    (
        "isolation",
        &[
            ("worker_pid", COUNT),
            ("worker_before", COUNT),
            ("worker_after", COUNT),
            ("parent_before", COUNT),
            ("parent_after", COUNT),
        ],
    ),
    (
        "memory",
        &[
            ("private", BYTES),
            ("proportional", BYTES),
            ("resident", BYTES),
        ],
    ),
    ("startup", &[("start_join", SECONDS)]),
    ("ipc", &[("round_trip", SECONDS)]),
    (
        "crash",
        &[
            ("died", Kind::Text),
            ("how", Kind::Text),
            ("exitcode", Kind::Mixed),
            ("neighbours_live", Kind::Flag),
            ("program_lives", Kind::Flag),
            ("pool_error", Kind::Text),
            ("pool_worker", Kind::Mixed),
            ("pool_answered", COUNT),
            ("pool_others", COUNT),
            ("pool_replaced", Kind::Mixed),
            ("pool_goes_on", Kind::Flag),
            ("answered", Kind::Flag),
        ],
    ),
    ("scaling", &[("work", SECONDS), ("cpu", SECONDS)]),
    (
        "convoy",
        &[("overshoot", SECONDS), ("switches_per_second", RATE)],
    ),
    (
        "handoff",
        &[
            ("hold", SECONDS),
            ("began", SECONDS),
            ("handoff_period", SECONDS),
        ],
    ),
];

/// The kind of an observation of this demo: `Ok(None)` where it is not known; the error holds the names there are.
pub fn kind(demo: &str, name: &str) -> Result<Option<Kind>, Vec<&'static str>> {
    if MADE_OF_OTHERS.contains(&demo) {
        return Ok(anywhere(name));
    }
    let Some((_, measured)) = DEMOS.iter().find(|(of, _)| *of == demo) else {
        return Ok(None);
    };
    match measured.iter().chain(COMMON).find(|(of, _)| *of == name) {
        Some((_, kind)) => Ok(Some(*kind)),
        None => Err(measured.iter().map(|(name, _)| *name).collect()),
    }
}

/// The kind of an observation in whatever demo has it.
fn anywhere(name: &str) -> Option<Kind> {
    let mut kinds = DEMOS.iter().flat_map(|(_, measured)| *measured);
    kinds.find(|(of, _)| *of == name).map(|(_, kind)| *kind)
}
