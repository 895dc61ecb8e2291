//! The configuration that a demo's program reads.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    catalog::{SettingValue, fill_params, given_settings},
    record::{Backend, Params},
};

/// How long a program should take, in seconds.
pub const BUDGET_S: f64 = 4.0;

/// The file that a program reads. Every key may be absent; the program then uses its own default.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProgramConfig {
    demo: String,
    /// The settings, by their names in the catalogue.
    #[serde(flatten)]
    settings: BTreeMap<&'static str, SettingValue>,
    /// Set when the program is run.
    pub(super) start_method: String,
    cores_usable: u32,
    budget_s: f64,
    /// The program is killed after this many seconds; set when the program is run.
    pub(super) limit_s: u64,
    #[serde(skip)]
    is_sized: bool,
    #[serde(skip)]
    backends: Vec<Backend>,
}

impl ProgramConfig {
    /// The configuration for a demo with these settings. Pythons are slower than native code, so a program
    /// chooses its own sizes and numbers of trials. Therefore `asked` has only what the learner set.
    pub fn new(demo: &str, asked: &Params, resolved: &Params, cores_usable: u32) -> Self {
        let mut params = asked.clone();
        fill_params(&mut params, resolved, |setting| !setting.is_amount);
        params.backends.retain(|backend| backend.is_python());
        // The Python and the start method are chosen when the program is run.
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

    /// Whether the learner set the amount of work. Then the duration cannot be predicted.
    pub fn is_sized(&self) -> bool {
        self.is_sized
    }

    /// The backends that the learner named.
    pub fn backends(&self) -> &[Backend] {
        &self.backends
    }
}
