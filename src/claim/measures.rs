//! What each demo measures, by name, kind and nature: so that `lint` sees a mistyped name, and seconds held against
//! bytes; and so that a verdict knows how much one value shows.
//!
//! A demo that is not listed may measure anything: its figures get their kind when they are measured.

use super::units::Unit;

/// What an observation's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    Number(Unit),
    Flag,
    Text,
    /// A number in one row, a word in another: `None` for an exit code.
    Mixed,
}

/// What stands behind one value of an observation: how much it shows by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ObservationNature {
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
pub struct ObservationSpec {
    pub name: &'static str,
    pub kind: ValueKind,
    pub nature: ObservationNature,
}

const COUNT: ValueKind = ValueKind::Number(Unit::Count);
const SECONDS: ValueKind = ValueKind::Number(Unit::Seconds);
const BYTES: ValueKind = ValueKind::Number(Unit::Bytes);
const RATE: ValueKind = ValueKind::Number(Unit::Rate);
const SHARE: ValueKind = ValueKind::Number(Unit::Share);
const PLAIN: ValueKind = ValueKind::Number(Unit::Plain);

const fn measure(
    name: &'static str,
    kind: ValueKind,
    nature: ObservationNature,
) -> ObservationSpec {
    ObservationSpec { name, kind, nature }
}

const fn settled(name: &'static str, kind: ValueKind) -> ObservationSpec {
    measure(name, kind, ObservationNature::Settled)
}

const fn measured(name: &'static str, kind: ValueKind) -> ObservationSpec {
    measure(name, kind, ObservationNature::Measured)
}

const fn parallel(name: &'static str, kind: ValueKind) -> ObservationSpec {
    measure(name, kind, ObservationNature::Parallel)
}

const fn awaited(name: &'static str, kind: ValueKind) -> ObservationSpec {
    measure(name, kind, ObservationNature::Awaited)
}

/// What any demo that compares backends may measure.
const COMMON: &[ObservationSpec] = &[
    measured("available_cores", PLAIN),
    settled("checksum", ValueKind::Text),
    measured("gil_wait", SHARE),
];

/// Demos that have the figures of those inside them.
const MADE_OF_OTHERS: [&str; 2] = ["compare", "worlds"];

/// A demo, and what it measures.
type DemoObservations = (&'static str, &'static [ObservationSpec]);

const DEMOS: &[DemoObservations] = &[
    ("parallel", &[parallel("hashing", SECONDS)]),
    ("io", &[]),
    // `lost` is what is expected and not seen.
    (
        "race",
        &[
            measure("seen", COUNT, ObservationNature::ChanceOfLess),
            settled("expected", COUNT),
            measure("lost", COUNT, ObservationNature::ChanceOfMore),
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
            settled("died", ValueKind::Text),
            settled("how", ValueKind::Text),
            settled("exitcode", ValueKind::Mixed),
            awaited("neighbours_live", ValueKind::Flag),
            settled("program_lives", ValueKind::Flag),
            awaited("pool_error", ValueKind::Text),
            awaited("pool_worker", ValueKind::Mixed),
            awaited("pool_answered", COUNT),
            settled("pool_others", COUNT),
            awaited("pool_replaced", ValueKind::Mixed),
            awaited("pool_goes_on", ValueKind::Flag),
            awaited("answered", ValueKind::Flag),
            awaited("lock_left", ValueKind::Flag),
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
            measured("forced", ValueKind::Flag),
        ],
    ),
    (
        "process",
        &[
            measured("after", SECONDS),
            settled("pid", ValueKind::Mixed),
            settled("parent_pid", ValueKind::Mixed),
            settled("state", ValueKind::Text),
            settled("alive", ValueKind::Flag),
            settled("exitcode", ValueKind::Mixed),
            settled("identity", ValueKind::Mixed),
            settled("unguarded_ran", ValueKind::Flag),
            settled("unguarded_exitcode", COUNT),
        ],
    ),
    (
        "pool",
        &[
            awaited("waited", ValueKind::Flag),
            measured("returned_after", SECONDS),
            measured("finished_after", SECONDS),
            settled("result", COUNT),
            measure("done_by", COUNT, ObservationNature::Chance),
            measured("small_tasks", SECONDS),
            settled("starts", COUNT),
            awaited("lost_by_with", ValueKind::Flag),
            measure("unordered", ValueKind::Text, ObservationNature::Chance),
            settled("ordered", ValueKind::Text),
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
            settled("registered", ValueKind::Flag),
            settled("targets", COUNT),
            measure("worker", COUNT, ObservationNature::Chance),
            settled("chunksize", COUNT),
            settled("chunk_sent", COUNT),
            measured("took", SECONDS),
            settled("square", COUNT),
            measure("done_by", COUNT, ObservationNature::Chance),
            settled("after_close", ValueKind::Text),
        ],
    ),
    (
        "numbers",
        &[
            settled("number", COUNT),
            measure("arrival", COUNT, ObservationNature::Chance),
            measure("line", ValueKind::Text, ObservationNature::Chance),
            settled("name_after_pool", ValueKind::Text),
        ],
    ),
    // Of a program that is watched; `src/observe/facts.rs` says what each of them is.
    (
        "try",
        &[
            settled("process", ValueKind::Text),
            settled("pid", ValueKind::Mixed),
            settled("exitcode", ValueKind::Mixed),
            settled("joined", ValueKind::Flag),
            settled("started_before_join", ValueKind::Flag),
            settled("start_method", ValueKind::Text),
            settled("run_in_parent", COUNT),
            settled("outlived", COUNT),
            measure("at_once", COUNT, ObservationNature::ChanceOfMore),
            settled("thread", ValueKind::Text),
            settled("line", ValueKind::Text),
            settled("lines", COUNT),
            settled("last_by", ValueKind::Text),
            settled("pools", COUNT),
            measure("tasks", COUNT, ObservationNature::Chance),
            settled("timed_out", ValueKind::Flag),
            settled("advice", ValueKind::Text),
            measured("wall", SECONDS),
            measured("cpu", SECONDS),
            measured("busy", SHARE),
            measured("watching", SECONDS),
            // Where the exercise compares with its starter.
            measured("starter_wall", SECONDS),
            measured("gain", PLAIN),
            settled("same_output", ValueKind::Flag),
        ],
    ),
];

/// What this demo observes under that name: `Ok(None)` where it is not known; the error holds the names there are.
pub fn find(demo: &str, name: &str) -> Result<Option<ObservationSpec>, Vec<&'static str>> {
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
fn anywhere(name: &str) -> Option<ObservationSpec> {
    let mut all = DEMOS.iter().flat_map(|(_, measured)| *measured);
    all.find(|measure| measure.name == name).copied()
}

/// How much one value of that name shows.
pub fn nature(demo: &str, name: &str) -> ObservationNature {
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
