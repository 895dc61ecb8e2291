//! A finished recording: the events of a run, and what it ran on.

use super::{Event, Machine, Recorder, Run};

/// The events of a run, and what it ran on.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What it ran on.
    pub machine: Machine,
    /// In the order of their times.
    pub events: Vec<Event>,
    /// When it began, in seconds since 1970; older recordings do not say.
    pub began_s: Option<u64>,
}

impl Recording {
    /// A recording of these events, which must be in the order of their times.
    pub fn new(machine: Machine, events: Vec<Event>) -> Self {
        Self {
            machine,
            events,
            began_s: None,
        }
    }

    /// What a recorder holds so far.
    pub fn from_recorder(recorder: &Recorder, machine: Machine) -> Self {
        Self {
            began_s: recorder.began_s(),
            ..Self::new(machine, recorder.events())
        }
    }

    /// The outermost run: the one that a learner launched.
    pub fn run(&self) -> Run<'_> {
        Run {
            recording: self,
            number: 0,
        }
    }
}
