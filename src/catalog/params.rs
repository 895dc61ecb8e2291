//! The settings of one run, by the table.

use super::{DemoSpec, SETTINGS, Setting, SettingError, SettingKind, SettingValue};
use crate::{record::Params, text::quote_for_shell};

/// The settings that are given, with their values.
pub fn given_settings(
    params: &Params,
) -> impl Iterator<Item = (&'static Setting, SettingValue)> + '_ {
    let given = |setting: &'static Setting| Some((setting, (setting.get)(params)?));
    SETTINGS.iter().filter_map(given)
}

/// Fills in what is not given: the settings that are `wanted`, from others.
pub fn fill_params(params: &mut Params, from: &Params, wanted: impl Fn(&Setting) -> bool) {
    for (setting, value) in given_settings(from) {
        if wanted(setting) && (setting.get)(params).is_none() {
            (setting.set)(params, Some(value));
        }
    }
}

/// Whether the demo can use these settings; the error names what it can use.
///
/// # Errors
/// For the first setting that it does not take, or not with this value.
pub fn check_params(demo: &DemoSpec, params: &Params) -> Result<(), SettingError> {
    for (setting, value) in given_settings(params) {
        if setting.is_of_demos() && !demo.takes(setting.name) {
            return Err(demo.refuse(setting));
        }
        match setting.parse(&value.to_string(), Some(demo)) {
            Ok(_) => {}
            Err(SettingError::Expected(takes)) => {
                let flag = setting.flag;
                return Err(SettingError::WrongValue { flag, takes, value });
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The command that runs a demo with these settings: `run parallel --workers 2`.
pub fn run_command(demo: &str, params: &Params) -> String {
    let mut words = vec!["run".to_owned(), demo.to_owned()];
    for (setting, value) in given_settings(params) {
        if setting.usual.map(SettingValue::Whole).as_ref() == Some(&value) {
            continue;
        }
        words.push(format!("--{}", setting.flag));
        if setting.kind != SettingKind::Flag {
            words.push(quote_for_shell(&value.to_string()));
        }
    }
    words.join(" ")
}
