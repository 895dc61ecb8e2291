//! What demos observe, by name, kind and nature: so that `lint` sees a mistyped name, and seconds compared with
//! bytes; and so that a verdict knows how much one value shows.

use serde::Serialize;

use super::{DemoSpec, demo_names, demos::DEMOS, find_demo};

/// The kind of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A plain number or a quotient: `1.2`.
    Plain,
    /// A number of things.
    Count,
    /// A share of a whole, 1.0 = 100 %.
    Share,
    /// A length of time.
    Seconds,
    /// A size.
    Bytes,
    /// How many a second.
    Rate,
}

/// What an observation's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A number of this kind.
    Number(Unit),
    /// Yes or no.
    Flag,
    /// A word.
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
    /// An answer with a time limit: a slow machine may miss it.
    Awaited,
    /// It depends on the order of events, so an unseen result may still occur: here a greater value.
    ChanceOfMore,
    /// The same, with a smaller value.
    ChanceOfLess,
    /// The same, with another value.
    Chance,
}

/// An observation: its name, its kind and its nature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObservationSpec {
    /// Its name.
    pub name: &'static str,
    /// What its value is.
    pub kind: ValueKind,
    /// How much one value shows.
    pub nature: ObservationNature,
}

pub(super) const COUNT: ValueKind = ValueKind::Number(Unit::Count);
pub(super) const SECONDS: ValueKind = ValueKind::Number(Unit::Seconds);
pub(super) const BYTES: ValueKind = ValueKind::Number(Unit::Bytes);
pub(super) const RATE: ValueKind = ValueKind::Number(Unit::Rate);
pub(super) const SHARE: ValueKind = ValueKind::Number(Unit::Share);
pub(super) const PLAIN: ValueKind = ValueKind::Number(Unit::Plain);

pub(super) const fn observed(
    name: &'static str,
    kind: ValueKind,
    nature: ObservationNature,
) -> ObservationSpec {
    ObservationSpec { name, kind, nature }
}

pub(super) const fn settled(name: &'static str, kind: ValueKind) -> ObservationSpec {
    observed(name, kind, ObservationNature::Settled)
}

pub(super) const fn measured(name: &'static str, kind: ValueKind) -> ObservationSpec {
    observed(name, kind, ObservationNature::Measured)
}

pub(super) const fn parallel(name: &'static str, kind: ValueKind) -> ObservationSpec {
    observed(name, kind, ObservationNature::Parallel)
}

pub(super) const fn awaited(name: &'static str, kind: ValueKind) -> ObservationSpec {
    observed(name, kind, ObservationNature::Awaited)
}

/// What any demo that compares backends may measure.
const COMMON: &[ObservationSpec] = &[
    measured("available_cores", PLAIN),
    settled("checksum", ValueKind::Text),
    measured("gil_wait", SHARE),
];

/// The name under which programs are watched: no demo, but conditions are about it too.
const TRY: &str = "try";

/// What is observed of a program that is watched; `src/observe/facts.rs` says what each of them is.
const OF_PROGRAMS: &[ObservationSpec] = &[
    settled("process", ValueKind::Text),
    settled("pid", ValueKind::Mixed),
    settled("exitcode", ValueKind::Mixed),
    settled("joined", ValueKind::Flag),
    settled("started_before_join", ValueKind::Flag),
    settled("start_method", ValueKind::Text),
    settled("run_in_parent", COUNT),
    settled("outlived", COUNT),
    settled("detached", ValueKind::Flag),
    observed("at_once", COUNT, ObservationNature::ChanceOfMore),
    settled("thread", ValueKind::Text),
    settled("line", ValueKind::Text),
    settled("lines", COUNT),
    settled("last_by", ValueKind::Text),
    settled("pools", COUNT),
    observed("tasks", COUNT, ObservationNature::Chance),
    settled("slept_ms", COUNT),
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
];

/// The name under which workers by hand are recorded.
const BENCH: &str = "bench";

/// What is recorded of workers by hand, each with the labels `name` and `kind` of its worker: `process` or `thread`.
const OF_BENCH: &[ObservationSpec] = &[
    // The work; also with the labels `work` and `gil`.
    settled("spawned", ValueKind::Text),
    // Its name; also as the label `signal`.
    settled("signal", ValueKind::Text),
    // The kind of crash; also as the label `how`.
    settled("crash", ValueKind::Text),
    // The text.
    settled("sent", ValueKind::Text),
    // The state that `ps` or `top` showed; also as the label `state`.
    settled("seen", ValueKind::Text),
    // Of a process that was joined; also as the label `code`.
    settled("exitcode", COUNT),
    // How a thread that was joined had ended.
    settled("thread_end", ValueKind::Text),
    settled("command", ValueKind::Text),
];

/// What this demo, or a watched program, measures; `None` where that is not listed.
fn listed_observations(demo: &str) -> Option<&'static [ObservationSpec]> {
    if demo == TRY {
        return Some(OF_PROGRAMS);
    }
    if demo == BENCH {
        return Some(OF_BENCH);
    }
    find_demo(demo)?.observations
}

/// The names under which figures are recorded: the demos, watched programs and workers by hand.
pub fn observed_names() -> Vec<&'static str> {
    demo_names().into_iter().chain([TRY, BENCH]).collect()
}

/// All that is measured under such a name; `None` for a demo that has the figures of those that it runs.
pub fn list_observations(demo: &str) -> Option<Vec<ObservationSpec>> {
    let listed = listed_observations(demo)?.iter();
    let common = COMMON.iter().filter(|_| find_demo(demo).is_some());
    Some(listed.chain(common).copied().collect())
}

/// What this demo observes under that name: `Ok(None)` where it is not known; the error holds the names there are.
pub fn find_observation(
    demo: &str,
    name: &str,
) -> Result<Option<ObservationSpec>, Vec<&'static str>> {
    let Some(listed) = listed_observations(demo) else {
        return Ok(find_demo(demo).and_then(|_| find_in_any_demo(name)));
    };
    // Facts that the Pythons of a watched program reported, under names of their own.
    if demo == TRY && name.starts_with("fact.") {
        return Ok(None);
    }
    let all = || listed.iter().chain(COMMON);
    match all().find(|observation| observation.name == name) {
        Some(observation) => Ok(Some(*observation)),
        None => Err(all().map(|observation| observation.name).collect()),
    }
}

/// The observation of that name in whatever demo has it.
fn find_in_any_demo(name: &str) -> Option<ObservationSpec> {
    let of_demos = DEMOS.into_iter().filter_map(|demo| demo.observations);
    let mut all = of_demos.chain([OF_PROGRAMS, OF_BENCH]).flatten();
    all.find(|observation| observation.name == name).copied()
}

/// The demo that makes the observation of that name; the first one if there are several.
pub fn observing_demo(name: &str) -> Option<&'static DemoSpec> {
    let makes = |demo: &&DemoSpec| {
        let mut observations = demo.observations.into_iter().flatten();
        observations.any(|observation| observation.name == name)
    };
    DEMOS.into_iter().find(makes)
}

/// How much one value of that name shows.
pub fn observation_nature(demo: &str, name: &str) -> ObservationNature {
    let known = find_observation(demo, name).ok().flatten();
    known
        .or_else(|| find_in_any_demo(name))
        .map(|observation| observation.nature)
        .unwrap_or_default()
}
