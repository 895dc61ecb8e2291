//! The messages of the hooks inside a watched Python: one JSON object in each line, through a named pipe.

use serde::Deserialize;

use crate::record::HookEvent;

/// The environment variable with the pipe's path. The hooks are active only where it is set.
pub const PIPE: &str = "FORKLORE_TRY_EVENTS";

/// One message.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HookMessage {
    /// The time of the event: nanoseconds of the system's monotonic clock (`time.monotonic_ns()`).
    pub t: u64,
    /// The PID of its process.
    pub p: u32,
    /// The event.
    #[serde(flatten)]
    pub what: HookEvent,
}
