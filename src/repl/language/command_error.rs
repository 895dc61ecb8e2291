//! The errors of commands, and their exit codes.

use std::{io, process::ExitCode};

use thiserror::Error;

use crate::observe::ObserveError;

/// A command that failed, where the reason decides the exit code.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CommandError {
    /// The command was not understood: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// A check failed, a demo failed, a file could not be read: exit code 1.
    #[error("{0}")]
    Failed(String),
    /// The same, if the error is already on the screen.
    #[error("failed")]
    Shown,
    /// A named Python cannot be used, or a run of only Pythons has none: exit code 3.
    #[error("{0}")]
    NoPython(String),
    /// Ctrl-C: exit code 130. The results so far are on the screen.
    #[error("interrupted")]
    Interrupted,
}

impl CommandError {
    /// An error for a command that was not understood.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// An error for a command that was understood and failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }

    /// Whether the error is already on the screen.
    pub fn is_shown(&self) -> bool {
        matches!(self, Self::Shown | Self::Interrupted)
    }

    /// Its exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Failed(_) | Self::Shown => 1,
            Self::Usage(_) => 2,
            Self::NoPython(_) => 3,
            Self::Interrupted => 130,
        }
    }
}

/// The command names no program that can be watched, or watching it failed.
impl From<ObserveError> for CommandError {
    fn from(error: ObserveError) -> Self {
        match error {
            ObserveError::Unreadable { .. } | ObserveError::Private(_) | ObserveError::Start(_) => {
                Self::failed(error.to_string())
            }
            _ => Self::usage(error.to_string()),
        }
    }
}

/// Whether the reader of our output has gone away (`| head -1`), which is no error of ours.
pub fn reader_is_gone(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// The exit code for an error.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    if reader_is_gone(error) {
        return ExitCode::SUCCESS;
    }
    error
        .downcast_ref::<CommandError>()
        .map_or(ExitCode::FAILURE, |failure| ExitCode::from(failure.code()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_decides_the_exit_code() {
        let code = |failure: CommandError| format!("{:?}", exit_code(&failure.into()));
        assert_eq!(
            code(CommandError::usage("?")),
            format!("{:?}", ExitCode::from(2))
        );
        assert_eq!(
            code(CommandError::NoPython("none".to_owned())),
            format!("{:?}", ExitCode::from(3))
        );
        assert_eq!(
            code(CommandError::Interrupted),
            format!("{:?}", ExitCode::from(130))
        );
        assert_eq!(
            code(CommandError::Shown),
            format!("{:?}", ExitCode::from(1))
        );
    }

    #[test]
    fn a_reader_that_left_is_no_error() {
        let gone = anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(reader_is_gone(&gone.context("cannot write")));
        assert!(!reader_is_gone(&anyhow::anyhow!("something else")));
    }
}
