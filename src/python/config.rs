//! The configuration that a demo's program reads.

use serde::Serialize;

use crate::record::{Backend, Params};

/// How long a program should take, in seconds.
pub const BUDGET_S: f64 = 4.0;

/// The file that a program reads. Every key may be absent; the program then uses its own default.
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
    /// Set when the program is run.
    pub(super) start_method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    cores_usable: u32,
    budget_s: f64,
    /// The program is killed after this many seconds; set when the program is run.
    pub(super) limit_s: u64,
}

impl ProgramConfig {
    /// The configuration for a demo with these settings. Pythons are slower than native code, so a program
    /// chooses its own sizes and numbers of trials. Therefore `asked` has only what the learner set.
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

    /// Whether the learner set the amount of work. Then the duration cannot be predicted.
    pub fn is_sized(&self) -> bool {
        self.trials.is_some() || self.size.is_some() || self.repeat.is_some()
    }

    /// The backends that the learner named.
    pub fn backends(&self) -> &[Backend] {
        &self.backends
    }
}
