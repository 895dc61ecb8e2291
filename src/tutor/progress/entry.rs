//! The entries of a learner's progress: one line of JSON per event.
//!
//! A line has a lesson's slug and an item's id or title, so lessons can be renumbered and steps moved. Lines
//! about removed items are kept.

use serde::{Deserialize, Serialize};

use crate::tutor::GuessOutcome;

/// An event with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressEntry {
    /// Seconds since 1970.
    pub at: u64,
    /// The slug of its lesson; empty for events about all lessons.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lesson: String,
    /// The event.
    #[serde(flatten)]
    pub what: ProgressEvent,
}

/// An event in a learner's progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum ProgressEvent {
    /// A step was shown.
    Seen {
        /// Its title.
        step: String,
    },
    /// A prediction was made, or compared with the measurement.
    Predicted {
        /// The prediction's id.
        id: String,
        /// The number of the choice, from 1.
        choice: usize,
        /// The result; `None` until its demo has run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<GuessOutcome>,
        /// The figures that decided it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        measured: String,
    },
    /// A quiz was answered.
    Answered {
        /// The quiz's id.
        id: String,
        /// Whether it was right.
        right: bool,
    },
    /// A quiz that was due was postponed.
    PutOff {
        /// The quiz's id.
        id: String,
    },
    /// An exercise was checked.
    Checked {
        /// Its id.
        id: String,
        /// How many of its conditions held.
        held: usize,
        /// How many it has.
        of: usize,
    },
    /// The record of a quiz. It replaces all earlier answers when the file is compacted.
    Quiz {
        /// The quiz's id.
        id: String,
        /// The record.
        #[serde(flatten)]
        standing: super::QuizRecord,
    },
    /// The progress in this lesson was deleted.
    Forgot,
    /// The progress in all lessons was deleted.
    Reset,
}
