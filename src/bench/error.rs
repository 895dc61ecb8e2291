//! What the bench refuses, with the remedy.

use thiserror::Error;

use crate::mp;

/// Why a command of the bench was not carried out.
#[derive(Debug, Error)]
pub enum BenchError {
    /// No worker has that name.
    #[error("no worker is called `{0}`: `ps` lists them")]
    Unknown(String),
    /// Another worker has that name.
    #[error("a worker is called `{0}` already: take another name, or `join {0}` first")]
    Taken(String),
    /// A name that could not be typed or read.
    #[error(
        "`{0}` is no name for a worker: use up to 12 letters, digits, `-` and `_`, and not `all`"
    )]
    BadName(String),
    /// There are no workers.
    #[error("there are no workers: `spawn process primes` starts one")]
    Empty,
    /// The worker has ended.
    #[error("{0} has ended: `join {0}` shows how")]
    Ended(String),
    /// Every worker has ended.
    #[error("all workers have ended: `join all` shows how")]
    AllEnded,
    /// A signal reaches only whole processes.
    #[error(
        "{name} is a thread, and a signal is for a whole process: `{command} {host}` reaches {host} with all its threads, `send {name} end` asks the thread to return"
    )]
    ThreadSignal {
        /// The thread.
        name: String,
        /// Its host.
        host: String,
        /// The command that was given.
        command: String,
    },
    /// A host takes no orders for itself.
    #[error("{0} only hosts threads: name one of them (`ps` lists them), or `kill {0}`")]
    IsHost(String),
    /// The system has no such signal.
    #[error("no signal is called `{0}`: TERM, KILL, INT, STOP and CONT are some")]
    UnknownSignal(String),
    /// The worker has not read what was sent before.
    #[error("{0} has not read what was sent before; if it is stopped, `cont {0}` lets it")]
    Unread(String),
    /// A setting that fits nothing that was asked for.
    #[error("{0}")]
    Setting(String),
    /// The system refused.
    #[error(transparent)]
    Mp(#[from] mp::Error),
    /// There was no shared memory.
    #[error(transparent)]
    Memory(#[from] mp::MemoryError),
    /// There was no pipe.
    #[error(transparent)]
    Connection(#[from] mp::ConnectionError),
    /// There was no lock.
    #[error(transparent)]
    Lock(#[from] mp::LockError),
}
