//! Schedules: which worker runs its next instruction, step by step.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::program::WorkerIndex;

/// A sequence of workers, written `1 1 2 2 1 2`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Schedule(pub Vec<WorkerIndex>);

/// A word of a schedule that names no worker.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("`{0}` is no worker: a schedule is a list of workers, such as `1 1 2 2 1 2`")]
pub struct ScheduleError(pub String);

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let words = text
            .split([' ', ',', '\t', '\n'])
            .filter(|word| !word.is_empty());
        words.map(parse_worker).collect::<Result<_, _>>().map(Self)
    }
}

fn parse_worker(word: &str) -> Result<WorkerIndex, ScheduleError> {
    let number = word.parse::<usize>().ok();
    let index = number.and_then(|number| number.checked_sub(1));
    index
        .map(WorkerIndex)
        .ok_or_else(|| ScheduleError(word.to_owned()))
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&words.join(" "))
    }
}
