//! What differs between systems: signals to groups, waiting for an exit, a process's own clock, limits.
//!
//! Everything here has a plain fallback; nobody else in this room asks which system it runs on.

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
    /// Please end (SIGTERM).
    Terminate,
    /// End (SIGKILL).
    Kill,
    /// Pause (SIGSTOP).
    Stop,
    /// Go on (SIGCONT).
    Continue,
}
