//! The kinds of crash, performed for real. This code runs only in processes that exist to crash.

use serde::{Deserialize, Serialize};

use crate::{
    mp::{self, Failure},
    record::named_enum,
};

named_enum! {
    /// A kind of crash.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum CrashKind {
        /// Returns an `Err`, as Python raises an exception.
        Error = "error",
        /// Panics.
        Panic = "panic",
        /// Calls `abort`.
        Abort = "abort",
        /// Reads unmapped memory.
        Segfault = "segfault",
        /// Is killed with the signal that cannot be ignored.
        Kill = "kill",
    }
}

impl CrashKind {
    /// Crashes in this way.
    ///
    /// # Errors
    /// If it is an error.
    pub fn crash_now(self) -> Result<(), Failure> {
        system::write_no_core();
        match self {
            Self::Error => Err(Failure::new("deliberate error")),
            Self::Panic => panic!("deliberate panic"),
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

    /// Disables core files for intentional crashes.
    pub(super) fn write_no_core() {
        let maximum = getrlimit(Resource::Core).maximum;
        // If the system refuses, a core file is only a nuisance.
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
