//! The one table of settings. From it come the flags of `run`, what `set` and the configuration take, the keys of a
//! lesson's `demo`, the settings that a demo's Python program gets, and the command that is shown for a run.

use super::{SettingField, SettingKind, SettingValue};
use crate::record::Params;

/// A setting of runs.
#[derive(Debug)]
pub struct Setting {
    /// Its name in lessons and recordings: that of the field of [`Params`].
    pub name: &'static str,
    /// Its name as a flag, after the dashes, and in `set`.
    pub flag: &'static str,
    /// The flag's short form.
    pub short: Option<char>,
    /// What the flag's value is called in `--help`.
    pub value_name: &'static str,
    /// What `--help` says.
    pub help: &'static str,
    /// What the guide for authors says.
    pub guide: &'static str,
    /// A value, as lessons write it.
    pub example: &'static str,
    /// Which values it takes.
    pub kind: SettingKind,
    /// Where it may be given.
    pub scope: SettingScope,
    /// Whether it says how much is to be done. Rust and Python differ in speed, so each decides that for itself.
    pub is_amount: bool,
    /// The number that holds without it, where it is the same for every demo: commands leave it out.
    pub usual: Option<u64>,
    /// Reads it.
    pub get: fn(&Params) -> Option<SettingValue>,
    /// Writes it; `None` takes it back.
    pub set: fn(&mut Params, Option<SettingValue>),
}

/// Where a setting may be given, beside a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingScope {
    /// As a flag of a run.
    Run,
    /// For a session too, by `set`; these words say what holds without it.
    Session(&'static str),
    /// In the configuration file too.
    Config(&'static str),
    /// By `set`, and as a flag that goes with every command.
    Everywhere(&'static str),
}

/// A row of the table: the name of a field of `Params`, and what differs from [`BASE`].
macro_rules! setting {
    ($name:ident, $($part:ident: $value:expr),+ $(,)?) => {
        Setting {
            name: stringify!($name),
            get: |params| params.$name.to_value(),
            set: |params, value| {
                params.$name = value.and_then(SettingField::from_value).unwrap_or_default();
            },
            $($part: $value,)+
            ..BASE
        }
    };
}

const BASE: Setting = Setting {
    name: "",
    flag: "",
    short: None,
    value_name: "N",
    help: "",
    guide: "",
    example: "",
    kind: SettingKind::Flag,
    scope: SettingScope::Run,
    is_amount: false,
    usual: None,
    get: |_| None,
    set: |_, _| {},
};

/// Every setting, in the order in which all lists show them.
pub static SETTINGS: [Setting; 12] = [
    setting! {
        workers,
        flag: "workers",
        short: Some('w'),
        help: "How many workers, 1 to 1000",
        guide: "how many workers",
        example: "2",
        kind: SettingKind::Whole { least: 1, most: 1000 },
        scope: SettingScope::Config("as each demo has it"),
    },
    setting! {
        trials,
        flag: "trials",
        short: Some('t'),
        help: "Timed runs of each backend; tables give the median",
        guide: "how often it is run",
        example: "3",
        kind: SettingKind::Whole { least: 1, most: 1000 },
        scope: SettingScope::Config("as each demo has it"),
        is_amount: true,
    },
    setting! {
        size,
        flag: "size",
        help: "Work size in the workload's own unit; without it, the size fits itself to this machine",
        guide: "how much work there is; left out, it fits the machine",
        example: "200000",
        kind: SettingKind::Whole { least: 1, most: u64::MAX },
        scope: SettingScope::Session("fits itself to this machine"),
        is_amount: true,
    },
    setting! {
        workload,
        flag: "workload",
        value_name: "NAME",
        help: "Which work",
        guide: "which work",
        example: "\"primes\"",
        kind: SettingKind::Workload,
    },
    setting! {
        repeat,
        flag: "repeat",
        help: "How often to repeat, to show the distribution",
        guide: "how often in a row",
        example: "5",
        kind: SettingKind::Whole { least: 1, most: 100_000 },
        is_amount: true,
        usual: Some(1),
    },
    setting! {
        unbuffered,
        flag: "unbuffered",
        help: "Let children write without a buffer, so that lines may run into each other",
        guide: "whether Python writes at once",
        example: "true",
        kind: SettingKind::Flag,
    },
    setting! {
        order,
        flag: "order",
        value_name: "ORDER",
        help: "In which order two workers acquire their locks; without it, both orders are run",
        guide: "in which order two workers acquire two locks: opposite or same; left out, both",
        example: "\"same\"",
        kind: SettingKind::Choice(&["opposite", "same"]),
    },
    setting! {
        scheduler,
        flag: "scheduler",
        value_name: "ADDRESS",
        help: "The Dask scheduler whose workers run the tasks: `tcp://HOST:PORT`; without it, workers of this machine",
        guide: "the address of a Dask scheduler; left out, this machine has the workers",
        example: "\"tcp://10.0.0.5:8786\"",
        kind: SettingKind::Address,
    },
    setting! {
        backends,
        flag: "backends",
        value_name: "A,B",
        help: "Which backends, in this order",
        guide: "which backends, in this order; left out, all",
        example: "[\"serial\", \"processes\"]",
        kind: SettingKind::Backends,
    },
    setting! {
        python,
        flag: "python",
        value_name: "PYTHON",
        help: "Which Python runs its part: a name (`3.13t`), a path, `all`, `usual`, `newest` or `none`; may repeat (also: \
               `FORKLORE_PYTHON`)",
        guide: "which Pythons",
        example: "[\"3.12\"]",
        kind: SettingKind::Pythons,
        scope: SettingScope::Session("the usual choice (`pythons` shows it)"),
    },
    setting! {
        start_method,
        flag: "start-method",
        value_name: "METHOD",
        help: "How Python starts child processes; without it, as it does by default",
        guide: "how Python starts a child: fork, spawn or forkserver",
        example: "\"spawn\"",
        kind: SettingKind::Choice(&["fork", "spawn", "forkserver"]),
        scope: SettingScope::Session("each Python's own default"),
    },
    setting! {
        seed,
        flag: "seed",
        help: "Seed for everything that is random",
        guide: "for everything that is random",
        example: "7",
        kind: SettingKind::Whole { least: 0, most: u64::MAX },
        scope: SettingScope::Everywhere("a new one each time"),
    },
];

/// The setting of that name: as lessons write it, which is also the name of its flag's argument.
pub fn find_setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The settings that are flags of `run`.
pub fn run_settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| setting.is_of_demos())
}

/// The settings of `set`.
pub fn session_settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS
        .iter()
        .filter(|setting| setting.scope != SettingScope::Run)
}

impl Setting {
    /// Whether demos choose to take it; otherwise it goes with every command.
    pub fn is_of_demos(&self) -> bool {
        !matches!(self.scope, SettingScope::Everywhere(_))
    }

    /// What `set` shows.
    pub fn describe_value(&self, params: &Params) -> String {
        match ((self.get)(params), self.scope) {
            (Some(value), _) => value.to_string(),
            (
                None,
                SettingScope::Session(words)
                | SettingScope::Config(words)
                | SettingScope::Everywhere(words),
            ) => words.to_owned(),
            (None, SettingScope::Run) => String::new(),
        }
    }
}
