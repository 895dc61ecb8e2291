//! The four verdicts.

use std::fmt;

use serde::{Serialize, Serializer};

/// The result of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The measurement proves it.
    Holds,
    /// The measurement contradicts it, in every trial.
    DoesNotHold,
    /// The trials are on both sides or too few, or other programs disturbed the run.
    TooNoisy,
    /// A requirement is missing.
    CannotBeShown,
}

impl Verdict {
    /// Every verdict, in the order in which a ledger counts them.
    pub const ALL: [Self; 4] = [
        Self::Holds,
        Self::DoesNotHold,
        Self::TooNoisy,
        Self::CannotBeShown,
    ];

    /// The word for it, on screen and in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold here",
            Self::TooNoisy => "too noisy to tell",
            Self::CannotBeShown => "cannot be shown here",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}
