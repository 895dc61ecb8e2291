//! Advice: what the author of a watched program may want to change, and what was seen that says so.

use serde::Serialize;

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// Its name, always the same: `no-main-guard`.
    pub id: String,
    /// What to do: one or two sentences.
    pub says: String,
    /// What was observed: one sentence with its PIDs, names and figures.
    pub because: String,
}
