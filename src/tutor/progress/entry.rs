//! What is kept of a learner's way: one line of JSON for each thing that happened.
//!
//! Lines name a lesson by its slug, and what is in it by its id or title, so that lessons may be renumbered and
//! their steps moved. Lines about what no lesson has any more stay.

use serde::{Deserialize, Serialize};

use crate::tutor::GuessOutcome;

/// One thing that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressEntry {
    /// Seconds since 1970.
    pub at: u64,
    /// The slug of its lesson; empty for what is about all of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lesson: String,
    /// What.
    #[serde(flatten)]
    pub what: ProgressEvent,
}

/// What a learner did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum ProgressEvent {
    /// A step was shown.
    Seen {
        /// Its title.
        step: String,
    },
    /// A guess was made, or held against what was measured.
    Predicted {
        /// The prediction's id.
        id: String,
        /// The choice: its number, from 1.
        choice: usize,
        /// What came of it; `None` until its demo has run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<GuessOutcome>,
        /// What decided it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        measured: String,
    },
    /// A question was answered.
    Answered {
        /// The quiz's id.
        id: String,
        /// Whether it was right.
        right: bool,
    },
    /// A question that was due was put off.
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
    /// What came of all earlier answers to a question: written in place of them when the file is made shorter.
    Quiz {
        /// The quiz's id.
        id: String,
        /// How it stands.
        #[serde(flatten)]
        standing: super::QuizRecord,
    },
    /// What is known of the lesson is to be forgotten.
    Forgot,
    /// What is known of every lesson is to be forgotten.
    Reset,
}
