//! Why a program did not run to its end.

use std::{io, path::PathBuf, time::Duration};

use thiserror::Error;

use crate::mp;

/// Why a program did not run to its end.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// Its private folder, or a file in it, could not be made.
    #[error("cannot make {}: {source}{}", path.display(), mp::limit_remedy(source))]
    Folder {
        /// What was to be made.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// There is no such program.
    #[error("Forklore has no Python program `{0}`")]
    Unknown(String),
    /// The interpreter could not be started.
    #[error("Python {name} does not start: {source}")]
    Start {
        /// Which Python.
        name: String,
        /// Why.
        source: Box<mp::Error>,
    },
    /// It took too long, and was ended with all that it started.
    #[error("Python {name} took longer than {} s and was ended{}", limit.as_secs(), last_line_suffix(last.as_ref()))]
    TooLong {
        /// Which Python.
        name: String,
        /// How long it had.
        limit: Duration,
        /// What it said last on its error stream.
        last: Option<String>,
    },
    /// It failed.
    #[error("Python {name} {}{}", describe_exit(*exit), last_line_suffix(last.as_ref()))]
    Failed {
        /// Which Python.
        name: String,
        /// How it ended.
        exit: mp::ProcessExit,
        /// What it said last on its error stream: of a traceback the last line first.
        last: Option<String>,
    },
    /// It ended as if all were well, and told nothing at all.
    #[error("Python {name} ran the program to its end and told nothing{}", last_line_suffix(last.as_ref()))]
    ToldNothing {
        /// Which Python.
        name: String,
        /// What it said last on its error stream.
        last: Option<String>,
    },
    /// It was killed, and is still there.
    #[error("Python {name} could not be ended: the system holds on to it")]
    NotEnded {
        /// Which Python.
        name: String,
    },
    /// Somebody stopped it.
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
