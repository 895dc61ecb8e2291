//! The results of each backend, next to the tables.

use serde::Serialize;

use super::{BackendSummary, demo_parts, summary::MetricValues, tables::sort_by_name};
use crate::record::{
    Backend, Interpreter, Run, TrialTimes, Worker, WorkerKind,
    metrics::{WorkOverlap, work_overlap},
};

/// One backend of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackendReport {
    /// The backend.
    pub name: Backend,
    /// The Python that ran it, if it is a Python backend.
    pub interpreter: Option<Interpreter>,
    /// Why it was skipped, if it was.
    pub skipped: Option<String>,
    /// The median of its trials.
    pub median: MetricValues,
    /// Whether its workers ran at once or by turns, where its trials tell.
    pub overlap: Option<WorkOverlap>,
    /// The spread of its trials ([`super::stats::spread`]).
    pub spread: MetricValues,
    /// Its trials, in order.
    pub trials: Vec<TrialTimes>,
    /// The workers of its last trial.
    pub workers: Vec<WorkerReport>,
}

/// One worker, with its figures in one level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkerReport {
    /// Its index among the backend's workers, from 0.
    pub index: usize,
    /// Its name, such as `Process-1`.
    pub name: String,
    /// Whether it is a process or a thread.
    pub kind: WorkerKind,
    /// Its process ID.
    pub pid: u32,
    /// Its thread ID.
    pub tid: Option<u32>,
    /// Its parent's process ID.
    pub ppid: Option<u32>,
    /// Seconds from the request to start it until it reached the start barrier.
    pub startup_s: Option<f64>,
    /// Seconds of its work.
    pub work_s: Option<f64>,
    /// Processor seconds of its work.
    pub cpu_s: Option<f64>,
    /// Seconds in which it was ready to run while no core was free for it.
    pub run_queue_s: Option<f64>,
    /// The cores on which it was seen.
    pub cores: Vec<u32>,
    /// Memory of this process alone, in bytes.
    pub private_bytes: Option<u64>,
    /// Resident memory in bytes, shared pages counted in full.
    pub resident_bytes: Option<u64>,
    /// Resident memory in bytes, shared pages divided among the processes that share them.
    pub proportional_bytes: Option<u64>,
    /// How often it gave up the core itself.
    pub voluntary_switches: Option<u64>,
    /// How often the scheduler took the core away.
    pub involuntary_switches: Option<u64>,
    /// The number of tasks that it completed.
    pub tasks: u64,
    /// In Python's terms: 0, N or −signal.
    pub exitcode: Option<i32>,
    /// What it printed, line by line.
    pub output: Vec<String>,
}

/// Every backend that ran or was skipped, in the order of the tables: the native ones, then those of each
/// Python.
pub(super) fn build_backend_reports(run: &Run) -> Vec<BackendReport> {
    let parts = demo_parts(run).into_iter();
    parts
        .flat_map(|part| {
            let all = Backend::ALL.into_iter().chain([Backend::Try]);
            all.filter_map(move |name| build_backend_report(&part.run, name))
        })
        .collect()
}

fn build_backend_report(run: &Run, name: Backend) -> Option<BackendReport> {
    let ran = run.backends().contains(&name);
    let mut workers = if ran {
        run.workers(name)
    } else {
        workers_of_kind(run, name)
    };
    let skipped = run
        .skipped_backends()
        .into_iter()
        .find(|(of, _)| *of == name);
    if !ran && workers.is_empty() && skipped.is_none() {
        return None;
    }
    if ran {
        sort_by_name(&mut workers);
    }
    let summary = BackendSummary::from_trials(run, name);
    Some(BackendReport {
        name,
        interpreter: run.interpreter().cloned(),
        skipped: skipped.map(|(_, why)| why.to_owned()),
        median: summary.medians(),
        overlap: work_overlap(*run, name).ok(),
        spread: summary.spreads(),
        trials: run.trials(name),
        workers: workers
            .into_iter()
            .enumerate()
            .map(build_worker_report)
            .collect(),
    })
}

/// Workers of a demo that does not compare backends: processes count as `processes`, threads as `threads`.
fn workers_of_kind(run: &Run, name: Backend) -> Vec<Worker> {
    let under_python = run.interpreter().is_some();
    let kind = match name {
        Backend::Threads if !under_python => WorkerKind::Thread,
        Backend::Processes if !under_python => WorkerKind::Process,
        Backend::PythonThreads if under_python => WorkerKind::Thread,
        Backend::PythonProcesses if under_python => WorkerKind::Process,
        Backend::PythonInterpreters if under_python => WorkerKind::Interpreter,
        _ => return Vec::new(),
    };
    run.select_workers(|worker| worker.backend.is_none() && worker.kind == kind)
}

fn build_worker_report((index, worker): (usize, Worker)) -> WorkerReport {
    let usage = worker.usage;
    WorkerReport {
        index,
        name: worker.name,
        kind: worker.kind,
        pid: worker.pid,
        tid: worker.tid,
        ppid: worker.ppid,
        startup_s: worker.startup_s,
        work_s: usage.work_s,
        cpu_s: usage.cpu_s,
        run_queue_s: usage.run_queue_s,
        cores: usage.cores,
        private_bytes: usage.private_bytes,
        resident_bytes: usage.resident_bytes,
        proportional_bytes: usage.proportional_bytes,
        voluntary_switches: usage.voluntary_switches,
        involuntary_switches: usage.involuntary_switches,
        tasks: usage.tasks,
        exitcode: worker.exitcode,
        output: worker.output.into_iter().map(|line| line.text).collect(),
    }
}
