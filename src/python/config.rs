//! What a demo's program is told.

use serde::Serialize;

use crate::record::{Backend, Params};

/// How long a program should take, in seconds.
pub const BUDGET_S: f64 = 4.0;

/// The file that a program reads: every key may be absent, then the program decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProgramConfig {
    demo: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trials: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat: Option<u32>,
    unbuffered: bool,
    backends: Vec<Backend>,
    /// Set by whoever runs the program.
    pub(super) start_method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    cores_usable: u32,
    budget_s: f64,
    /// After how many seconds the program is ended; set by whoever runs it.
    pub(super) limit_s: u64,
}

impl ProgramConfig {
    /// For a demo with these settings. Pythons are slower than we are: what is left to the machine (sizes, numbers
    /// of trials) is left to the program too, and `asked` has only what the learner said.
    pub fn new(demo: &str, asked: &Params, resolved: &Params, cores_usable: u32) -> Self {
        let python_ones = asked.backends.iter().filter(|backend| backend.is_python());
        Self {
            demo: demo.to_owned(),
            workers: asked.workers.or(resolved.workers),
            trials: asked.trials,
            size: asked.size,
            workload: asked.workload.clone().or_else(|| resolved.workload.clone()),
            repeat: asked.repeat,
            unbuffered: asked.unbuffered,
            backends: python_ones.copied().collect(),
            start_method: String::new(),
            seed: asked.seed.or(resolved.seed),
            cores_usable,
            budget_s: BUDGET_S,
            limit_s: 0,
        }
    }

    /// Whether the learner said how much is to be done: then nobody knows how long it takes.
    pub fn is_sized(&self) -> bool {
        self.trials.is_some() || self.size.is_some() || self.repeat.is_some()
    }

    /// Its backends, as far as the learner named any.
    pub fn backends(&self) -> &[Backend] {
        &self.backends
    }
}
