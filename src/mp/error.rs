//! What can go wrong, with the process, the place and the remedy.

use std::{io, path::PathBuf, time::Duration};

use thiserror::Error;

use super::{
    memory::MemoryError,
    message::PackError,
    platform::{self, SystemLimit},
    task_error::TaskError,
};

/// Why a process, a pool or a channel could not do what was asked.
#[derive(Debug, Error)]
pub enum Error {
    /// The system would not start another process.
    #[error("cannot start {name}: {source}{}", limit_remedy(source))]
    Spawn {
        /// The process that should have started.
        name: String,
        /// The system's error.
        source: io::Error,
    },
    /// The fork server has ended, and its workers with it. The next start begins with a new one.
    #[error(
        "cannot start {worker}: the fork server (pid {pid}) has ended ({exit}), and its workers with it"
    )]
    ForkServer {
        /// The process that should have started.
        worker: String,
        /// The fork server's PID.
        pid: u32,
        /// How it ended.
        exit: super::ProcessExit,
    },
    /// This system has no fork server.
    #[error("cannot start {worker}: this system has no fork server; use the start method `spawn`")]
    NoForkServer {
        /// The process that should have started.
        worker: String,
    },
    /// There are too few free file descriptors to start another process.
    #[error(
        "cannot start {name}: {source}; it needs {needed} more file descriptors (the limit is {limit}: see `ulimit -n`)"
    )]
    Descriptors {
        /// The process that should have started.
        name: String,
        /// How many it needs.
        needed: usize,
        /// How many this process may have.
        limit: u64,
        /// The system's error.
        source: io::Error,
    },
    /// The private folder in which workers make their sockets could not be made.
    #[error("cannot make a private folder {}: {source}{}", path.display(), folder_remedy(source))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The child ended before it had connected.
    #[error(
        "{name} (pid {pid}) ended before it connected: {exit}{}",
        quote_stderr(stderr)
    )]
    EndedEarly {
        /// The process.
        name: String,
        /// Its PID.
        pid: u32,
        /// How it ended.
        exit: super::ProcessExit,
        /// What it wrote to its standard error (the end of it).
        stderr: String,
    },
    /// The child lived, but did not say hello in time. It was killed. (The program that it is has to begin with
    /// [`child_entry`](crate::child_entry).)
    #[error("{name} (pid {pid}) did not answer within {waited:.1?} and was killed")]
    Silent {
        /// The process.
        name: String,
        /// Its PID.
        pid: u32,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The child wrote something that is not our hello. It was killed.
    #[error(
        "{name} (pid {pid}) answered {answer:?} where a worker says hello: does its main() begin with mp::child_entry(…)?"
    )]
    NotAWorker {
        /// The process.
        name: String,
        /// Its PID.
        pid: u32,
        /// The beginning of what it wrote.
        answer: String,
    },
    /// Parent and child are of different versions.
    #[error(
        "{name} (pid {pid}) speaks version {theirs}, we speak {ours}: start workers from the same build"
    )]
    Version {
        /// The process.
        name: String,
        /// Its PID.
        pid: u32,
        /// The child's version.
        theirs: String,
        /// Ours.
        ours: String,
    },
    /// The child has no target of that name.
    #[error(
        "{target} is not in the worker's list of targets: add Target::new({}) to the list that main() gives to mp::child_entry",
        short_target_name(target)
    )]
    UnknownTarget {
        /// The target, by its full name.
        target: String,
    },
    /// The child could not make sense of the arguments.
    #[error("the worker cannot decode the arguments of {target}: {reason}")]
    Arguments {
        /// The target.
        target: String,
        /// Why.
        reason: String,
    },
    /// The arguments could not be made ready to travel.
    #[error("cannot send the arguments of {target}: {source}")]
    Encode {
        /// The target.
        target: String,
        /// Why.
        source: PackError,
    },
    /// A closure, or a pointer to a function, cannot be found by name in another process.
    #[error(
        "{name} cannot be a target: a worker finds its function by name, so write it as a `fn` and put it in the list of targets"
    )]
    NotAFunction {
        /// The type that was given.
        name: String,
    },
    /// A process starts once.
    #[error("{name} was started already: a process starts once, make a new one")]
    AlreadyStarted {
        /// The process.
        name: String,
    },
    /// Only a started process can be joined or signalled.
    #[error("{name} was not started: call start() first")]
    NotStarted {
        /// The process.
        name: String,
    },
    /// The system has no such signal.
    #[error("this system has no {signal}")]
    NoSignal {
        /// The signal.
        signal: String,
    },
    /// The context was stopped: nothing more starts until it is reset.
    #[error("stopped: no more processes start")]
    Stopped,
    /// Not every worker of a pool could be started; those that were have been ended.
    #[error("only {started} of {wanted} workers started, and those were ended again: {source}")]
    PoolStart {
        /// How many started.
        started: usize,
        /// How many were asked for.
        wanted: usize,
        /// Why the next one did not.
        source: Box<Error>,
    },
    /// A worker's initializer failed.
    #[error("the initializer {target} failed in {name} (pid {pid}): {reason}")]
    Initializer {
        /// The initializer.
        target: String,
        /// The worker.
        name: String,
        /// Its PID.
        pid: u32,
        /// What it wrote.
        reason: String,
    },
    /// A pool needs at least one worker, and each call a sensible setting.
    #[error("{0}")]
    Setting(String),
    /// The pool takes no more work.
    #[error("the pool is {state}: it takes no more work")]
    PoolClosed {
        /// `closed` or `terminated`.
        state: &'static str,
    },
    /// The pool gave up.
    #[error("the pool is broken: {reason}")]
    PoolBroken {
        /// Why.
        reason: String,
    },
    /// `join` waits for the end of a pool that is still open.
    #[error("the pool is still open: call close() or terminate() before join()")]
    PoolOpen,
    /// The result is not there yet.
    #[error("no result within {waited:?}")]
    TimedOut {
        /// How long it was waited for.
        waited: Duration,
    },
    /// A task failed.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// There was no shared memory.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// The system refused something else.
    #[error("{what}: {source}{}", limit_remedy(source))]
    System {
        /// What was asked for.
        what: String,
        /// The system's error.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn from_system(what: impl Into<String>, source: impl Into<io::Error>) -> Self {
        Self::System {
            what: what.into(),
            source: source.into(),
        }
    }
}

/// What to do about a limit of the system, where one was met.
pub fn limit_remedy(source: &io::Error) -> &'static str {
    match platform::limit_met(source) {
        Some(SystemLimit::Processes) => {
            "; you may have no more processes and threads: ask for fewer workers, or see `ulimit -u`"
        }
        Some(SystemLimit::Descriptors) => {
            "; it needs more file descriptors: ask for fewer workers, or see `ulimit -n`"
        }
        None => "",
    }
}

fn folder_remedy(source: &io::Error) -> &'static str {
    match limit_remedy(source) {
        "" => "; set XDG_RUNTIME_DIR or TMPDIR to a folder that you may write to",
        remedy => remedy,
    }
}

fn quote_stderr(stderr: &str) -> String {
    match stderr.trim() {
        "" => String::new(),
        said => format!(", saying {said:?}"),
    }
}

/// `forklore::lab::square` as one would write it in that list: `square`.
pub(crate) fn short_target_name(target: &str) -> &str {
    let path = target.split('<').next().unwrap_or(target);
    path.rsplit("::").next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_target_names_the_fix() {
        let error = Error::UnknownTarget {
            target: "app::work::square".into(),
        };
        assert!(error.to_string().contains("add Target::new(square)"));
    }

    #[test]
    fn an_early_end_quotes_what_the_child_said() {
        let error = Error::EndedEarly {
            name: "Process-1".into(),
            pid: 7,
            exit: super::super::ProcessExit::Code(3),
            stderr: "no such library\n".into(),
        };
        assert_eq!(
            error.to_string(),
            "Process-1 (pid 7) ended before it connected: exit code 3, saying \"no such library\""
        );
    }
}
