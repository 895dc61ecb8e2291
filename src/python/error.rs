//! Why a program did not run to its end.

use std::{io, path::PathBuf, time::Duration};

use thiserror::Error;

use crate::mp;

/// Why a program did not run to its end.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// The program's private folder, or a file in it, could not be created.
    #[error("cannot make {}: {source}{}", path.display(), mp::limit_remedy(source))]
    Folder {
        /// The path that could not be created.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// There is no such program.
    #[error("Forklore has no Python program `{0}`")]
    Unknown(String),
    /// The interpreter could not be started.
    #[error("Python {name} does not start: {source}")]
    Start {
        /// The Python's name.
        name: String,
        /// Why.
        source: Box<mp::Error>,
    },
    /// The program took too long and was killed with all its child processes.
    #[error("Python {name} took longer than {} s and was ended{}", limit.as_secs(), last_line_suffix(last.as_ref()))]
    TooLong {
        /// The Python's name.
        name: String,
        /// The time limit.
        limit: Duration,
        /// The last line on its error stream.
        last: Option<String>,
    },
    /// The program failed.
    #[error("Python {name} {}{}", describe_exit(*exit), last_line_suffix(last.as_ref()))]
    Failed {
        /// The Python's name.
        name: String,
        /// How it ended.
        exit: mp::ProcessExit,
        /// The last line on its error stream; of a traceback, the last line with its location.
        last: Option<String>,
    },
    /// The program ended successfully but sent no events.
    #[error("Python {name} ran the program to its end and reported nothing{}", last_line_suffix(last.as_ref()))]
    NoEvents {
        /// The Python's name.
        name: String,
        /// The last line on its error stream.
        last: Option<String>,
    },
    /// The program was killed but is still there.
    #[error("Python {name} could not be ended: the system holds on to it")]
    NotEnded {
        /// The Python's name.
        name: String,
    },
    /// The run was stopped by the user.
    #[error("stopped")]
    Stopped,
}

fn describe_exit(exit: mp::ProcessExit) -> String {
    match exit {
        mp::ProcessExit::Code(_) => format!("ended with {exit}"),
        mp::ProcessExit::Signal(_) => format!("was {exit}"),
        mp::ProcessExit::Unknown => format!("ended: {exit}"),
    }
}

fn last_line_suffix(last: Option<&String>) -> String {
    last.map_or_else(String::new, |last| format!(": {last}"))
}
