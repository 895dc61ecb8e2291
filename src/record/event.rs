//! The events of a run.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{HookEvent, Interpreter, Labels, PackedValue, Params, Value, WorkSpans, tolerant};

/// How work is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// One thread does all of it, one part after the other.
    Serial,
    /// Native threads of this process.
    Threads,
    /// Native threads under the model of CPython's GIL.
    GilThreads,
    /// Native processes.
    Processes,
    /// CPython, one thread.
    PythonSerial,
    /// CPython's `threading`.
    PythonThreads,
    /// CPython's `multiprocessing`.
    PythonProcesses,
    /// CPython's subinterpreters.
    PythonInterpreters,
    /// A user's own program that is watched: `try my.py`.
    Try,
}

impl Backend {
    /// Every backend that demos compare, in the order in which tables show them.
    pub const ALL: [Self; 8] = [
        Self::Serial,
        Self::Threads,
        Self::GilThreads,
        Self::Processes,
        Self::PythonSerial,
        Self::PythonThreads,
        Self::PythonProcesses,
        Self::PythonInterpreters,
    ];

    /// Whether a Python runs it.
    pub const fn is_python(self) -> bool {
        matches!(
            self,
            Self::PythonSerial
                | Self::PythonThreads
                | Self::PythonProcesses
                | Self::PythonInterpreters
        )
    }

    /// The name on screen, in lessons and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::Threads => "threads",
            Self::GilThreads => "gil-threads",
            Self::Processes => "processes",
            Self::PythonSerial => "python-serial",
            Self::PythonThreads => "python-threads",
            Self::PythonProcesses => "python-processes",
            Self::PythonInterpreters => "python-interpreters",
            Self::Try => "try",
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Backend {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|backend| backend.name() == name)
            .ok_or_else(|| format!("no backend is called `{name}`"))
    }
}

/// A worker's number: unique in its recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkerId(pub u32);

/// One process or one thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkerKind {
    /// The thread that runs the demo itself.
    Main,
    /// A further thread of this process.
    Thread,
    /// A child process.
    Process,
    /// A subinterpreter: a thread of its process, with an interpreter and a GIL of its own.
    Interpreter,
}

/// What a worker used. `None` is a figure that this platform, or this kind of worker, cannot give.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceUsage {
    /// Wall time of the work, in seconds: from the start gate to the last result.
    pub work_s: Option<f64>,
    /// Processor time of the work, in seconds: read exactly, not sampled.
    pub cpu_s: Option<f64>,
    /// How long it was ready to run while no core was free for it, in seconds.
    pub run_queue_s: Option<f64>,
    /// Cores it was seen on.
    pub cores: Vec<u32>,
    /// Memory that belongs to this process alone, in bytes (`USS`).
    pub private_bytes: Option<u64>,
    /// Resident memory in bytes, shared pages counted in full (`RSS`).
    pub resident_bytes: Option<u64>,
    /// Resident memory in bytes, shared pages divided among those that share them (`PSS`).
    pub proportional_bytes: Option<u64>,
    /// Times it gave the core up by itself (it waited).
    pub voluntary_switches: Option<u64>,
    /// Times the scheduler took the core away.
    pub involuntary_switches: Option<u64>,
    /// Tasks, or parts of the work, that it did.
    pub tasks: u64,
}

/// The times of one trial, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct TrialTimes {
    /// Until every worker stands at the start gate.
    #[serde(deserialize_with = "tolerant::deserialize_float")]
    pub startup_s: f64,
    /// From the gate's opening until the last worker is done.
    #[serde(deserialize_with = "tolerant::deserialize_float")]
    pub work_s: f64,
    /// From the first start to the last join.
    #[serde(deserialize_with = "tolerant::deserialize_float")]
    pub total_s: f64,
    /// Processor seconds of the work, all workers together.
    pub cpu_s: Option<f64>,
    /// Seconds in which workers were ready to run while no core was free for them, all workers together.
    #[serde(default)]
    pub run_queue_s: Option<f64>,
    /// How often a worker gave its core up by itself, all workers together.
    #[serde(default)]
    pub voluntary_switches: Option<u64>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "why", rename_all = "snake_case")]
pub enum RunStatus {
    /// It ran to its end.
    Complete,
    /// It was stopped, and holds what was measured until then: Ctrl-C, a time limit, an error.
    Partial(String),
}

/// One event: when, in which run, what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds since the recording began, by the monotonic clock.
    pub at_ns: u64,
    /// Which run of the recording: 0 is the outermost; a demo made of others (`compare`) nests theirs.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub run: u32,
    /// What happened.
    #[serde(flatten)]
    pub what: EventKind,
}

/// Whether a recording leaves out this number.
pub(super) fn is_zero<T: Default + PartialEq>(number: &T) -> bool {
    *number == T::default()
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// A demo begins; its settings, as far as they are known.
    RunStarted {
        /// The demo's name.
        demo: String,
        /// Its settings.
        #[serde(deserialize_with = "tolerant::deserialize_params")]
        params: Box<Params>,
        /// Under which Python, where this is the part of a demo that one of them runs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        interpreter: Option<Box<Interpreter>>,
    },
    /// The settings after the demo filled in what was left to it (workers, size, trials).
    Resolved {
        /// The settings in force.
        #[serde(deserialize_with = "tolerant::deserialize_params")]
        params: Box<Params>,
    },
    /// The run is over.
    RunFinished {
        /// How.
        outcome: RunStatus,
    },
    /// A backend that cannot run here.
    BackendSkipped {
        /// Which.
        backend: Backend,
        /// Why, in words for a student.
        why: String,
    },
    /// A timed run of one backend begins.
    TrialStarted {
        /// Under which backend.
        backend: Backend,
        /// Counted from 0 for each backend; a warm-up has no number.
        trial: Option<u32>,
    },
    /// A timed run is over. Those that were disturbed (paused by Ctrl-Z) have no such event and do not count.
    TrialFinished {
        /// Under which backend.
        backend: Backend,
        /// As in `TrialStarted`.
        trial: Option<u32>,
        /// Its times.
        times: Box<TrialTimes>,
    },
    /// A worker exists.
    WorkerStarted {
        /// Its number.
        worker: WorkerId,
        /// Its name, such as `Process-1`.
        name: String,
        /// What it is.
        kind: WorkerKind,
        /// Under which backend, where the demo compares backends.
        backend: Option<Backend>,
        /// In which trial.
        trial: Option<u32>,
        /// Its process.
        pid: u32,
        /// Its thread ID, if the platform gives one.
        tid: Option<u32>,
        /// Its process's parent.
        ppid: Option<u32>,
    },
    /// It stands at the start gate: its start-up is over.
    WorkerReady {
        /// Which.
        worker: WorkerId,
        /// Seconds since its start was asked for.
        #[serde(deserialize_with = "tolerant::deserialize_float")]
        startup_s: f64,
    },
    /// Its work is done.
    WorkFinished {
        /// Which.
        worker: WorkerId,
        /// What it used.
        usage: PackedValue<ResourceUsage>,
    },
    /// When it was on which core and waited for what, as far as that was recorded.
    WorkSpans {
        /// Which.
        worker: WorkerId,
        /// The stretches.
        spans: PackedValue<WorkSpans>,
    },
    /// It printed a line (without the line's end).
    Output {
        /// Which.
        worker: WorkerId,
        /// Whether it came on the error stream.
        stderr: bool,
        /// The text.
        text: String,
    },
    /// It ended.
    WorkerExited {
        /// Which.
        worker: WorkerId,
        /// Python's meaning: 0, N, −signal; `None` for a thread.
        exitcode: Option<i32>,
        /// What the system counted for it at its end, where that is exact.
        usage: Option<PackedValue<ResourceUsage>>,
    },
    /// A figure that the demo measured.
    Observed {
        /// What was measured: `lost`, `round_trip`, `private_bytes`.
        name: String,
        /// Of what.
        #[serde(default, skip_serializing_if = "Labels::is_empty")]
        labels: Labels,
        /// The figure.
        value: Value,
    },
    /// The hooks inside a watched Python reported something.
    Hook {
        /// The process that it happened in.
        pid: u32,
        /// What happened.
        what: Box<HookEvent>,
    },
    /// Load of each core during a trial, 1.0 = busy all the time; only for trials long enough to sample.
    CoreLoad {
        /// Under which backend.
        backend: Backend,
        /// One figure a core.
        #[serde(deserialize_with = "tolerant::deserialize_floats")]
        load: Vec<f32>,
    },
    /// The progress of a long demo: "processes, trial 2 of 5".
    Progress {
        /// Steps done.
        done: u32,
        /// Steps in all.
        of: u32,
        /// What is running now.
        doing: String,
    },
    /// A note for the reader of the report: a caveat, or an error that the run survived.
    Noted {
        /// One sentence.
        text: String,
    },
}
