//! The settings of demos, as `demo` and the `[with]` of a claim give them.

use std::ops::Range;

use toml::Spanned;

use crate::{
    catalog::{DemoSpec, SETTINGS, Setting, SettingError, SettingKind, SettingValue, fill_params},
    lesson::{
        source_file::Diagnostics,
        toml_keys::{KeySpec, Presence, TableReader, TableSpec, TomlKeys, ValueType},
    },
    record::{Backend, Params},
};

/// The keys of the guide: one for each setting of the catalogue.
const KEYS: [KeySpec; SETTINGS.len()] = {
    let mut keys = [describe_key(&SETTINGS[0]); SETTINGS.len()];
    let mut index = 1;
    while index < SETTINGS.len() {
        keys[index] = describe_key(&SETTINGS[index]);
        index += 1;
    }
    keys
};

const fn describe_key(setting: &Setting) -> KeySpec {
    KeySpec {
        name: setting.name,
        value_type: match setting.kind {
            SettingKind::Whole { .. } => ValueType::Whole,
            SettingKind::Flag => ValueType::Flag,
            SettingKind::Choice(_) | SettingKind::Address | SettingKind::Workload => {
                ValueType::Text
            }
            SettingKind::Backends | SettingKind::Pythons => ValueType::List(&ValueType::Text),
        },
        presence: match setting.kind {
            SettingKind::Flag => Presence::Default("false"),
            _ => Presence::Optional,
        },
        kinds: &[],
        about: setting.guide,
        example: setting.example,
    }
}

/// A setting as it is written.
struct WrittenSetting {
    setting: &'static Setting,
    key_at: Range<usize>,
    /// `None` for a value of the wrong type, which was reported.
    value: Option<WrittenValue>,
}

enum WrittenValue {
    Whole(Spanned<u64>),
    Flag(bool),
    Name(Spanned<String>),
    Names(Vec<Spanned<String>>),
}

/// Settings as they are written, with the position of each key.
pub(super) struct WrittenSettings(Vec<WrittenSetting>);

impl TomlKeys for WrittenSettings {
    const KEYS: &'static [KeySpec] = &KEYS;
    const TABLE: &'static TableSpec = &TableSpec {
        owner: "`with`",
        lists: &[Self::KEYS],
    };

    fn take(table: &mut TableReader<'_, '_>) -> Self {
        let written = SETTINGS.iter().filter_map(|setting| {
            let key_at = table.key_range(setting.name)?;
            let value = take_value(table, setting);
            Some(WrittenSetting {
                setting,
                key_at,
                value,
            })
        });
        Self(written.collect())
    }
}

fn take_value(table: &mut TableReader<'_, '_>, setting: &Setting) -> Option<WrittenValue> {
    let name = setting.name;
    Some(match setting.kind {
        SettingKind::Whole { .. } => WrittenValue::Whole(table.take_value::<Spanned<u64>>(name)?),
        SettingKind::Flag => WrittenValue::Flag(table.take_value::<bool>(name)?),
        SettingKind::Choice(_) | SettingKind::Address | SettingKind::Workload => {
            WrittenValue::Name(table.take_value::<Spanned<String>>(name)?)
        }
        SettingKind::Backends | SettingKind::Pythons => {
            WrittenValue::Names(table.take_value::<Vec<Spanned<String>>>(name)?)
        }
    })
}

/// Turns written settings into those of a run; what this demo does not take or know is reported.
pub(super) fn read_params(
    diagnostics: &mut Diagnostics<'_>,
    written: WrittenSettings,
    demo: Option<&DemoSpec>,
) -> Params {
    if let Some(demo) = demo {
        check_settings_taken(diagnostics, &written, demo);
    }
    let mut params = Params::default();
    for WrittenSetting { setting, value, .. } in written.0 {
        let value = value.and_then(|value| read_value(diagnostics, setting, value, demo));
        (setting.set)(&mut params, value);
    }
    params
}

/// The settings of a demo with others put over them.
pub(super) fn merge_params(under: &Params, mut over: Params) -> Params {
    fill_params(&mut over, under, |_| true);
    over
}

/// Reports settings that this demo has no use for.
fn check_settings_taken(
    diagnostics: &mut Diagnostics<'_>,
    written: &WrittenSettings,
    demo: &DemoSpec,
) {
    for WrittenSetting {
        setting, key_at, ..
    } in &written.0
    {
        if demo.takes(setting.name) {
            continue;
        }
        let message = format!("the demo `{}` takes no `{}`", demo.name, setting.name);
        let help = match demo.settings {
            [] => "it takes no settings".to_owned(),
            settings => format!("it takes: {}", settings.join(", ")),
        };
        diagnostics.error(key_at.clone(), message).help(help);
    }
}

/// Reads a value of a setting; a wrong one is reported.
fn read_value(
    diagnostics: &mut Diagnostics<'_>,
    setting: &Setting,
    value: WrittenValue,
    demo: Option<&DemoSpec>,
) -> Option<SettingValue> {
    match value {
        WrittenValue::Flag(is_on) => Some(SettingValue::Flag(is_on)),
        WrittenValue::Whole(number) => {
            let text = Spanned::new(number.span(), number.get_ref().to_string());
            parse_text(diagnostics, setting, &text, demo)
        }
        WrittenValue::Name(name) => parse_text(diagnostics, setting, &name, demo),
        WrittenValue::Names(names) if setting.kind == SettingKind::Backends => {
            let backends = read_backends(diagnostics, setting, names, demo);
            Some(SettingValue::Backends(backends))
        }
        WrittenValue::Names(names) => {
            let names = names.into_iter().map(Spanned::into_inner);
            Some(SettingValue::Names(names.collect()))
        }
    }
}

fn parse_text(
    diagnostics: &mut Diagnostics<'_>,
    setting: &Setting,
    text: &Spanned<String>,
    demo: Option<&DemoSpec>,
) -> Option<SettingValue> {
    match setting.parse(text.get_ref(), demo) {
        Ok(value) => return Some(value),
        Err(error) => report_error(diagnostics, setting, text, error),
    }
    None
}

fn read_backends(
    diagnostics: &mut Diagnostics<'_>,
    setting: &Setting,
    names: Vec<Spanned<String>>,
    demo: Option<&DemoSpec>,
) -> Vec<Backend> {
    let mut backends = Vec::new();
    for name in names {
        match setting.parse_backend(name.get_ref(), demo) {
            Ok(backend) if backends.contains(&backend) => {
                let message = format!("`{backend}` is named twice");
                diagnostics.error(name.span(), message);
            }
            Ok(backend) => backends.push(backend),
            Err(error) => report_error(diagnostics, setting, &name, error),
        }
    }
    backends
}

fn report_error(
    diagnostics: &mut Diagnostics<'_>,
    setting: &Setting,
    text: &Spanned<String>,
    error: SettingError,
) {
    match (error, setting.kind) {
        (SettingError::UnknownName { choices, .. }, _) => {
            let what = format!("no {} of this demo", setting.noun());
            diagnostics.unknown_name(&what, text, &choices);
        }
        (_, SettingKind::Choice(names)) => {
            diagnostics.unknown_name(&format!("no {}", setting.noun()), text, names);
        }
        _ => {
            let message = format!("`{}` must be {}", setting.name, setting.expected_value());
            diagnostics.error(text.span(), message);
        }
    }
}
