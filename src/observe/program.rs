//! The program to watch, with its arguments, its folder and its time limit.

use std::{ffi::OsString, path::PathBuf, sync::Arc, time::Duration};

use crate::{mp, python, record};

/// The command to run.
#[derive(Debug, Clone)]
pub enum ProgramCommand {
    /// A Python script.
    Script {
        /// Its file; relative to our own folder, if the path is relative.
        path: PathBuf,
        /// The Python that runs it.
        python: python::ChosenPython,
    },
    /// A Python module, as `python -m` runs it.
    Module {
        /// Its name.
        name: OsString,
        /// The Python that runs it.
        python: python::ChosenPython,
    },
    /// Any other program.
    Other {
        /// The program, as a shell finds it, and its first arguments.
        argv: Vec<OsString>,
    },
}

impl ProgramCommand {
    /// The Python that was chosen to run it.
    pub fn python(&self) -> Option<&python::ChosenPython> {
        match self {
            Self::Script { python, .. } | Self::Module { python, .. } => Some(python),
            Self::Other { .. } => None,
        }
    }
}

/// How a program is watched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WatchOptions {
    /// Whether processes in a session of their own live on after the program.
    pub keeps_detached: bool,
    /// Whether the recording takes every printed line, however many there are.
    pub keeps_all_lines: bool,
}

/// A program, with its arguments and limits.
#[derive(Debug, Clone)]
pub struct ObservedProgram {
    /// The command to run.
    pub command: ProgramCommand,
    /// The program's arguments.
    pub arguments: Vec<OsString>,
    /// The folder that it runs in; `None` is the current one.
    pub folder: Option<PathBuf>,
    /// The time limit.
    pub limit: Option<Duration>,
    /// How it is watched.
    pub options: WatchOptions,
}

/// The services that the observer needs.
pub struct ObserverServices {
    /// Starts processes.
    pub mp: mp::Context,
    /// The machine that this runs on.
    pub machine: record::Machine,
    /// Receives the events as they happen.
    pub observer: Option<record::EventObserver>,
    /// Returns the reason to stop the program, once there is one.
    pub stopped: Arc<dyn Fn() -> Option<String> + Send + Sync>,
    /// Called when the program gets our terminal to read from (`true`), and when it has to give it back. Without it, the
    /// program gets no input from a terminal.
    pub lend_terminal: Option<Arc<dyn Fn(bool) + Send + Sync>>,
}
