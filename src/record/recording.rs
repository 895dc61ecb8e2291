//! A finished recording: the events of a run, and what it ran on.

use std::sync::OnceLock;

use super::{Event, Machine, Recorder, Run, observation_index::ObservationIndex};

/// The events of a run, and what it ran on.
#[derive(Debug, Clone)]
pub struct Recording {
    /// What it ran on.
    pub machine: Machine,
    /// When it began, in seconds since 1970; older recordings do not say.
    pub began_s: Option<u64>,
    /// Whether it came with the program, and so was made on another machine or at another time.
    pub is_builtin: bool,
    events: Vec<Event>,
    index: OnceLock<ObservationIndex>,
}

impl PartialEq for Recording {
    fn eq(&self, other: &Self) -> bool {
        self.machine == other.machine && self.events == other.events
    }
}

impl Recording {
    /// A recording of these events, which must be in the order of their times.
    pub fn new(machine: Machine, events: Vec<Event>) -> Self {
        Self {
            machine,
            events,
            began_s: None,
            is_builtin: false,
            index: OnceLock::new(),
        }
    }

    /// What a recorder holds so far.
    pub fn from_recorder(recorder: &Recorder, machine: Machine) -> Self {
        Self {
            began_s: recorder.began_s(),
            ..Self::new(machine, recorder.events())
        }
    }

    /// The events, in the order of their times.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The events, to change them.
    pub fn events_mut(&mut self) -> &mut Vec<Event> {
        self.index = OnceLock::new();
        &mut self.events
    }

    /// Where its observations are.
    pub(super) fn observation_index(&self) -> &ObservationIndex {
        self.index
            .get_or_init(|| ObservationIndex::of_events(&self.events))
    }

    /// The outermost run: the one that a learner launched.
    pub fn run(&self) -> Run<'_> {
        Run {
            recording: self,
            number: 0,
        }
    }
}
