//! The values of settings: their kinds, and how they are read from text.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use super::{DemoSpec, Setting};
use crate::{record::Backend, text::describe_unknown, text::join_words};

/// What a setting can be set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// A whole number in this range.
    Whole {
        /// The least.
        least: u64,
        /// The greatest.
        most: u64,
    },
    /// On if it is given.
    Flag,
    /// One of these.
    Choice(&'static [&'static str]),
    /// The address of a service: `tcp://HOST:PORT`.
    Address,
    /// One of the demo's workloads.
    Workload,
    /// Some of the demo's backends, in any order.
    Backends,
    /// Names or paths of Pythons.
    Pythons,
}

/// A setting's value; written as text, it reads back as the same value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// A whole number.
    Whole(u64),
    /// Whether it is on.
    Flag(bool),
    /// A name.
    Name(String),
    /// Backends.
    Backends(Vec<Backend>),
    /// Names.
    Names(Vec<String>),
}

/// Why a setting does not take a value, or a demo does not take a setting.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingError {
    /// It takes another kind of value.
    #[error("takes {0}")]
    Expected(String),
    /// The name is none of those that it takes.
    #[error("{}", describe_unknown(.kind, .name, .choices))]
    UnknownName {
        /// What it is the name of.
        kind: String,
        /// The name.
        name: String,
        /// The names there are.
        choices: Vec<&'static str>,
    },
    /// The value of a run does not fit.
    #[error("--{flag} takes {takes}, not {value}")]
    WrongValue {
        /// The setting's flag.
        flag: &'static str,
        /// What it takes.
        takes: String,
        /// The value.
        value: SettingValue,
    },
    /// The demo has no such setting.
    #[error("demo `{demo}` takes no --{flag}; it {takes}")]
    NotTaken {
        /// The demo.
        demo: &'static str,
        /// The setting's flag.
        flag: &'static str,
        /// What it takes instead.
        takes: String,
    },
}

impl Setting {
    /// The names that its value may have, for this demo; empty where any name or number goes.
    pub fn choices(&self, demo: Option<&DemoSpec>) -> Vec<&'static str> {
        match self.kind {
            SettingKind::Choice(names) => names.to_vec(),
            SettingKind::Workload => demo.map_or_else(Vec::new, |demo| demo.workloads.to_vec()),
            SettingKind::Backends => demo.map_or_else(Vec::new, DemoSpec::backend_names),
            SettingKind::Pythons => vec!["usual", "newest", "all", "none"],
            SettingKind::Whole { .. } | SettingKind::Flag | SettingKind::Address => Vec::new(),
        }
    }

    /// Reads a value, with commas between the names of a list.
    ///
    /// # Errors
    /// If the setting, or this demo, takes no such value.
    pub fn parse(&self, text: &str, demo: Option<&DemoSpec>) -> Result<SettingValue, SettingError> {
        match self.kind {
            SettingKind::Whole { least, most } => match text.parse() {
                Ok(number) if (least..=most).contains(&number) => Ok(SettingValue::Whole(number)),
                _ => Err(self.expected()),
            },
            SettingKind::Flag => match text {
                "yes" => Ok(SettingValue::Flag(true)),
                "no" => Ok(SettingValue::Flag(false)),
                _ => Err(self.expected()),
            },
            SettingKind::Choice(names) if !names.contains(&text) => Err(self.expected()),
            SettingKind::Address if !is_address(text) => Err(self.expected()),
            SettingKind::Choice(_) | SettingKind::Address => {
                Ok(SettingValue::Name(text.to_owned()))
            }
            SettingKind::Workload => {
                let choices = self.choices(demo);
                if choices.is_empty() || choices.contains(&text) {
                    return Ok(SettingValue::Name(text.to_owned()));
                }
                Err(self.unknown_name(text, demo))
            }
            SettingKind::Backends => {
                let names = text.split(',').map(|name| self.parse_backend(name, demo));
                names.collect::<Result<_, _>>().map(SettingValue::Backends)
            }
            SettingKind::Pythons => {
                let names = text.split(',').map(str::trim);
                let names = names.filter(|name| !name.is_empty());
                Ok(SettingValue::Names(names.map(str::to_owned).collect()))
            }
        }
    }

    /// Reads the name of a backend under which this demo runs.
    ///
    /// # Errors
    /// If there is none.
    pub fn parse_backend(
        &self,
        name: &str,
        demo: Option<&DemoSpec>,
    ) -> Result<Backend, SettingError> {
        let choices = self.choices(demo);
        let known = name.parse().ok();
        known
            .filter(|_| choices.is_empty() || choices.contains(&name))
            .ok_or_else(|| self.unknown_name(name, demo))
    }

    /// What a value must be: "a whole number from 1 to 1000".
    pub fn expected_value(&self) -> String {
        match self.kind {
            SettingKind::Whole {
                least: 0,
                most: u64::MAX,
            } => "a whole number, 0 or more".to_owned(),
            SettingKind::Whole {
                least: 1,
                most: u64::MAX,
            } => "a whole number above 0".to_owned(),
            SettingKind::Whole { least, most } => format!("a whole number from {least} to {most}"),
            SettingKind::Flag => "yes or no".to_owned(),
            SettingKind::Choice(names) => join_words(names, "or"),
            SettingKind::Address => "an address such as tcp://HOST:PORT".to_owned(),
            SettingKind::Workload => "the name of a workload".to_owned(),
            SettingKind::Backends => "names of backends".to_owned(),
            SettingKind::Pythons => "names of Pythons".to_owned(),
        }
    }

    fn expected(&self) -> SettingError {
        SettingError::Expected(self.expected_value())
    }

    fn unknown_name(&self, name: &str, demo: Option<&DemoSpec>) -> SettingError {
        let noun = self.noun();
        SettingError::UnknownName {
            kind: demo.map_or(noun.clone(), |demo| format!("{noun} of `{}`", demo.name)),
            name: name.to_owned(),
            choices: self.choices(demo),
        }
    }

    /// What one of its values is called.
    pub fn noun(&self) -> String {
        match self.kind {
            SettingKind::Backends => "backend".to_owned(),
            _ => self.name.replace('_', " "),
        }
    }
}

/// Whether it has the form `tcp://HOST:PORT`, also with another protocol.
fn is_address(text: &str) -> bool {
    let Some((protocol, place)) = text.split_once("://") else {
        return false;
    };
    let parts = place.rsplit_once(':').filter(|_| !protocol.is_empty());
    parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => write!(f, "{number}"),
            Self::Flag(is_on) => f.write_str(if *is_on { "yes" } else { "no" }),
            Self::Name(name) => f.write_str(name),
            Self::Backends(backends) => {
                let names: Vec<&str> = backends.iter().map(|backend| backend.name()).collect();
                f.write_str(&names.join(","))
            }
            Self::Names(names) => f.write_str(&names.join(",")),
        }
    }
}

/// The type of a field of [`Params`](crate::record::Params); its default stands for a setting that is not given.
pub trait SettingField: Default {
    /// The value of the setting, if it is given.
    fn to_value(&self) -> Option<SettingValue>;
    /// The field with this value; `None` for a value of another kind.
    fn from_value(value: SettingValue) -> Option<Self>;
}

/// Implements it for a type: how a value is made of the field, and the field of a value.
macro_rules! setting_field {
    ($type:ty, $variant:ident, $to_value:expr, $from_value:expr) => {
        impl SettingField for $type {
            fn to_value(&self) -> Option<SettingValue> {
                let to_value: fn(&Self) -> Option<_> = $to_value;
                to_value(self).map(SettingValue::$variant)
            }

            fn from_value(value: SettingValue) -> Option<Self> {
                match value {
                    SettingValue::$variant(value) => $from_value(value),
                    _ => None,
                }
            }
        }
    };
}

setting_field!(Option<u64>, Whole, |number| *number, |number| Some(Some(
    number
)));
setting_field!(
    Option<u32>,
    Whole,
    |number| number.map(u64::from),
    |number: u64| { number.try_into().ok().map(Some) }
);
setting_field!(bool, Flag, |is_on| is_on.then_some(true), Some);
setting_field!(Option<String>, Name, Clone::clone, |name| Some(Some(name)));
setting_field!(Vec<Backend>, Backends, |list| given_list(list), Some);
setting_field!(Vec<String>, Names, |list| given_list(list), Some);

fn given_list<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}
