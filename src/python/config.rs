//! What a demo's program is told.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    catalog::{SettingValue, fill_params, given_settings},
    record::{Backend, Params},
};

/// How long a program should take, in seconds.
pub const BUDGET_S: f64 = 4.0;

/// The file that a program reads: every key may be absent, then the program decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProgramConfig {
    demo: String,
    /// The settings, by their names in the catalogue.
    #[serde(flatten)]
    settings: BTreeMap<&'static str, SettingValue>,
    /// Set by whoever runs the program.
    pub(super) start_method: String,
    cores_usable: u32,
    budget_s: f64,
    /// After how many seconds the program is ended; set by whoever runs it.
    pub(super) limit_s: u64,
    #[serde(skip)]
    is_sized: bool,
    #[serde(skip)]
    backends: Vec<Backend>,
}

impl ProgramConfig {
    /// For a demo with these settings. Pythons are slower than we are: what is left to the machine (sizes, numbers
    /// of trials) is left to the program too, and `asked` has only what the learner said.
    pub fn new(demo: &str, asked: &Params, resolved: &Params, cores_usable: u32) -> Self {
        let mut params = asked.clone();
        fill_params(&mut params, resolved, |setting| !setting.is_amount);
        params.backends.retain(|backend| backend.is_python());
        // Which Python runs the program, and how, is decided by whoever runs it.
        params.python.clear();
        params.start_method = None;
        Self {
            demo: demo.to_owned(),
            settings: given_settings(&params)
                .map(|(setting, value)| (setting.name, value))
                .collect(),
            start_method: String::new(),
            cores_usable,
            budget_s: BUDGET_S,
            limit_s: 0,
            is_sized: given_settings(asked).any(|(setting, _)| setting.is_amount),
            backends: params.backends,
        }
    }

    /// Whether the learner said how much is to be done: then nobody knows how long it takes.
    pub fn is_sized(&self) -> bool {
        self.is_sized
    }

    /// Its backends, as far as the learner named any.
    pub fn backends(&self) -> &[Backend] {
        &self.backends
    }
}
