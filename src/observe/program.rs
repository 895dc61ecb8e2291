//! What is watched: a program, its arguments, where it runs and for how long.

use std::{ffi::OsString, path::PathBuf, sync::Arc, time::Duration};

use crate::{mp, python, record};

/// What is run.
#[derive(Debug, Clone)]
pub enum ProgramCommand {
    /// A Python script.
    Script {
        /// Its file; from our own folder, if it is relative.
        path: PathBuf,
        /// Who runs it.
        python: python::ChosenPython,
    },
    /// Any other program.
    Other {
        /// The program, as a shell finds it, and its first arguments.
        argv: Vec<OsString>,
    },
}

/// A program and what it gets.
#[derive(Debug, Clone)]
pub struct ObservedProgram {
    /// What is run.
    pub command: ProgramCommand,
    /// What it is given.
    pub arguments: Vec<OsString>,
    /// Where it runs; here unless said.
    pub folder: Option<PathBuf>,
    /// How long it may take.
    pub limit: Option<Duration>,
}

/// What watching needs.
pub struct ObserverServices {
    /// Makes processes.
    pub mp: mp::Context,
    /// What this runs on.
    pub machine: record::Machine,
    /// Who watches the events as they happen.
    pub observer: Option<record::EventObserver>,
    /// Why to stop, once somebody wants it.
    pub stopped: Arc<dyn Fn() -> Option<String> + Send + Sync>,
}
