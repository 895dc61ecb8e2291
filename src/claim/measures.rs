//! What each demo measures, by name, kind and nature: so that `lint` sees a mistyped name, and seconds held against
//! bytes; and so that a verdict knows how much one value shows.
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

/// What stands behind one value of an observation: how much it shows by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nature {
    /// The same however often it is looked at: one value decides.
    Settled,
    /// A measurement, which has a spread.
    #[default]
    Measured,
    /// A measurement of workers that need a core each.
    Parallel,
    /// An answer that somebody waited for, but not for ever: a slow machine may miss it.
    Awaited,
    /// It depends on who came first, so that what was not seen may yet happen: here a greater value.
    ChanceOfMore,
    /// The same, with a smaller value.
    ChanceOfLess,
    /// The same, with another value.
    Chance,
}

/// An observation: its name, its kind and its nature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    pub name: &'static str,
    pub kind: Kind,
    pub nature: Nature,
}

const COUNT: Kind = Kind::Number(Unit::Count);
const SECONDS: Kind = Kind::Number(Unit::Seconds);
const BYTES: Kind = Kind::Number(Unit::Bytes);
const RATE: Kind = Kind::Number(Unit::Rate);
const SHARE: Kind = Kind::Number(Unit::Share);
const PLAIN: Kind = Kind::Number(Unit::Plain);

const fn measure(name: &'static str, kind: Kind, nature: Nature) -> Measure {
    Measure { name, kind, nature }
}

const fn settled(name: &'static str, kind: Kind) -> Measure {
    measure(name, kind, Nature::Settled)
}

const fn measured(name: &'static str, kind: Kind) -> Measure {
    measure(name, kind, Nature::Measured)
}

const fn parallel(name: &'static str, kind: Kind) -> Measure {
    measure(name, kind, Nature::Parallel)
}

const fn awaited(name: &'static str, kind: Kind) -> Measure {
    measure(name, kind, Nature::Awaited)
}

/// What any demo that compares backends may measure.
const COMMON: &[Measure] = &[
    measured("available_cores", PLAIN),
    settled("checksum", Kind::Text),
    measured("gil_wait", SHARE),
];

/// Demos that have the figures of those inside them.
const MADE_OF_OTHERS: [&str; 2] = ["compare", "worlds"];

/// A demo, and what it measures.
type Demo = (&'static str, &'static [Measure]);

const DEMOS: &[Demo] = &[
    ("parallel", &[parallel("hashing", SECONDS)]),
    ("io", &[]),
    // `lost` is what is expected and not seen.
    (
        "race",
        &[
            measure("seen", COUNT, Nature::ChanceOfLess),
            settled("expected", COUNT),
            measure("lost", COUNT, Nature::ChanceOfMore),
        ],
    ),
    (
        "isolation",
        &[
            settled("worker_pid", COUNT),
            settled("worker_before", COUNT),
            settled("worker_after", COUNT),
            settled("parent_before", COUNT),
            settled("parent_after", COUNT),
        ],
    ),
    (
        "memory",
        &[
            measured("private", BYTES),
            measured("proportional", BYTES),
            measured("resident", BYTES),
        ],
    ),
    ("startup", &[measured("start_join", SECONDS)]),
    ("ipc", &[measured("round_trip", SECONDS)]),
    (
        "crash",
        &[
            settled("died", Kind::Text),
            settled("how", Kind::Text),
            settled("exitcode", Kind::Mixed),
            awaited("neighbours_live", Kind::Flag),
            settled("program_lives", Kind::Flag),
            awaited("pool_error", Kind::Text),
            awaited("pool_worker", Kind::Mixed),
            awaited("pool_answered", COUNT),
            settled("pool_others", COUNT),
            awaited("pool_replaced", Kind::Mixed),
            awaited("pool_goes_on", Kind::Flag),
            awaited("answered", Kind::Flag),
            awaited("lock_left", Kind::Flag),
        ],
    ),
    (
        "scaling",
        &[parallel("work", SECONDS), measured("cpu", SECONDS)],
    ),
    (
        "convoy",
        &[
            measured("overshoot", SECONDS),
            measured("switches_per_second", RATE),
        ],
    ),
    (
        "handoff",
        &[
            measured("hold", SECONDS),
            measured("began", SECONDS),
            measured("handoff_period", SECONDS),
            measured("drop_requests", COUNT),
            measured("forced_switches", COUNT),
            measured("wait", SECONDS),
            measured("wait_began", SECONDS),
            measured("request", SECONDS),
            measured("forced", Kind::Flag),
        ],
    ),
    (
        "process",
        &[
            measured("after", SECONDS),
            settled("pid", Kind::Mixed),
            settled("parent_pid", Kind::Mixed),
            settled("state", Kind::Text),
            settled("alive", Kind::Flag),
            settled("exitcode", Kind::Mixed),
            settled("identity", Kind::Mixed),
            settled("unguarded_ran", Kind::Flag),
            settled("unguarded_exitcode", COUNT),
        ],
    ),
    (
        "pool",
        &[
            awaited("waited", Kind::Flag),
            measured("returned_after", SECONDS),
            measured("finished_after", SECONDS),
            settled("result", COUNT),
            measure("done_by", COUNT, Nature::Chance),
            measured("small_tasks", SECONDS),
            settled("starts", COUNT),
            awaited("lost_by_with", Kind::Flag),
            measure("unordered", Kind::Text, Nature::Chance),
            settled("ordered", Kind::Text),
        ],
    ),
    (
        "chunks",
        &[
            measured("tasks_per_second", RATE),
            parallel("wall", SECONDS),
            parallel("balance", SHARE),
            settled("chunksize", COUNT),
            settled("chunk_sent", COUNT),
        ],
    ),
    ("payload", &[measured("took", SECONDS)]),
    (
        "squares",
        &[
            settled("registered", Kind::Flag),
            settled("targets", COUNT),
            measure("worker", COUNT, Nature::Chance),
            settled("chunksize", COUNT),
            settled("chunk_sent", COUNT),
            measured("took", SECONDS),
            settled("square", COUNT),
            measure("done_by", COUNT, Nature::Chance),
            settled("after_close", Kind::Text),
        ],
    ),
    (
        "numbers",
        &[
            settled("number", COUNT),
            measure("arrival", COUNT, Nature::Chance),
            measure("line", Kind::Text, Nature::Chance),
            settled("name_after_pool", Kind::Text),
        ],
    ),
    // Of a program that is watched; `src/observe/facts.rs` says what each of them is.
    (
        "try",
        &[
            settled("process", Kind::Text),
            settled("pid", Kind::Mixed),
            settled("exitcode", Kind::Mixed),
            settled("joined", Kind::Flag),
            settled("started_before_join", Kind::Flag),
            settled("start_method", Kind::Text),
            settled("run_in_parent", COUNT),
            settled("outlived", COUNT),
            measure("at_once", COUNT, Nature::ChanceOfMore),
            settled("thread", Kind::Text),
            settled("line", Kind::Text),
            settled("lines", COUNT),
            settled("last_by", Kind::Text),
            settled("pools", COUNT),
            measure("tasks", COUNT, Nature::Chance),
            settled("timed_out", Kind::Flag),
            settled("advice", Kind::Text),
            measured("wall", SECONDS),
            measured("cpu", SECONDS),
            measured("busy", SHARE),
            measured("watching", SECONDS),
            // Where the exercise compares with its starter.
            measured("starter_wall", SECONDS),
            measured("gain", PLAIN),
            settled("same_output", Kind::Flag),
        ],
    ),
];

/// What this demo observes under that name: `Ok(None)` where it is not known; the error holds the names there are.
pub fn find(demo: &str, name: &str) -> Result<Option<Measure>, Vec<&'static str>> {
    if MADE_OF_OTHERS.contains(&demo) {
        return Ok(anywhere(name));
    }
    let Some((_, measured)) = DEMOS.iter().find(|(of, _)| *of == demo) else {
        return Ok(None);
    };
    // What a watched program's Pythons told, by names of their own.
    if demo == "try" && name.starts_with("fact.") {
        return Ok(None);
    }
    let all = || measured.iter().chain(COMMON);
    match all().find(|measure| measure.name == name) {
        Some(measure) => Ok(Some(*measure)),
        None => Err(all().map(|measure| measure.name).collect()),
    }
}

/// The observation of that name in whatever demo has it.
fn anywhere(name: &str) -> Option<Measure> {
    let mut all = DEMOS.iter().flat_map(|(_, measured)| *measured);
    all.find(|measure| measure.name == name).copied()
}

/// How much one value of that name shows.
pub fn nature(demo: &str, name: &str) -> Nature {
    let known = find(demo, name).ok().flatten();
    known
        .or_else(|| anywhere(name))
        .map(|measure| measure.nature)
        .unwrap_or_default()
}

/// Where `crash` has a worker die.
pub const PLACES: [&str; 4] = ["thread", "process", "pool", "ProcessPoolExecutor"];
/// What it dies of.
pub const CRASHES: [&str; 5] = ["error", "panic", "abort", "segfault", "kill"];

/// Whether this demo is listed, and so certain to have no figures but its own.
pub fn is_listed(demo: &str) -> bool {
    DEMOS.iter().any(|(of, _)| *of == demo)
}
