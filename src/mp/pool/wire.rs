//! The messages between a pool and its workers.

use serde::{Deserialize, Serialize};

use crate::{message::Message, task_error::WireFailure};

/// From the pool to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToWorker {
    /// Run this once, before any task.
    Initialize { target: String, arguments: Message },
    /// Run a chunk of tasks.
    Run(Chunk),
    /// Do what was sent before, then end.
    Retire,
}

/// Some tasks of one call.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Chunk {
    /// Counts the chunks that this worker was sent, from 1.
    pub(crate) number: u64,
    /// Which function, by the order in which this worker received their names.
    pub(crate) target: u32,
    /// Its name, the first time.
    pub(crate) name: Option<String>,
    /// Whether the times of each task are to be reported.
    pub(crate) logged: bool,
    /// A sequence of argument tuples.
    pub(crate) arguments: Message,
}

/// From a worker to the pool. Tasks are answered in order, each exactly once.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum FromWorker {
    /// The initializer returned.
    Initialized,
    /// It did not.
    NotInitialized(WireFailure),
    /// The next tasks of a chunk succeeded.
    Done {
        chunk: u64,
        count: u64,
        /// A sequence of results.
        results: Message,
        log: Vec<TaskTimes>,
    },
    /// The next task of a chunk failed.
    Failed {
        chunk: u64,
        failure: WireFailure,
        log: Vec<TaskTimes>,
    },
    /// None of a chunk was run, because it cannot be decoded, or its target is unknown.
    Refused { chunk: u64, failure: WireFailure },
    /// None of a chunk was run: it was called back.
    CalledBack { chunk: u64 },
}

/// When a task began and ended: nanoseconds on the clock that all processes share.
pub(crate) type TaskTimes = (u64, u64);
