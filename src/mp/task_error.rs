//! How a task, or a target, fails.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ProcessExit;

/// What a target returns when it cannot do its work: `fn(Path) -> Result<Count, Failure>`.
///
/// Every error turns into one with `?`. It is a message, because that is all that can travel to the parent.
pub struct Failure {
    message: String,
}

impl Failure {
    /// A failure with that message.
    pub fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
        }
    }
}

// Not `Serialize`, so that `fn(A) -> Result<R, Failure>` is never taken for a target that *returns* a `Result`.
// Not an `Error`, so that every error can become one.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        Self { message }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// One task of a pool failed. The others went on.
#[derive(Debug, Clone, Error)]
#[error("task {task} ({target}){}: {cause}", worker_suffix(worker.as_ref()))]
pub struct TaskError {
    /// The task's place among the tasks of its call, from 0.
    pub task: usize,
    /// The target, by its full name.
    pub target: &'static str,
    /// The worker that ran it, if one did.
    pub worker: Option<WorkerName>,
    /// What happened.
    pub cause: TaskErrorCause,
}

/// Which worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerName {
    /// Its name, such as `PoolWorker-3`.
    pub name: String,
    /// Its PID.
    pub pid: u32,
}

fn worker_suffix(worker: Option<&WorkerName>) -> String {
    worker.map_or_else(String::new, |worker| {
        format!(" in {} (pid {})", worker.name, worker.pid)
    })
}

/// Why a task failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TaskErrorCause {
    /// It returned a [`Failure`].
    #[error("{0}")]
    Failed(String),
    /// It panicked.
    #[error("panicked at {location}: {message}")]
    Panicked {
        /// The panic's message.
        message: String,
        /// File, line and column.
        location: String,
    },
    /// Its worker died while running it.
    #[error("its worker died: {0}")]
    Died(ProcessExit),
    /// The arguments could not be made ready to travel.
    #[error("cannot send the arguments: {0}")]
    ArgumentsUnsendable(String),
    /// The worker could not decode the arguments.
    #[error("the worker cannot decode the arguments: {0}")]
    ArgumentsUnreadable(String),
    /// The worker does not know the target.
    #[error(
        "the target is not in the worker's list of targets: add it to the list that main() gives to mp::child_entry"
    )]
    UnknownTarget,
    /// The worker could not make the result ready to travel.
    #[error("cannot send the result: {0}")]
    ResultUnsendable(String),
    /// We could not decode the result.
    #[error("cannot decode the result: {0}")]
    ResultUnreadable(String),
    /// The task never ran: the pool was ended, or broke, before.
    #[error("not run: {0}")]
    NotRun(String),
}

/// A worker's report of a task, or a target, that failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum WireFailure {
    Failed(String),
    Panicked { message: String, location: String },
    Arguments(String),
    Result(String),
    UnknownTarget,
}

impl From<WireFailure> for TaskErrorCause {
    fn from(failure: WireFailure) -> Self {
        match failure {
            WireFailure::Failed(message) => Self::Failed(message),
            WireFailure::Panicked { message, location } => Self::Panicked { message, location },
            WireFailure::Arguments(reason) => Self::ArgumentsUnreadable(reason),
            WireFailure::Result(reason) => Self::ResultUnsendable(reason),
            WireFailure::UnknownTarget => Self::UnknownTarget,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_error_says_which_task_where_and_why() {
        let error = TaskError {
            task: 3,
            target: "app::parse",
            worker: Some(WorkerName {
                name: "PoolWorker-2".into(),
                pid: 41,
            }),
            cause: TaskErrorCause::Died(ProcessExit::Signal(9)),
        };
        assert_eq!(
            error.to_string(),
            "task 3 (app::parse) in PoolWorker-2 (pid 41): its worker died: killed by signal 9 (SIGKILL)"
        );
    }

    #[test]
    fn a_failure_keeps_the_causes() {
        #[derive(Debug, Error)]
        #[error("outer")]
        struct Outer(#[source] std::num::ParseIntError);
        let inner = "x".parse::<u8>().unwrap_err();
        let failure = Failure::from(Outer(inner));
        assert_eq!(failure.to_string(), "outer: invalid digit found in string");
    }
}
