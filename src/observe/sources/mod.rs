//! What the observer reads: the hooks' messages, the program's output, and the exit of its main process.
//!
//! On Linux each watched Python has pipes of its own for its output, so that each byte has its process. A Python sends
//! them to a socket in the run's folder. All other processes write into the pipes that they inherit: those of
//! a Python, or those that the program was started with.
//!
//! Output is read in the order in which it was written, by all processes and on both streams. In a flood of output, and
//! in programs that handle signals, only the order within each pipe is certain.

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "other.rs")]
mod system;

use std::path::{Path, PathBuf};

pub use system::EventSources;

/// The path of the hooks' pipe in the run's folder.
pub fn messages_path(folder: &Path) -> PathBuf {
    folder.join("events")
}

/// The paths of the pipes that a program is started with, for standard output and standard error. The hooks know these
/// names.
pub fn output_paths(folder: &Path) -> [PathBuf; 2] {
    ["output.1", "output.2"].map(|name| folder.join(name))
}

/// Output that was read from a pipe.
#[derive(Debug, Clone, Copy)]
pub struct OutputPiece {
    /// The number of the pipe.
    pub pipe: u64,
    /// The PID of the pipe's process; `None` for a pipe that the program was started with.
    pub owner: Option<u32>,
    pub stderr: bool,
    /// The number of bytes; 0 at the pipe's end.
    pub size: usize,
}
