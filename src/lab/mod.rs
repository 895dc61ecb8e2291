//! The demos, and the list of them.
//!
//! A demo has two halves: `run` emits events, and `report` is a pure function of a recording of them. Nothing
//! in this module prints.

mod busy_threads;
mod children;
mod chunks;
mod compare;
mod compare_backends;
mod context;
mod convoy;
mod crash;
mod handoff;
mod io;
mod ipc;
mod isolation;
mod memory;
mod numbers;
mod parallel;
mod payload;
mod pool;
mod process;
mod pythons;
mod race;
mod runner;
mod scaling;
mod squares;
mod start_barrier;
mod startup;
mod targets;
#[cfg(test)]
mod testing;
mod trials;
mod worker_group;
mod worlds;

pub use context::{DemoContext, LabError, StopToken};
pub use runner::{DemoServices, MOST_WORKERS, build_report, check_params, run_demo};
pub use targets::worker_targets;

use crate::{
    record::{Backend, Run},
    report::Table,
};

/// A demo that a learner can start.
pub struct Demo {
    /// Its name, as it is typed.
    pub name: &'static str,
    /// What it shows, in one line.
    pub summary: &'static str,
    /// The settings that it accepts, by the names of [`crate::record::Params`]' fields.
    pub takes: &'static [&'static str],
    /// The workloads that `--workload` accepts; empty if it has none.
    pub workloads: &'static [&'static str],
    /// The backends that `--backends` accepts; empty if it has none.
    pub backends: &'static [Backend],
    /// The program for the part that Pythons run, if it has one: a file of `lessons/demos`.
    pub python: Option<&'static str>,
    /// Runs the native part, which emits events.
    pub run: fn(&DemoContext) -> Result<(), LabError>,
    /// Makes tables from a recording.
    pub report: fn(&Run) -> Vec<Table>,
}

/// Every demo, in the order of the lessons that use them.
pub static DEMOS: &[&Demo] = &[
    &parallel::DEMO,
    &io::DEMO,
    &isolation::DEMO,
    &race::DEMO,
    &memory::DEMO,
    &startup::DEMO,
    &ipc::DEMO,
    &crash::DEMO,
    &compare::DEMO,
    &worlds::DEMO,
    &process::DEMO,
    &pool::DEMO,
    &chunks::DEMO,
    &payload::DEMO,
    &scaling::DEMO,
    &convoy::DEMO,
    &handoff::DEMO,
    &squares::DEMO,
    &numbers::DEMO,
];

/// Finds a demo by name.
pub fn find_demo(name: &str) -> Option<&'static Demo> {
    DEMOS.iter().copied().find(|demo| demo.name == name)
}

/// The names of all demos, for completion, suggestions and lint.
pub fn demo_names() -> Vec<&'static str> {
    DEMOS.iter().map(|demo| demo.name).collect()
}
