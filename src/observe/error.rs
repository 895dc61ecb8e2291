//! Why a program could not be watched.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::{mp, python::ProgramError};

/// Why a program could not be watched. What goes wrong once it runs is in the recording instead.
#[derive(Debug, Error)]
pub enum ObserveError {
    /// No such script.
    #[error("there is no file {}: check the name, or the folder you are in", .0.display())]
    Missing(PathBuf),
    /// A folder where a script should be.
    #[error("{} is a folder: name the script in it", .0.display())]
    Folder(PathBuf),
    /// A script that cannot be read.
    #[error("cannot read {}: {source}{}", path.display(), mp::limit_remedy(source))]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// Nothing to run.
    #[error("there is nothing to run: name a program after `--`")]
    Nothing,
    /// No such program.
    #[error("there is no program `{0}`: give its path, as in `./{0}`, or check PATH")]
    Unknown(String),
    /// A file that is no program.
    #[error("{} is not a program that may be run: try `chmod +x` on it", .0.display())]
    NotExecutable(PathBuf),
    /// The folder that it should run in is none.
    #[error("there is no folder {} to run in", .0.display())]
    NoFolder(PathBuf),
    /// What the watching needs beside the program.
    #[error(transparent)]
    Private(#[from] ProgramError),
    /// It could not be started.
    #[error(transparent)]
    Start(Box<mp::Error>),
}
