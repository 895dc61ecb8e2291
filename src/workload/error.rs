//! What can go wrong with work.

use std::io;

use thiserror::Error;

use super::{IoWork, WorkStopped, Workload};

/// Why work could not be prepared, or did not reach its end.
#[derive(Debug, Error)]
pub enum WorkError {
    /// Somebody stopped it.
    #[error(transparent)]
    Stopped(#[from] WorkStopped),
    /// The size asks for more than a classroom machine has.
    #[error("`{workload}` goes up to size {largest}, not {size}")]
    TooBig {
        /// The work.
        workload: Workload,
        /// What was asked for.
        size: u64,
        /// The most that it takes.
        largest: u64,
    },
    /// It needs a server or a folder, and the job has none.
    #[error("`{0}` needs the plan of a site: set one up before the workers start")]
    NoSite(IoWork),
    /// The system refused something.
    #[error("{what}: {source}")]
    Io {
        /// What was asked for.
        what: String,
        /// What it answered.
        source: io::Error,
    },
}

impl WorkError {
    /// Says what was asked for when an error occurred.
    pub(super) fn from_io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }
}

/// A name that no workload has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no workload is called `{name}`; there are {}", known.join(", "))]
pub struct UnknownWorkload {
    /// The name as given.
    pub name: String,
    /// The names that would do.
    pub known: Vec<&'static str>,
}
