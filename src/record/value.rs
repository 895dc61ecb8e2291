//! One figure with its kind.
//!
//! The kind travels with the number from the measurement to the table's cell, so that units, alignment and
//! colour are decided in one place (`render`) and tests compare numbers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::tolerant;

/// A measured figure, or a word, with its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Value {
    /// A word or a short phrase.
    Text(String),
    /// A number of things: no unit, never a fraction.
    Count(i64),
    /// A length of time, in seconds.
    Seconds(#[serde(deserialize_with = "tolerant::deserialize_float")] f64),
    /// A size, in bytes.
    Bytes(u64),
    /// How many times as much (`×`), or a plain quotient such as cores used.
    Ratio(#[serde(deserialize_with = "tolerant::deserialize_float")] f64),
    /// A share of a whole, 1.0 = 100 %.
    Share(#[serde(deserialize_with = "tolerant::deserialize_float")] f64),
    /// How many a second.
    Rate(#[serde(deserialize_with = "tolerant::deserialize_float")] f64),
    /// A process or thread identifier.
    Pid(u32),
    /// Several of them.
    Pids(Vec<u32>),
    /// Core numbers.
    Cores(Vec<u32>),
    /// Yes or no.
    Flag(bool),
    /// No figure, and why: shown as `n/a`.
    Missing(String),
    /// Nothing belongs here: shown empty.
    Nothing,
}

impl Value {
    /// A word or a short phrase.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number of things.
    pub fn count(count: usize) -> Self {
        Self::Count(count as i64)
    }

    /// `n/a`, with the reason.
    pub fn missing(why: impl Into<String>) -> Self {
        Self::Missing(why.into())
    }

    /// The figure as a plain number in its base unit (seconds, bytes, 1.0 = 100 %); `None` for words and gaps.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(*count as f64),
            Self::Bytes(bytes) => Some(*bytes as f64),
            Self::Pid(pid) => Some(f64::from(*pid)),
            Self::Seconds(x) | Self::Ratio(x) | Self::Share(x) | Self::Rate(x) => Some(*x),
            Self::Flag(flag) => Some(f64::from(u8::from(*flag))),
            Self::Text(_) | Self::Pids(_) | Self::Cores(_) | Self::Missing(_) | Self::Nothing => {
                None
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Duration> for Value {
    fn from(time: Duration) -> Self {
        Self::Seconds(time.as_secs_f64())
    }
}

/// `None` becomes `n/a` without a reason: give one with [`Value::missing`] where it is known.
impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or_else(|| Self::missing("not measured"), Into::into)
    }
}
