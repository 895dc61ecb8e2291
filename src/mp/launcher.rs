//! Which program becomes a worker.

use std::path::{Path, PathBuf};

use super::platform;

/// The program that is started as a worker. Its `main` must begin with [`child_entry`](super::child_entry).
///
/// Normally that is the running program itself. It is a value because under `cargo test` the running program is
/// the test harness: tests name the real one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launcher {
    exe: PathBuf,
}

impl Launcher {
    /// The running program.
    pub fn from_current_exe() -> Self {
        Self {
            exe: platform::own_exe(),
        }
    }

    /// The program at that path: `Launcher::new(env!("CARGO_BIN_EXE_forklore"))`.
    pub fn new(exe: impl Into<PathBuf>) -> Self {
        Self { exe: exe.into() }
    }

    pub(crate) fn exe(&self) -> &Path {
        &self.exe
    }
}
