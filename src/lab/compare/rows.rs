//! The nine rows: what the course says, what is measured for it, and how a figure decides.

use crate::{
    claim::Needs,
    lab::crash,
    record::{
        Backend, Run, Value,
        metrics::{self, Metric},
    },
    report::{DemoPart, stats},
};

/// A row: what the course says of both sides, and what is measured for it by which demo.
pub(super) struct CompareRow {
    pub name: &'static str,
    /// What the course says of threads.
    pub threads_say: &'static str,
    /// What it says of processes.
    pub processes_say: &'static str,
    pub measured: &'static str,
    pub demo: &'static str,
    /// The figure of one side, measured in one part of that demo.
    pub figure: fn(DemoPart, CompareSide) -> Option<Value>,
    /// When it is as the course says: `{threads}` and `{processes}` stand for the backends.
    pub holds: &'static str,
    /// Whether that is about running at once: one core cannot show it.
    pub needs_cores: bool,
    /// Where the sentence has a second half: what decides that.
    pub other_half: Option<SentenceHalf>,
    /// Whether threads under the model of the GIL give a figure of their own.
    pub modelled: bool,
}

/// The half of a sentence that another demo decides.
pub(super) struct SentenceHalf {
    pub demo: &'static str,
    pub holds: &'static str,
    pub needs_cores: bool,
}

/// Whose figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CompareSide {
    Threads,
    /// Threads under the model of the GIL.
    Modelled,
    Processes,
}

impl CompareSide {
    /// The backend that it is in a part.
    fn backend(self, part: DemoPart) -> Backend {
        match (self, part.interpreter().is_some()) {
            (Self::Threads, false) => Backend::Threads,
            (Self::Modelled, _) => Backend::GilThreads,
            (Self::Processes, false) => Backend::Processes,
            (Self::Threads, true) => Backend::PythonThreads,
            (Self::Processes, true) => Backend::PythonProcesses,
        }
    }

    /// Its name in a condition.
    fn quoted_backend(self, part: DemoPart) -> String {
        format!("'{}'", self.backend(part).name())
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Threads | Self::Modelled => "thread",
            Self::Processes => "process",
        }
    }
}

/// A condition for the threads of one side in one part.
pub(super) fn condition(holds: &str, part: DemoPart, threads: CompareSide) -> String {
    holds
        .replace("{threads}", &threads.quoted_backend(part))
        .replace("{processes}", &CompareSide::Processes.quoted_backend(part))
}

pub(super) fn needs(cores: bool) -> Needs {
    Needs {
        cores: if cores { 2 } else { 0 },
        ..Needs::default()
    }
}

pub(super) const ROWS: [CompareRow; 9] = [
    CompareRow {
        name: "definition",
        threads_say: "several within one process",
        processes_say: "several, each with memory of its own",
        measured: "different PIDs among the workers",
        demo: "parallel",
        figure: |part, side| pid_count(part, side.backend(part)),
        holds: "pids({threads}) == 1 and pids({processes}) > 1",
        needs_cores: false,
        other_half: None,
        modelled: true,
    },
    CompareRow {
        name: "memory",
        threads_say: "little: they share it",
        processes_say: "much: each has its own",
        measured: "private memory of one more worker",
        demo: "memory",
        figure: |part, side| median_private_memory(&part.run, side.kind()),
        holds: "median('private', kind='process', step='idle') > 2 * median('private', kind='thread', step='idle')",
        needs_cores: false,
        other_half: None,
        modelled: false,
    },
    CompareRow {
        name: "execution",
        threads_say: "by turns, because of the GIL",
        processes_say: "at once, on several cores",
        measured: "how the workers of a computation ran",
        demo: "parallel",
        figure: |part, side| {
            let backend = side.backend(part);
            let cores = || median_metric(part, backend, Metric::CoresUsed, Value::Ratio);
            overlap_name(part, backend).or_else(cores)
        },
        holds: "by_turns({threads}) and at_once({processes})",
        needs_cores: false,
        other_half: None,
        modelled: true,
    },
    CompareRow {
        name: "best for",
        threads_say: "work that waits",
        processes_say: "work that computes",
        measured: "speed-up of work that waits",
        demo: "io",
        figure: |part, side| median_speedup(part, side.backend(part)),
        // Four workers wait: threads are enough if their waits overlap.
        holds: "speedup({threads}) > 2",
        needs_cores: false,
        other_half: Some(SentenceHalf {
            demo: "parallel",
            holds: "by_turns({threads}) and at_once({processes})",
            needs_cores: true,
        }),
        modelled: true,
    },
    CompareRow {
        name: "GIL",
        threads_say: "held back to one at a time",
        processes_say: "bypassed: one each",
        measured: "lock waits in a CPU second, else speed-up",
        demo: "parallel",
        figure: |part, side| {
            let backend = side.backend(part);
            let waits = median_metric(part, backend, Metric::LockSwitches, Value::Rate);
            waits.or_else(|| median_speedup(part, backend))
        },
        holds: "by_turns({threads}) and at_once({processes})",
        needs_cores: true,
        other_half: None,
        modelled: true,
    },
    CompareRow {
        name: "overhead",
        threads_say: "small",
        processes_say: "larger: start-up and messages",
        measured: "start and join one worker",
        demo: "startup",
        figure: |part, side| median_seconds(&part.run, "start_join", &[("way", side.kind())]),
        holds: "median('start_join', way='process') > 2 * median('start_join', way='thread')",
        needs_cores: false,
        other_half: None,
        modelled: false,
    },
    CompareRow {
        name: "speed",
        threads_say: "as fast at waiting, faster to start",
        processes_say: "faster at computing",
        measured: "time for the computation",
        demo: "parallel",
        figure: |part, side| median_metric(part, side.backend(part), Metric::Work, Value::Seconds),
        holds: "work({threads}) > 1.3 * work({processes})",
        needs_cores: true,
        other_half: Some(SentenceHalf {
            demo: "io",
            holds: "work({threads}) < 1.5 * work({processes}) and startup({processes}) > 2 * startup({threads})",
            needs_cores: false,
        }),
        modelled: true,
    },
    CompareRow {
        name: "communication",
        threads_say: "variables, directly",
        processes_say: "pipes and queues",
        measured: "16 MiB there and back: shared variable, Pipe",
        demo: "ipc",
        figure: |part, side| {
            let way = match side {
                CompareSide::Processes => "Pipe",
                CompareSide::Threads | CompareSide::Modelled => "shared variable",
            };
            median_seconds(&part.run, "round_trip", &[("way", way)])
        },
        // Threads pass a reference, whatever it refers to.
        holds: "median('round_trip', way='Pipe') > 10 * median('round_trip', way='shared variable')",
        needs_cores: false,
        other_half: None,
        modelled: false,
    },
    CompareRow {
        name: "crash handling",
        threads_say: "the whole program may go",
        processes_say: "the others go on",
        measured: "program goes on after a worker's segfault",
        demo: "crash",
        figure: |part, side| crash::program_survived(&part.run, side.kind()),
        holds: "survives('process') and not survives('thread')",
        needs_cores: false,
        other_half: None,
        modelled: false,
    },
];

fn pid_count(part: DemoPart, backend: Backend) -> Option<Value> {
    metrics::count_pids(part.run, backend).map(Value::count)
}

fn overlap_name(part: DemoPart, backend: Backend) -> Option<Value> {
    let overlap = metrics::work_overlap(part.run, backend).ok()?;
    Some(overlap.name().into())
}

fn median_metric(
    part: DemoPart,
    backend: Backend,
    metric: Metric,
    kind: fn(f64) -> Value,
) -> Option<Value> {
    stats::median(&metric.values(part.run, backend)).map(kind)
}

fn median_speedup(part: DemoPart, backend: Backend) -> Option<Value> {
    median_metric(part, backend, Metric::Speedup, Value::Ratio)
}

fn median_private_memory(run: &Run, kind: &str) -> Option<Value> {
    let each = run.number_series("private", &[("kind", kind), ("step", "idle")]);
    stats::median(&each).map(|bytes| Value::Bytes(bytes as u64))
}

fn median_seconds(run: &Run, name: &str, labels: &[(&str, &str)]) -> Option<Value> {
    stats::median(&run.number_series(name, labels)).map(Value::Seconds)
}
