//! The four verdicts.

use serde::Serialize;

use crate::record::named_enum;

named_enum! {
    /// The result of a claim.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
    #[serde(into = "&'static str")]
    pub enum Verdict {
        /// The measurement proves it.
        Holds = "holds",
        /// The measurement contradicts it, in every trial.
        DoesNotHold = "does not hold here",
        /// The trials are on both sides or too few, or other programs disturbed the run.
        TooNoisy = "too noisy to tell",
        /// A requirement is missing.
        CannotBeShown = "cannot be shown here",
    }
}
