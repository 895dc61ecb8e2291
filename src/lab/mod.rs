//! The demos, and the list of them.
//!
//! A demo has two halves: `run` emits events, and `report` is a pure function of a recording of them. Nothing
//! in this module prints.

mod busy_threads;
mod children;
mod chunks;
mod cluster;
mod compare;
mod compare_backends;
mod context;
mod convoy;
mod crash;
mod deadlock;
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
mod queue;
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
pub use runner::{DemoServices, build_report, check_params, run_demo};
pub use targets::worker_targets;

use crate::{
    catalog::DemoSpec,
    record::Run,
    report::{Picture, SummaryTable, Table},
};

/// A demo, and the code that runs it.
pub struct Demo {
    /// What it is.
    pub spec: &'static DemoSpec,
    /// Runs the native part: emits events.
    pub run: fn(&DemoContext) -> Result<(), LabError>,
    /// Makes tables from a recording.
    pub report: fn(&Run) -> Vec<Table>,
    /// Makes the one table of them that decides.
    pub summary: fn(&Run) -> SummaryTable,
    /// Builds what there is to look at, the most telling picture first.
    pub pictures: fn(&Run, &SummaryTable) -> Vec<Picture>,
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
    &queue::DEMO,
    &deadlock::DEMO,
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
    &cluster::DEMO,
];

/// Finds a demo by name.
pub fn find_demo(name: &str) -> Option<&'static Demo> {
    DEMOS.iter().copied().find(|demo| demo.spec.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::demo_names;

    #[test]
    fn every_demo_of_the_catalogue_can_be_run() {
        let names: Vec<&str> = DEMOS.iter().map(|demo| demo.spec.name).collect();
        assert_eq!(names, demo_names());
    }
}
