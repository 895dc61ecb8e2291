//! The settings of demos, as `demo` and the `[with]` of a claim give them.

use std::ops::Range;

use toml::Spanned;

use crate::{
    lesson::{
        known_demos::KnownDemo,
        source_file::Diagnostics,
        toml_keys::{AtLeastOne, KeySpec, TableReader, TableSpec, TomlKeys, toml_keys},
    },
    record::{Backend, Params},
};

/// How Python's multiprocessing starts a child.
const START_METHODS: [&str; 3] = ["fork", "spawn", "forkserver"];

toml_keys! {
    "`with`": struct SettingKeys {
        /// how many workers
        workers: AtLeastOne<u32> = Optional, "2";
        /// how often it is run
        trials: AtLeastOne<u32> = Optional, "3";
        /// how much work there is; left out, it fits the machine
        size: AtLeastOne<u64> = Optional, "200000";
        /// which work
        workload: Spanned<String> = Optional, "\"primes\"";
        /// how often in a row
        repeat: AtLeastOne<u32> = Optional, "5";
        /// whether Python writes at once
        unbuffered: bool = Default("false"), "true";
        /// which backends, in this order; left out, all
        backends: Vec<Spanned<String>> = Optional, "[\"serial\", \"processes\"]";
        /// which Pythons
        python: Vec<String> = Optional, "[\"3.12\"]";
        /// how Python starts a child: fork, spawn or forkserver
        start_method: Spanned<String> = Optional, "\"spawn\"";
        /// for everything that is random
        seed: u64 = Optional, "7";
    }
}

/// Settings as they are written, with the position of each key.
pub(super) struct WrittenSettings {
    keys: SettingKeys,
    ranges: Vec<(&'static str, Range<usize>)>,
}

impl TomlKeys for WrittenSettings {
    const KEYS: &'static [KeySpec] = SettingKeys::KEYS;
    const TABLE: &'static TableSpec = SettingKeys::TABLE;

    fn take(table: &mut TableReader<'_, '_>) -> Self {
        let range = |key: &KeySpec| Some((key.name, table.key_range(key.name)?));
        Self {
            ranges: Self::KEYS.iter().filter_map(range).collect(),
            keys: SettingKeys::take(table),
        }
    }
}

/// Turns written settings into those of a run; what this demo does not take or know is reported.
pub(super) fn read_params(
    diagnostics: &mut Diagnostics<'_>,
    written: WrittenSettings,
    demo: Option<&KnownDemo>,
) -> Params {
    if let Some(demo) = demo {
        check_settings_taken(diagnostics, written.ranges, demo);
    }
    let keys = written.keys;
    // Every field is named, so that a new setting cannot be forgotten here.
    Params {
        workers: keys.workers,
        trials: keys.trials,
        size: keys.size,
        workload: keys
            .workload
            .and_then(|name| read_workload(diagnostics, name, demo)),
        repeat: keys.repeat,
        unbuffered: keys.unbuffered.unwrap_or_default(),
        backends: read_backends(diagnostics, keys.backends.unwrap_or_default(), demo),
        python: keys.python.unwrap_or_default(),
        start_method: keys
            .start_method
            .and_then(|name| read_start_method(diagnostics, name)),
        seed: keys.seed,
    }
}

/// The settings of a demo with others put over them.
pub(super) fn merge_params(under: Params, over: Params) -> Params {
    fn non_empty<T>(over: Vec<T>, under: Vec<T>) -> Vec<T> {
        if over.is_empty() { under } else { over }
    }
    // Every field is named, so that a new setting cannot be forgotten here.
    Params {
        workers: over.workers.or(under.workers),
        trials: over.trials.or(under.trials),
        size: over.size.or(under.size),
        workload: over.workload.or(under.workload),
        repeat: over.repeat.or(under.repeat),
        unbuffered: over.unbuffered || under.unbuffered,
        backends: non_empty(over.backends, under.backends),
        python: non_empty(over.python, under.python),
        start_method: over.start_method.or(under.start_method),
        seed: over.seed.or(under.seed),
    }
}

/// Reports settings that this demo has no use for.
fn check_settings_taken(
    diagnostics: &mut Diagnostics<'_>,
    written: Vec<(&'static str, Range<usize>)>,
    demo: &KnownDemo,
) {
    for (setting, at) in written {
        if demo.takes.contains(&setting) {
            continue;
        }
        let message = format!("the demo `{}` takes no `{setting}`", demo.name);
        let help = match demo.takes {
            [] => "it takes no settings".to_owned(),
            takes => format!("it takes: {}", takes.join(", ")),
        };
        diagnostics.error(at, message).help(help);
    }
}

fn read_start_method(diagnostics: &mut Diagnostics<'_>, name: Spanned<String>) -> Option<String> {
    if START_METHODS.contains(&name.get_ref().as_str()) {
        return Some(name.into_inner());
    }
    diagnostics.unknown_name("no start method", &name, &START_METHODS);
    None
}

fn read_workload(
    diagnostics: &mut Diagnostics<'_>,
    name: Spanned<String>,
    demo: Option<&KnownDemo>,
) -> Option<String> {
    let names = demo.map(|demo| demo.workloads).unwrap_or_default();
    if names.is_empty() || names.contains(&name.get_ref().as_str()) {
        return Some(name.into_inner());
    }
    diagnostics.unknown_name("no workload of this demo", &name, names);
    None
}

fn read_backends(
    diagnostics: &mut Diagnostics<'_>,
    names: Vec<Spanned<String>>,
    demo: Option<&KnownDemo>,
) -> Vec<Backend> {
    let usable = demo
        .map(|demo| demo.backends)
        .filter(|backends| !backends.is_empty())
        .unwrap_or(&Backend::ALL);
    let mut backends = Vec::new();
    for name in names {
        match name.get_ref().parse::<Backend>() {
            Ok(backend) if backends.contains(&backend) => {
                let message = format!("`{backend}` is named twice");
                diagnostics.error(name.span(), message);
            }
            Ok(backend) if usable.contains(&backend) => backends.push(backend),
            Ok(_) | Err(_) => {
                let names: Vec<&str> = usable.iter().map(|backend| backend.name()).collect();
                diagnostics.unknown_name("no backend of this demo", &name, &names);
            }
        }
    }
    backends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_those_of_params() {
        let params = serde_json::to_value(Params::default()).unwrap();
        let fields: Vec<&String> = params.as_object().unwrap().keys().collect();
        let mut settings: Vec<&str> = SettingKeys::KEYS.iter().map(|key| key.name).collect();
        settings.sort_unstable();
        assert_eq!(fields, settings);
    }
}
