//! What the hooks inside a watched Python tell us: one JSON object a line, through a named pipe.

use serde::{Deserialize, Serialize};

/// The environment variable that holds the pipe's path. Its presence is what wakes the hooks up.
pub const PIPE: &str = "FORKLORE_TRY_EVENTS";

/// No line is longer, so that lines of several processes never mix (`PIPE_BUF` on Linux).
pub const LONGEST_LINE: usize = 4096;

/// One thing that happened in a watched Python.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HookEvent {
    /// When: nanoseconds of the system's monotonic clock (`time.monotonic_ns()`).
    pub t: u64,
    /// In which process.
    pub p: u32,
    /// What.
    #[serde(flatten)]
    pub what: HookEventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "e", rename_all = "snake_case")]
pub enum HookEventKind {
    /// The program takes over from the worker of ours that becomes it. We tell that, not the hooks.
    Began {
        /// Processor time that the worker had used, in nanoseconds.
        cpu_ns: u64,
    },
    /// A Python is there: first thing in each process, after a fork too. It is told again when more is known:
    /// a child of a fork server, or a spawned one, learns its name and role late.
    Hello {
        /// Its parent.
        parent: u32,
        /// Its version: `3.11.7`.
        python: String,
        /// Whether it holds a GIL while it runs.
        gil: bool,
        /// What it is: `main`, `child` (a `Process`), `pool` (a worker of a `Pool` or an executor), `helper`
        /// (fork server, resource tracker), `program` (a Python that was started in another way).
        role: String,
        /// `multiprocessing.current_process().name`, where that module was loaded.
        #[serde(default)]
        name: Option<String>,
        /// Nanoseconds that loading the hooks took.
        #[serde(default)]
        cost_ns: u64,
    },
    /// `Process.start()` returned.
    Started {
        /// The child.
        child: u32,
        /// Its name.
        name: String,
        /// `child` or `pool`.
        role: String,
        /// `fork`, `spawn` or `forkserver`.
        method: String,
        /// What it runs.
        #[serde(default)]
        target: Option<String>,
        /// Whether it is a daemon.
        #[serde(default)]
        daemon: bool,
    },
    /// `Process.start()` raised.
    StartFailed {
        /// The child's name; empty where it was the start method that could not be set.
        name: String,
        /// The exception's type.
        error: String,
        /// Its message.
        message: String,
        /// Whether this process was still loading its main module (no main guard).
        loading: bool,
        /// What the child would have been: `child`, `pool`, `helper`.
        #[serde(default)]
        role: String,
    },
    /// `Process.join()` returned.
    Joined {
        /// The child.
        child: u32,
        /// Whether it has ended.
        ended: bool,
        /// Its exit code.
        #[serde(default)]
        exitcode: Option<i32>,
        /// Whether Python itself did it, at its end.
        at_exit: bool,
        /// Whether a pool or an executor did it.
        #[serde(default)]
        internal: bool,
    },
    /// The program saw that a child had ended in another way than `join`: `is_alive`, `exitcode`, `active_children`.
    Looked {
        /// The child.
        child: u32,
        /// Its exit code.
        #[serde(default)]
        exitcode: Option<i32>,
    },
    /// `run()` was called where nothing had been started.
    RunCalled {
        /// `process` or `thread`.
        of: String,
        /// The object's name.
        name: String,
    },
    /// A thread began.
    ThreadStarted {
        /// The system's number of it.
        tid: u32,
        /// Its name.
        name: String,
        /// Whether it belongs to Python's own machinery: a pool's handlers, an executor's manager.
        #[serde(default)]
        internal: bool,
    },
    /// A thread ended.
    ThreadEnded {
        /// The system's number of it.
        tid: u32,
        /// Processor time that it used.
        cpu_ns: u64,
        /// How long it could have run, but others had the cores.
        #[serde(default)]
        delay_ns: Option<u64>,
        /// How often it gave its core away to wait (voluntary context switches).
        #[serde(default)]
        waits: Option<u64>,
        /// Whether its Python had its GIL on by then.
        #[serde(default)]
        gil: Option<bool>,
    },
    /// At the end of its parent a daemon process was computing; Python ends it next.
    DaemonAtWork {
        /// The daemon.
        child: u32,
    },
    /// Something could not be pickled.
    PickleFailed {
        /// The exception's type.
        error: String,
        /// Its message.
        message: String,
        /// Where it was to go: `process` (a new child's target), `task` (a pool's task), `result`, `other`.
        to: String,
    },
    /// A pool or an executor was made.
    PoolCreated {
        /// Its number in this process, from 0.
        pool: u32,
        /// `Pool`, `ThreadPool`, `ProcessPoolExecutor`, `ThreadPoolExecutor`.
        kind: String,
        /// How many workers it may have.
        workers: u32,
        /// Nanoseconds that its making took, start of its workers included where it does that at once.
        #[serde(default)]
        took_ns: u64,
    },
    /// Tasks were handed to a pool. Calls that come singly and often (`submit`, `apply_async`) are told as one call
    /// whose `tasks` grow each time that it is told.
    PoolCall {
        /// Which.
        pool: u32,
        /// The call's number in this process, from 0.
        call: u32,
        /// `map`, `imap`, `apply_async`, `submit`, …
        method: String,
        /// How many tasks, where that is known.
        #[serde(default)]
        tasks: Option<u64>,
        /// How many tasks travel together, where that is known.
        #[serde(default)]
        chunk: Option<u64>,
        /// How many results have come, where that is counted.
        #[serde(default)]
        finished: Option<u64>,
    },
    /// All results of a call are there; told late where calls are summed up, but dated to the last result.
    PoolDone {
        /// Which call.
        call: u32,
    },
    /// What a pool's worker has done so far. For a worker that was ended from outside, its parent tells the last of
    /// it, in the worker's name.
    Tasks {
        /// Tasks.
        tasks: u64,
        /// Chunks of tasks.
        chunks: u64,
        /// Wall time inside the function, in nanoseconds.
        busy_ns: u64,
        /// Processor time inside the function, in nanoseconds.
        cpu_ns: u64,
        /// Whether it was in the middle of a task when it ended.
        #[serde(default)]
        in_hand: bool,
    },
    /// A call that may wait for ever began.
    Waiting {
        /// Number of the wait in this process, from 0.
        wait: u32,
        /// `Pool.join`, `result.get`, `Process.join`, `Queue.get`, …
        on: String,
        /// For whom, where that has a name: the child's, the thread's, the pool's.
        #[serde(default)]
        of: Option<String>,
        /// In which thread.
        #[serde(default)]
        tid: Option<u32>,
    },
    /// It returned.
    Waited {
        /// Which.
        wait: u32,
    },
    /// Something was written to standard output (1) or standard error (2).
    Out {
        /// 1 or 2.
        fd: u8,
        /// The text; a long write is told in several pieces.
        d: String,
    },
    /// The main module is done (or raised), and the interpreter is about to end.
    Exiting {
        /// Whether it has its GIL on by now.
        #[serde(default)]
        gil: Option<bool>,
        /// The type of an exception that nobody caught.
        #[serde(default)]
        uncaught: Option<String>,
        /// Its message.
        #[serde(default)]
        message: Option<String>,
    },
    /// The last thing in a process that ends in order.
    Bye {
        /// Processor time of the whole process, in nanoseconds.
        cpu_ns: u64,
        /// Nanoseconds spent in hooks, as far as they are counted.
        #[serde(default)]
        cost_ns: u64,
        /// The most memory that the process held, in KiB, where the system tells it.
        #[serde(default)]
        peak_kib: Option<u64>,
    },
    /// Anything that a newer hook tells.
    #[serde(other)]
    Unknown,
}
