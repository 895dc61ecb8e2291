//! What each demo is. How it runs is the lab's business, which pairs each of these with code.

mod by_backend;
mod by_topic;
mod cluster;
mod failures;
mod futures;
mod inherit;
mod oversubscribe;
mod sharing;
mod thousand_waits;

pub use by_backend::{CONVOY, DEADLOCK, HANDOFF, IO, PARALLEL, RACE, SCALING};
pub use by_topic::{
    CHUNKS, COMPARE, CRASH, IPC, ISOLATION, MEMORY, NUMBERS, PAYLOAD, POOL, PROCESS, QUEUE,
    SQUARES, STARTUP, WORLDS,
};
pub use cluster::CLUSTER;
pub use failures::FAILURES;
pub use futures::FUTURES;
pub use inherit::INHERIT;
pub use oversubscribe::OVERSUBSCRIBE;
pub use sharing::SHARING;
pub use thousand_waits::THOUSAND_WAITS;

use super::{ObservationNature, ObservationSpec, Setting, SettingError, find_setting};
use crate::record::{Backend, Params};

/// What is known of a demo without running it.
#[derive(Debug)]
pub struct DemoSpec {
    /// Its name, as typed.
    pub name: &'static str,
    /// One line: what it shows.
    pub summary: &'static str,
    /// The names of the settings that it takes.
    pub settings: &'static [&'static str],
    /// The workloads that the demo supports; empty if it takes none.
    pub workloads: &'static [&'static str],
    /// How many workers it has unless they are set; `None` where they cannot be.
    pub usual_workers: Option<WorkerCount>,
    /// How many trials it has unless they are set; `None` where they cannot be.
    pub usual_trials: Option<u32>,
    /// The backends under which it runs; empty where it takes none.
    pub backends: &'static [Backend],
    /// The program of the part that Pythons run, where it has one: a file of `lessons/demos`.
    pub python: Option<&'static str>,
    /// A package that this program can use: a Python that has it is preferred.
    pub package: Option<&'static str>,
    /// What it measures, by name; `None` for a demo that has the figures of those that it runs.
    pub observations: Option<&'static [ObservationSpec]>,
    /// The labels of its observations, with their values; without values if they are numbers or names of the run.
    pub labels: &'static [(&'static str, &'static [&'static str])],
    /// The label of what one worker did alone, where several did the same under other values of that label.
    pub alone: Option<(&'static str, &'static str)>,
}

/// A number of workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerCount {
    /// The same on every machine.
    Exactly(u32),
    /// One per usable core, but at least two, times this factor.
    PerCore(u32),
}

impl WorkerCount {
    /// The number on a machine with so many usable cores.
    pub fn on_cores(self, usable: u32) -> u32 {
        match self {
            Self::Exactly(count) => count,
            Self::PerCore(factor) => usable.max(2) * factor,
        }
    }
}

/// Every demo, in the order of the lessons that use them.
pub static DEMOS: [&DemoSpec; 28] = [
    &PARALLEL,
    &IO,
    &ISOLATION,
    &RACE,
    &MEMORY,
    &STARTUP,
    &INHERIT,
    &IPC,
    &QUEUE,
    &DEADLOCK,
    &CRASH,
    &FAILURES,
    &COMPARE,
    &WORLDS,
    &PROCESS,
    &POOL,
    &CHUNKS,
    &PAYLOAD,
    &SCALING,
    &CONVOY,
    &HANDOFF,
    &SQUARES,
    &NUMBERS,
    &FUTURES,
    &THOUSAND_WAITS,
    &SHARING,
    &OVERSUBSCRIBE,
    &CLUSTER,
];

/// The labels of what any demo may measure.
pub const COMMON_LABELS: [&str; 4] = ["backend", "worker", "trial", "period"];

/// The demo of that name.
pub fn find_demo(name: &str) -> Option<&'static DemoSpec> {
    DEMOS.into_iter().find(|demo| demo.name == name)
}

/// The names of all demos, for completion, hints and lint.
pub fn demo_names() -> Vec<&'static str> {
    DEMOS.iter().map(|demo| demo.name).collect()
}

/// Each demo has a name of its own.
impl PartialEq for DemoSpec {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for DemoSpec {}

impl DemoSpec {
    /// A demo without settings, backends and observations.
    pub const EMPTY: Self = Self {
        name: "",
        summary: "",
        settings: &[],
        workloads: &[],
        usual_workers: None,
        usual_trials: None,
        backends: &[],
        python: None,
        package: None,
        observations: None,
        labels: &[],
        alone: None,
    };

    /// Whether it takes the setting of that name.
    pub fn takes(&self, setting: &str) -> bool {
        self.settings.contains(&setting)
    }

    /// These settings, with the number of workers and trials that they leave to the demo.
    pub fn resolve_counts(&self, params: &Params, cores_usable: u32) -> Params {
        let usual = self.usual_workers.map(|count| count.on_cores(cores_usable));
        Params {
            workers: params.workers.or(usual),
            trials: params.trials.or(self.usual_trials),
            ..params.clone()
        }
    }

    /// Whether its figures depend on how busy the cores are: on more than what happens, and whether in time.
    pub fn is_measured(&self) -> bool {
        let is_stable = |observation: &ObservationSpec| {
            matches!(
                observation.nature,
                ObservationNature::Settled | ObservationNature::Awaited
            )
        };
        let observations = self.observations.unwrap_or_default();
        !self.backends.is_empty() || observations.is_empty() || !observations.iter().all(is_stable)
    }

    /// The flags of its settings: `--workers`.
    pub fn flags(&self) -> Vec<String> {
        let settings = self.settings.iter().filter_map(|name| find_setting(name));
        settings
            .map(|setting| format!("--{}", setting.flag))
            .collect()
    }

    /// The names of its backends.
    pub fn backend_names(&self) -> Vec<&'static str> {
        self.backends.iter().map(|backend| backend.name()).collect()
    }

    /// The names of the labels that a condition may ask for; none for a demo that has the figures of others.
    pub fn label_names(&self) -> Vec<&'static str> {
        if self.observations.is_none() {
            return Vec::new();
        }
        let own = self.labels.iter().map(|(name, _)| *name);
        own.chain(COMMON_LABELS).collect()
    }

    /// The values of one of its labels; empty if they are not listed.
    pub fn label_values(&self, label: &str) -> &'static [&'static str] {
        let listed = self.labels.iter().find(|(name, _)| *name == label);
        listed.map_or(&[], |(_, values)| values)
    }

    /// That it does not take this setting, and what it takes.
    pub(super) fn refuse(&self, setting: &Setting) -> SettingError {
        SettingError::NotTaken {
            demo: self.name,
            flag: setting.flag,
            takes: match self.flags().join(", ") {
                none if none.is_empty() => "has no settings".to_owned(),
                flags => format!("takes {flags}"),
            },
        }
    }
}
