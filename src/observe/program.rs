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
    /// Any other program.
    Other {
        /// The program, as a shell finds it, and its first arguments.
        argv: Vec<OsString>,
    },
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
}
