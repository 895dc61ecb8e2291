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
mod core_log;
mod crash;
mod deadlock;
mod failures;
mod figure_column;
mod futures;
mod handoff;
mod inherit;
mod io;
mod ipc;
mod isolation;
mod memory;
mod numbers;
mod oversubscribe;
mod parallel;
mod payload;
mod pool;
mod process;
mod pythons;
mod queue;
mod race;
mod runner;
mod scaling;
mod sharing;
mod squares;
mod start_barrier;
mod startup;
mod targets;
#[cfg(test)]
mod testing;
mod thousand_waits;
mod trials;
mod wait_log;
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
    &inherit::DEMO,
    &ipc::DEMO,
    &queue::DEMO,
    &deadlock::DEMO,
    &crash::DEMO,
    &failures::DEMO,
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
    &futures::DEMO,
    &thousand_waits::DEMO,
    &sharing::DEMO,
    &oversubscribe::DEMO,
    &cluster::DEMO,
];

/// Finds a demo by name.
pub fn find_demo(name: &str) -> Option<&'static Demo> {
    DEMOS.iter().copied().find(|demo| demo.spec.name == name)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path};

    use super::*;
    use crate::{
        catalog::{demo_names, find_demo},
        record::{EventKind, Recording},
    };

    #[test]
    fn every_demo_of_the_catalogue_can_be_run() {
        let names: Vec<&str> = DEMOS.iter().map(|demo| demo.spec.name).collect();
        assert_eq!(names, demo_names());
    }

    /// `lint` refuses a label that is not listed, so each must be.
    #[test]
    fn every_label_of_a_recording_is_listed() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folders = [
            "src/lab/fixtures",
            "src/record/builtin",
            "tests/fixtures/version1",
        ];
        let files = folders.map(|folder| project.join(folder).read_dir().expect("recordings"));
        for file in files.into_iter().flatten() {
            let recording = Recording::load(&file.expect("a file").path()).expect("a recording");
            let mut demos = BTreeMap::new();
            for event in recording.events() {
                match &event.what {
                    EventKind::RunStarted { demo, .. } => {
                        demos.insert(event.run, find_demo(demo));
                    }
                    EventKind::Observed { labels, .. } => {
                        let demo = demos.get(&event.run).copied().flatten();
                        labels.iter().for_each(|label| check_label(demo, label));
                    }
                    _ => {}
                }
            }
        }
    }

    /// A demo that has the figures of others lists no labels.
    fn check_label(demo: Option<&DemoSpec>, (label, value): (&str, &str)) {
        let Some(demo) = demo.filter(|demo| demo.observations.is_some()) else {
            return;
        };
        let (name, values) = (demo.name, demo.label_values(label));
        assert!(demo.label_names().contains(&label), "{name}: {label}");
        assert!(
            values.is_empty() || values.contains(&value),
            "{name}: {label}={value}"
        );
    }
}
