//! How the hooks inside a watched Python report: one JSON object a line, through a named pipe.

use serde::Deserialize;

use crate::record::HookEvent;

/// The environment variable that holds the pipe's path. Its presence is what wakes the hooks up.
pub const PIPE: &str = "FORKLORE_TRY_EVENTS";

/// One line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HookMessage {
    /// When: nanoseconds of the system's monotonic clock (`time.monotonic_ns()`).
    pub t: u64,
    /// In which process.
    pub p: u32,
    /// What happened.
    #[serde(flatten)]
    pub what: HookEvent,
}
