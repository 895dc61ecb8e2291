//! What differs between systems: signals to groups, waiting for an exit, a process's own clock, limits.
//!
//! Everything here has a plain fallback; nothing else in this crate depends on the system, but for `raw` and
//! `readiness`.

#[cfg(unix)]
#[path = "platform/unix.rs"]
mod system;

#[cfg(not(unix))]
#[path = "platform/other.rs"]
mod system;

pub(crate) use system::*;

/// A limit of the system on what one user or one process may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SystemLimit {
    /// On processes and threads.
    Processes,
    /// On open files.
    Descriptors,
}

/// What can be sent to a process and all that it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChildSignal {
    /// SIGTERM: end, with a chance to clean up.
    Terminate,
    /// SIGKILL: end at once.
    Kill,
    /// SIGSTOP: pause.
    Stop,
    /// SIGCONT: go on.
    Continue,
    /// Any other, by its number.
    Number(i32),
}
