//! The ways to go wrong, really done. This code runs only in processes that were started to be lost.

use serde::{Deserialize, Serialize};

use crate::mp::{self, Failure};

/// A way to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CrashKind {
    /// It returns an `Err`, as Python raises an exception that is meant to be caught.
    Error,
    /// It panics.
    Panic,
    /// It calls `abort`.
    Abort,
    /// It reads memory that is not there.
    Segfault,
    /// It is killed with the signal that nobody can refuse.
    Kill,
}

impl CrashKind {
    /// Every way, the mildest first.
    pub const ALL: [Self; 5] = [
        Self::Error,
        Self::Panic,
        Self::Abort,
        Self::Segfault,
        Self::Kill,
    ];

    /// The word on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Abort => "abort",
            Self::Segfault => "segfault",
            Self::Kill => "kill",
        }
    }

    /// Goes wrong.
    pub(super) fn crash_now(self) -> Result<(), Failure> {
        system::write_no_core();
        match self {
            Self::Error => Err(Failure::new("there is a hole in the bucket")),
            Self::Panic => panic!("the bucket is empty"),
            Self::Abort => std::process::abort(),
            Self::Segfault => mp::cause_segfault(),
            Self::Kill => system::kill_self(),
        }
    }
}

#[cfg(unix)]
mod system {
    use rustix::process::{Resource, Rlimit, Signal, getpid, getrlimit, kill_process, setrlimit};

    use crate::mp::Failure;

    /// A crash on purpose leaves no file behind.
    pub(super) fn write_no_core() {
        let maximum = getrlimit(Resource::Core).maximum;
        // Should it be refused, a core file is a nuisance, no more.
        let _ = setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(0),
                maximum,
            },
        );
    }

    pub(super) fn kill_self() -> Result<(), Failure> {
        kill_process(getpid(), Signal::KILL)?;
        Err(Failure::new("the system did not kill this process"))
    }
}

#[cfg(not(unix))]
mod system {
    use crate::mp::Failure;

    pub(super) fn write_no_core() {}

    pub(super) fn kill_self() -> Result<(), Failure> {
        Err(Failure::new("this platform has no signals to kill with"))
    }
}
