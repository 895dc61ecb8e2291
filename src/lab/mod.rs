//! The demos: one file each, and the one list that names them.
//!
//! A demo's file has both halves: `run` emits events, `report` is a pure function of a recording of them.
//! Nothing in this room prints.

mod bench;

pub use bench::{Bench, LabError, Stop};

use crate::{record::Run, report::Table};

/// What a learner can launch.
pub struct Demo {
    /// Its name, as typed.
    pub name: &'static str,
    /// One line: what it shows.
    pub summary: &'static str,
    /// The settings that it takes, by the names of [`crate::record::Params`]' fields.
    pub takes: &'static [&'static str],
    /// The workloads that `--workload` may name; empty where it takes none.
    pub workloads: &'static [&'static str],
    /// The backends that `--backends` may name; empty where it takes none.
    pub backends: &'static [crate::record::Backend],
    /// Runs it: emits events.
    pub run: fn(&Bench) -> Result<(), LabError>,
    /// What a recording of it says.
    pub report: fn(&Run) -> Vec<Table>,
}

/// Every demo, in the order of the lessons that use them.
pub static DEMOS: &[&Demo] = &[];

/// The demo of that name.
pub fn demo(name: &str) -> Option<&'static Demo> {
    DEMOS.iter().copied().find(|demo| demo.name == name)
}
