//! What a worker of the bench is to do, and what it is told while it does that.

use serde::{Deserialize, Serialize};

use super::{crash_kind::CrashKind, status_page::StatusPage};
use crate::{
    mp::{Connection, Lock, Value},
    record::named_enum,
};

named_enum! {
    /// What a worker does.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum WorkKind {
        /// Counts primes: computes all the time.
        Primes = "primes",
        /// Sleeps.
        Wait = "wait",
        /// Adds 1 to a counter, again and again.
        Count = "count",
        /// Prints a line every second.
        Print = "print",
        /// Passes a message on to the next worker.
        Ring = "ring",
        /// Waits for messages.
        Idle = "idle",
    }
}

named_enum! {
    /// Where a worker runs.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum WorkerPlace {
        /// In a process of its own.
        Process = "process",
        /// In a thread of a host process.
        Thread = "thread",
    }
}

named_enum! {
    /// The memory that a counter is in.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum CounterMemory {
        /// The worker's own.
        Private = "private",
        /// Shared by all workers that count there.
        Shared = "shared",
    }
}

/// The counter that a worker adds to.
#[derive(Debug, Serialize, Deserialize)]
pub enum WorkerCounter {
    /// One that no other worker has.
    Own,
    /// A variable of the host process, which all its threads see.
    OfHost,
    /// One in memory that processes share.
    OfBench(Value<u64>),
}

/// A worker's place in a ring.
#[derive(Debug, Serialize, Deserialize)]
pub struct RingPlace {
    /// The worker before it.
    pub sender: String,
    /// The connection to that worker.
    pub inlet: Connection<u64, u64>,
    /// The worker after it.
    pub receiver: String,
    /// The connection to that worker.
    pub outlet: Connection<u64, u64>,
    /// Whether it sends the first message.
    pub begins: bool,
}

/// The task of one worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct WorkerTask {
    /// The worker's name.
    pub name: String,
    /// What it does.
    pub work: WorkKind,
    /// How much of it; `None`: as the kind of work has it.
    pub size: Option<u64>,
    /// What `count` counts in.
    pub counter: WorkerCounter,
    /// The lock that it holds during each step.
    pub lock: Option<Lock>,
    /// Its place in a ring.
    pub ring: Option<RingPlace>,
    /// Where it reports.
    pub page: StatusPage,
}

/// An order to a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkerOrder {
    /// A message: the worker prints it.
    Text(String),
    /// To return from its function.
    End,
    /// To crash.
    Crash(CrashKind),
}

impl WorkerOrder {
    /// Carries out what needs no cooperation of the work: crashes of the whole process.
    pub fn act_at_once(&self) {
        if let Self::Crash(kind @ (CrashKind::Abort | CrashKind::Segfault | CrashKind::Kill)) = self
        {
            // It does not return.
            let _ = kind.crash_now();
        }
    }
}

/// An order to a host of threads.
#[derive(Debug, Serialize, Deserialize)]
pub enum HostOrder {
    /// To start a thread.
    Start(Box<WorkerTask>),
    /// To pass an order on to a thread.
    Pass {
        /// The thread's name.
        to: String,
        /// The order.
        order: WorkerOrder,
    },
    /// To end.
    End,
}
