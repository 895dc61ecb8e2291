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

const fn observation_spec(
    name: &'static str,
    kind: ValueKind,
    nature: ObservationNature,
) -> ObservationSpec {
    ObservationSpec { name, kind, nature }
}

const fn settled_observation(name: &'static str, kind: ValueKind) -> ObservationSpec {
    observation_spec(name, kind, ObservationNature::Settled)
}

const fn measured_observation(name: &'static str, kind: ValueKind) -> ObservationSpec {
    observation_spec(name, kind, ObservationNature::Measured)
}

const fn parallel(name: &'static str, kind: ValueKind) -> ObservationSpec {
    observation_spec(name, kind, ObservationNature::Parallel)
}

const fn awaited_observation(name: &'static str, kind: ValueKind) -> ObservationSpec {
    observation_spec(name, kind, ObservationNature::Awaited)
}

/// What any demo that compares backends may measure.
const COMMON: &[ObservationSpec] = &[
    measured_observation("available_cores", PLAIN),
    settled_observation("checksum", ValueKind::Text),
    measured_observation("gil_wait", SHARE),
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
            observation_spec("seen", COUNT, ObservationNature::ChanceOfLess),
            settled_observation("expected", COUNT),
            observation_spec("lost", COUNT, ObservationNature::ChanceOfMore),
        ],
    ),
    (
        "isolation",
        &[
            settled_observation("worker_pid", COUNT),
            settled_observation("worker_before", COUNT),
            settled_observation("worker_after", COUNT),
            settled_observation("parent_before", COUNT),
            settled_observation("parent_after", COUNT),
        ],
    ),
    (
        "memory",
        &[
            measured_observation("private", BYTES),
            measured_observation("proportional", BYTES),
            measured_observation("resident", BYTES),
        ],
    ),
    ("startup", &[measured_observation("start_join", SECONDS)]),
    ("ipc", &[measured_observation("round_trip", SECONDS)]),
    (
        "crash",
        &[
            settled_observation("died", ValueKind::Text),
            settled_observation("how", ValueKind::Text),
            settled_observation("exitcode", ValueKind::Mixed),
            awaited_observation("neighbours_live", ValueKind::Flag),
            settled_observation("program_lives", ValueKind::Flag),
            awaited_observation("pool_error", ValueKind::Text),
            awaited_observation("pool_worker", ValueKind::Mixed),
            awaited_observation("pool_answered", COUNT),
            settled_observation("pool_others", COUNT),
            awaited_observation("pool_replaced", ValueKind::Mixed),
            awaited_observation("pool_goes_on", ValueKind::Flag),
            awaited_observation("answered", ValueKind::Flag),
            awaited_observation("lock_left", ValueKind::Flag),
        ],
    ),
    (
        "scaling",
        &[
            parallel("work", SECONDS),
            measured_observation("cpu", SECONDS),
        ],
    ),
    (
        "convoy",
        &[
            measured_observation("overshoot", SECONDS),
            measured_observation("switches_per_second", RATE),
        ],
    ),
    (
        "handoff",
        &[
            measured_observation("hold", SECONDS),
            measured_observation("began", SECONDS),
            measured_observation("handoff_period", SECONDS),
            measured_observation("drop_requests", COUNT),
            measured_observation("forced_switches", COUNT),
            measured_observation("wait", SECONDS),
            measured_observation("wait_began", SECONDS),
            measured_observation("request", SECONDS),
            measured_observation("forced", ValueKind::Flag),
        ],
    ),
    (
        "process",
        &[
            measured_observation("after", SECONDS),
            settled_observation("pid", ValueKind::Mixed),
            settled_observation("parent_pid", ValueKind::Mixed),
            settled_observation("state", ValueKind::Text),
            settled_observation("alive", ValueKind::Flag),
            settled_observation("exitcode", ValueKind::Mixed),
            settled_observation("identity", ValueKind::Mixed),
            settled_observation("unguarded_ran", ValueKind::Flag),
            settled_observation("unguarded_exitcode", COUNT),
        ],
    ),
    (
        "pool",
        &[
            awaited_observation("waited", ValueKind::Flag),
            measured_observation("returned_after", SECONDS),
            measured_observation("finished_after", SECONDS),
            settled_observation("result", COUNT),
            observation_spec("done_by", COUNT, ObservationNature::Chance),
            measured_observation("small_tasks", SECONDS),
            settled_observation("starts", COUNT),
            awaited_observation("lost_by_with", ValueKind::Flag),
            observation_spec("unordered", ValueKind::Text, ObservationNature::Chance),
            settled_observation("ordered", ValueKind::Text),
        ],
    ),
    (
        "chunks",
        &[
            measured_observation("tasks_per_second", RATE),
            parallel("wall", SECONDS),
            parallel("balance", SHARE),
            settled_observation("chunksize", COUNT),
            settled_observation("chunk_sent", COUNT),
        ],
    ),
    ("payload", &[measured_observation("took", SECONDS)]),
    (
        "squares",
        &[
            settled_observation("registered", ValueKind::Flag),
            settled_observation("targets", COUNT),
            observation_spec("worker", COUNT, ObservationNature::Chance),
            settled_observation("chunksize", COUNT),
            settled_observation("chunk_sent", COUNT),
            measured_observation("took", SECONDS),
            settled_observation("square", COUNT),
            observation_spec("done_by", COUNT, ObservationNature::Chance),
            settled_observation("after_close", ValueKind::Text),
        ],
    ),
    (
        "numbers",
        &[
            settled_observation("number", COUNT),
            observation_spec("arrival", COUNT, ObservationNature::Chance),
            observation_spec("line", ValueKind::Text, ObservationNature::Chance),
            settled_observation("name_after_pool", ValueKind::Text),
        ],
    ),
    // Of a program that is watched; `src/observe/facts.rs` says what each of them is.
    (
        "try",
        &[
            settled_observation("process", ValueKind::Text),
            settled_observation("pid", ValueKind::Mixed),
            settled_observation("exitcode", ValueKind::Mixed),
            settled_observation("joined", ValueKind::Flag),
            settled_observation("started_before_join", ValueKind::Flag),
            settled_observation("start_method", ValueKind::Text),
            settled_observation("run_in_parent", COUNT),
            settled_observation("outlived", COUNT),
            observation_spec("at_once", COUNT, ObservationNature::ChanceOfMore),
            settled_observation("thread", ValueKind::Text),
            settled_observation("line", ValueKind::Text),
            settled_observation("lines", COUNT),
            settled_observation("last_by", ValueKind::Text),
            settled_observation("pools", COUNT),
            observation_spec("tasks", COUNT, ObservationNature::Chance),
            settled_observation("timed_out", ValueKind::Flag),
            settled_observation("advice", ValueKind::Text),
            measured_observation("wall", SECONDS),
            measured_observation("cpu", SECONDS),
            measured_observation("busy", SHARE),
            measured_observation("watching", SECONDS),
            // Where the exercise compares with its starter.
            measured_observation("starter_wall", SECONDS),
            measured_observation("gain", PLAIN),
            settled_observation("same_output", ValueKind::Flag),
        ],
    ),
];

/// What this demo observes under that name: `Ok(None)` where it is not known; the error holds the names there are.
pub fn find_observation(
    demo: &str,
    name: &str,
) -> Result<Option<ObservationSpec>, Vec<&'static str>> {
    if MADE_OF_OTHERS.contains(&demo) {
        return Ok(find_in_any_demo(name));
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
fn find_in_any_demo(name: &str) -> Option<ObservationSpec> {
    let mut all = DEMOS.iter().flat_map(|(_, measured)| *measured);
    all.find(|measure| measure.name == name).copied()
}

/// How much one value of that name shows.
pub fn observation_nature(demo: &str, name: &str) -> ObservationNature {
    let known = find_observation(demo, name).ok().flatten();
    known
        .or_else(|| find_in_any_demo(name))
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
