//! The demos without the lab, for every room above: the description of a demo, and the settings of a run.
//!
//! Data only: nothing here runs a demo.

pub mod demos;
mod observations;
mod params;
mod setting_value;
mod settings;

pub use demos::{DemoSpec, demo_names, find_demo};
pub use observations::{
    ObservationNature, ObservationSpec, Unit, ValueKind, find_observation, list_observations,
    observation_nature, observed_names, observing_demo,
};
pub use params::{check_params, fill_params, given_settings, run_command};
pub use setting_value::{SettingError, SettingField, SettingKind, SettingValue};
pub use settings::{SETTINGS, Setting, SettingScope, find_setting, run_settings, session_settings};

#[cfg(test)]
mod tests;
