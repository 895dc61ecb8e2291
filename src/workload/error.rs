//! Errors of workloads.

use std::io;

use thiserror::Error;

use super::{IoWork, WorkStopped, Workload};

/// Why work could not be prepared or completed.
#[derive(Debug, Error)]
pub enum WorkError {
    /// It was stopped.
    #[error(transparent)]
    Stopped(#[from] WorkStopped),
    /// The size is too large for a typical machine.
    #[error("`{workload}` goes up to size {largest}, not {size}")]
    TooBig {
        /// The workload.
        workload: Workload,
        /// The requested size.
        size: u64,
        /// The largest size.
        largest: u64,
    },
    /// It needs a server or a folder, and the job has none.
    #[error("`{0}` needs the plan of a site: set one up before the workers start")]
    NoSite(IoWork),
    /// A system call failed.
    #[error("{what}: {source}")]
    Io {
        /// What was requested.
        what: String,
        /// The system's error.
        source: io::Error,
    },
}

impl WorkError {
    /// Adds what was requested to an error.
    pub(super) fn from_io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }
}

/// An unknown workload name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no workload is called `{name}`; there are {}", known.join(", "))]
pub struct UnknownWorkload {
    /// The given name.
    pub name: String,
    /// The valid names.
    pub known: Vec<&'static str>,
}
