//! What the hooks inside a watched Python report.

use serde::{Deserialize, Serialize};

use super::{
    event::is_zero,
    memory_use::{CopyChange, KeptMemory, MemoryChange, RandomDraw, UnlockedUpdate},
    thread_sample::{HeldLock, ObjectName, ThreadSample},
};

/// One thing that happened in a watched Python.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "e", rename_all = "snake_case")]
pub enum HookEvent {
    /// The worker becomes the program. We emit this event, not the hooks.
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
        /// (fork server, resource tracker), `fork` (a child of `os.fork`), `program` (a Python that was
        /// started in another way).
        role: String,
        /// `multiprocessing.current_process().name`, where that module was loaded.
        #[serde(default)]
        name: Option<String>,
        /// Nanoseconds that loading the hooks took.
        #[serde(default)]
        cost_ns: u64,
    },
    /// `Process.start()` returned.
    Started(ProcessStart),
    /// `Process.start()` raised.
    StartFailed(StartFailure),
    /// `Process.join()` returned.
    Joined(ProcessJoin),
    /// The program saw that a child had ended in another way than `join`: `is_alive`, `exitcode`, `active_children`.
    Looked {
        /// The child.
        child: u32,
        /// Its exit code.
        #[serde(default)]
        exitcode: Option<i32>,
    },
    /// The program knows that a child still runs: it asked, it has its sentinel, or it ends the child itself.
    Checked {
        /// The child.
        child: u32,
    },
    /// The program took an object from a queue or a pipe, for the first time since it started a child.
    AnswerTaken,
    /// When the process last got something from other processes: an object from a queue, a pipe or a pool, or the end
    /// of a wait at an event, a barrier, a condition or a semaphore. It is reported before the process starts a child
    /// or changes shared memory itself.
    Synchronized,
    /// The process gave something to others in one of these ways, for the first time since it changed shared memory.
    Sent,
    /// A process took the exit status of a child: `os.waitpid`, `subprocess`.
    Reaped {
        /// The child.
        child: u32,
        /// Its exit code.
        exitcode: i32,
    },
    /// `os.system` returned. The PID of its child is not known.
    CommandDone {
        /// When it was called, on the system's clock.
        began: u64,
        /// The exit code of the command.
        exitcode: i32,
    },
    /// `run()` was called where nothing had been started.
    RunCalled(RunCall),
    /// A thread began.
    ThreadStarted(ThreadStart),
    /// A thread ended.
    ThreadEnded(ThreadEnd),
    /// Threads still ran at the end of the main module.
    ThreadsLeft(ThreadsLeft),
    /// An exception ended a task, a thread, a process or a part of a pool.
    Failed(RaisedError),
    /// Tasks failed, and the program did not ask for their results.
    ErrorUnseen(UnseenError),
    /// The program asked for a result of a pool that had been terminated.
    AskedTooLate {
        /// The call that the result belongs to: `apply_async`, `imap`, …
        method: String,
    },
    /// A statement read, changed and wrote shared memory while no lock was held.
    UnlockedUpdate(UnlockedUpdate),
    /// A statement changed the copy that a manager's proxy had returned, and nothing refers to that copy any more.
    CopyChanged(CopyChange),
    /// A child changed its own copy of a variable, and makes no other use of it.
    MemoryChanged(MemoryChange),
    /// The variables of a main module that are as they were before it started its first child.
    MemoryKept(KeptMemory),
    /// A child drew random numbers from the state that a generator had when the child began.
    RandomDrawn(RandomDraw),
    /// The variables of the main module at its end, where its children did not inherit them.
    MainNames {
        /// Their names, with commas between them.
        names: String,
    },
    /// At the end of its parent a daemon process was computing; Python ends it next.
    DaemonAtWork {
        /// The daemon.
        child: u32,
    },
    /// Daemon threads were in the middle of work that has an end when the main module was done; Python ends them next.
    DaemonThreadsAtWork {
        /// Their names, with commas between them.
        names: String,
    },
    /// Something could not be pickled.
    PickleFailed(PickleFailure),
    /// A pool or an executor was made.
    PoolCreated(PoolCreation),
    /// The program closed or terminated a pool, or shut an executor down.
    PoolClosed(PoolClosure),
    /// Tasks were submitted to a pool. Frequent single calls (`submit`, `apply_async`) are reported as one call whose
    /// `tasks` grow with each report.
    PoolCall(PoolCall),
    /// All results of a call have arrived. For summed calls this is reported late, but dated to the last result.
    PoolDone {
        /// Which call.
        call: u32,
    },
    /// What a pool's worker has done so far. For a worker that was ended from outside, its parent tells the last of
    /// it, in the worker's name.
    Tasks(PoolTasks),
    /// A call that may wait for ever began.
    Waiting(WaitStart),
    /// It returned.
    Waited {
        /// Which.
        wait: u32,
    },
    /// A thread or a coroutine asked to sleep: `time.sleep`, `asyncio.sleep`. Frequent short ones are added up.
    Slept {
        /// The time that was asked for, in nanoseconds.
        ns: u64,
    },
    /// The main module is done (or raised), and the interpreter is about to end.
    Exiting(ProcessExit),
    /// Where a thread was when we asked.
    ThreadSample(ThreadSample),
    /// A lock that was held then.
    LockHeld(HeldLock),
    /// How an object is called.
    ObjectNamed(ObjectName),
    /// All threads of a process have been told.
    Sampled {
        /// The number of the sample.
        sample: u32,
        /// How many threads.
        threads: u32,
    },
    /// The program uses the signal that asks for samples itself, or waits for any signal.
    Samples {
        /// Whether it must not be asked.
        off: bool,
    },
    /// Nothing in the program has moved for a while. We emit this event, not the hooks.
    Stalled {
        /// Where it waits: a line for each thread.
        text: String,
    },
    /// The last thing in a process that ends in order.
    Bye {
        /// Processor time of the whole process, in nanoseconds.
        cpu_ns: u64,
        /// Nanoseconds spent in hooks, as far as they are counted.
        #[serde(default)]
        cost_ns: u64,
        /// The most memory that the process used, in KiB, if the system gives it.
        #[serde(default)]
        peak_kib: Option<u64>,
        /// The exit code of a child of `multiprocessing`: its parent may never ask.
        #[serde(default)]
        exitcode: Option<i32>,
    },
    /// Any event of a newer hook.
    #[serde(other)]
    Unknown,
}

/// A child process that was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessStart {
    /// The child.
    pub child: u32,
    /// Its name.
    pub name: String,
    /// `child` or `pool`.
    pub role: String,
    /// `fork`, `spawn` or `forkserver`.
    pub method: String,
    /// What it runs.
    #[serde(default)]
    pub target: Option<String>,
    /// Whether it is a daemon.
    #[serde(default)]
    pub daemon: bool,
    /// Whether it is a plain `Process` without a target, which does nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_no_target: bool,
    /// Whether a text was given for its `args`, which made each letter an argument.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_text_for_args: bool,
}

/// A child process that could not be started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartFailure {
    /// The child's name; empty where it was the start method that could not be set.
    pub name: String,
    /// The exception's type.
    pub error: String,
    /// Its message.
    pub message: String,
    /// Whether this process was still loading its main module (no main guard).
    pub loading: bool,
    /// What the child would have been: `child`, `pool`, `helper`.
    #[serde(default)]
    pub role: String,
}

/// A join of a child process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessJoin {
    /// The child.
    pub child: u32,
    /// Whether it has ended.
    pub ended: bool,
    /// Its exit code.
    #[serde(default)]
    pub exitcode: Option<i32>,
    /// Whether Python itself did it, at its end.
    pub at_exit: bool,
    /// Whether a pool or an executor did it.
    #[serde(default)]
    pub internal: bool,
}

/// A call of `run()` in place of `start()`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCall {
    /// `process` or `thread`.
    pub of: String,
    /// The object's name.
    pub name: String,
}

/// A thread that began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadStart {
    /// The system's number of it.
    pub tid: u32,
    /// Its name.
    pub name: String,
    /// Whether it belongs to Python's own machinery: a pool's handlers, an executor's manager.
    #[serde(default)]
    pub internal: bool,
    /// Whether it is a plain `Thread` without a function to run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_no_target: bool,
}

/// Threads that still ran at the end of the main module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadsLeft {
    /// Their names, with commas between them.
    pub names: String,
    /// Whether the program joined them, with a time limit that ran out; otherwise it never joined them.
    pub timed: bool,
    /// Whether the main thread wrote anything after it had started the last of them.
    pub has_written: bool,
}

/// An exception that ended a part of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaisedError {
    /// What it ended: `task`, `thread`, `process`; of a pool: `initializer`, `loading` (a worker could not load its
    /// task), `callback`, `result` (the thread that receives results).
    pub part: String,
    /// The name of the process or the thread.
    #[serde(default)]
    pub name: Option<String>,
    /// The exception's type.
    pub error: String,
    /// Its message.
    pub message: String,
    /// The innermost line of the program: `my.py:12`.
    #[serde(default)]
    pub place: Option<String>,
    /// Whether the program has a function of its own that is called at such exceptions.
    #[serde(default)]
    pub handled: bool,
    /// The type of a thread's `args`, if that was neither a tuple nor a list.
    #[serde(default)]
    pub arguments: Option<String>,
}

/// Tasks that failed unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnseenError {
    /// The call's number in this process.
    pub call: u32,
    /// The call's method.
    pub method: String,
    /// How many results are errors that the program did not ask for.
    pub failed: u64,
    /// How many tasks the call has, where that is known.
    #[serde(default)]
    pub tasks: Option<u64>,
    /// The first exception's type.
    #[serde(default)]
    pub error: Option<String>,
    /// Its message.
    #[serde(default)]
    pub message: Option<String>,
}

/// A thread that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadEnd {
    /// The system's number of it.
    pub tid: u32,
    /// Processor time that it used.
    pub cpu_ns: u64,
    /// How long it could have run, but others had the cores.
    #[serde(default)]
    pub delay_ns: Option<u64>,
    /// How often it gave its core away to wait (voluntary context switches).
    #[serde(default)]
    pub waits: Option<u64>,
    /// Whether its Python had its GIL on by then.
    #[serde(default)]
    pub gil: Option<bool>,
}

/// An object that could not be pickled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickleFailure {
    /// The exception's type.
    pub error: String,
    /// Its message.
    pub message: String,
    /// Where it was to go: `process` (a new child's target), `task` (a pool's task), `result`, `other`.
    pub to: String,
}

/// A pool or an executor that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolCreation {
    /// Its number in this process, from 0.
    pub pool: u32,
    /// `Pool`, `ThreadPool`, `ProcessPoolExecutor`, `ThreadPoolExecutor`.
    pub kind: String,
    /// How many workers it may have.
    pub workers: u32,
    /// Nanoseconds that its making took, start of its workers included where it does that at once.
    #[serde(default)]
    pub took_ns: u64,
    /// The line of the program that made it: `my.py:12`.
    #[serde(default)]
    pub place: Option<String>,
}

/// The end of a pool or an executor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolClosure {
    /// Which pool.
    pub pool: u32,
    /// Whether it was terminated, with all that was not done.
    #[serde(default)]
    pub terminated: bool,
    /// Whether that was the end of a `with` block.
    #[serde(default)]
    pub by_block: bool,
}

impl PoolCreation {
    /// Whether its workers are processes.
    pub fn has_processes(&self) -> bool {
        matches!(self.kind.as_str(), "Pool" | "ProcessPoolExecutor")
    }
}

/// Tasks that were handed to a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolCall {
    /// Which pool.
    pub pool: u32,
    /// The call's number in this process, from 0.
    pub call: u32,
    /// `map`, `imap`, `apply_async`, `submit`, …
    pub method: String,
    /// How many tasks, where that is known.
    #[serde(default)]
    pub tasks: Option<u64>,
    /// How many tasks travel together, where that is known.
    #[serde(default)]
    pub chunk: Option<u64>,
    /// How many results have come, where that is counted.
    #[serde(default)]
    pub finished: Option<u64>,
    /// For summed calls: nanoseconds during which at least one task was submitted and not finished.
    #[serde(default)]
    pub open_ns: Option<u64>,
    /// For summed calls: the most tasks that were open at one moment.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub most_open: u64,
    /// How often the program waited for the only open task.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waited_singly: u64,
    /// How many missing results the program looked after and did without: a wait with a time limit, `ready()`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub given_up: u64,
}

/// What a pool's worker has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolTasks {
    /// Tasks.
    pub tasks: u64,
    /// Chunks of tasks.
    pub chunks: u64,
    /// Wall time inside the function, in nanoseconds.
    pub busy_ns: u64,
    /// Processor time inside the function, in nanoseconds.
    pub cpu_ns: u64,
    /// Whether it was in the middle of a task when it ended.
    #[serde(default)]
    pub in_hand: bool,
}

/// A wait that began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitStart {
    /// Number of the wait in this process, from 0.
    pub wait: u32,
    /// `Pool.join`, `result.get`, `Process.join`, `Queue.get`, …
    pub on: String,
    /// For whom, where that has a name: the child's, the thread's, the pool's.
    #[serde(default)]
    pub of: Option<String>,
    /// In which thread.
    #[serde(default)]
    pub tid: Option<u32>,
}

/// The end of a main module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessExit {
    /// Whether it has its GIL on by now.
    #[serde(default)]
    pub gil: Option<bool>,
    /// The type of an uncaught exception.
    #[serde(default)]
    pub uncaught: Option<String>,
    /// Its message.
    #[serde(default)]
    pub message: Option<String>,
}
