//! What a pool's workers did: kept for reports, readable at any time.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

use super::{wire::TaskTimes, worker::PoolWorker};
use crate::{ExitUsage, ProcessExit, WorkerName, child::ExitRecord};

/// A worker of a pool, alive or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolWorkerReport {
    /// Its name, such as `PoolWorker-2`.
    pub name: String,
    /// Its PID.
    pub pid: u32,
    /// How long it took from its start until it could be sent work.
    pub startup: Duration,
    /// How many tasks it had answered when it ended; 0 while it lives.
    pub tasks: usize,
    /// How it ended, if it has.
    pub exit: Option<ProcessExit>,
    /// What it had used when it ended.
    pub usage: Option<ExitUsage>,
}

/// One task that was run (see [`PoolBuilder::task_log`](super::PoolBuilder::task_log)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRecord {
    /// Its target.
    pub target: &'static str,
    /// Its place among the tasks of its call, from 0.
    pub task: usize,
    /// Which chunk it was sent in: the place of that chunk's first task, in the same count.
    pub chunk: usize,
    /// The worker that ran it.
    pub worker: WorkerName,
    /// When it began: nanoseconds on the monotonic clock that all processes of this machine share.
    pub began_ns: u64,
    /// When it ended, on the same clock.
    pub ended_ns: u64,
}

/// The pool's and its engine's common memory.
#[derive(Clone, Default)]
pub(crate) struct PoolHistory {
    kept: Arc<Mutex<HistoryRecords>>,
}

#[derive(Default)]
struct HistoryRecords {
    workers: Vec<PoolWorkerReport>,
    tasks: Vec<TaskRecord>,
}

impl PoolHistory {
    pub(crate) fn record_start(&self, worker: &PoolWorker) {
        let WorkerName { name, pid } = worker.name();
        self.kept.lock().workers.push(PoolWorkerReport {
            name,
            pid,
            startup: worker.startup,
            tasks: 0,
            exit: None,
            usage: None,
        });
    }

    pub(crate) fn record_end(&self, worker: &PoolWorker, end: &ExitRecord) {
        let mut kept = self.kept.lock();
        let pid = worker.child.pid();
        // The last of that PID: it may have been given out again.
        if let Some(report) = kept
            .workers
            .iter_mut()
            .rev()
            .find(|report| report.pid == pid)
        {
            report.tasks = worker.tasks_done;
            report.exit = Some(end.exit);
            report.usage = Some(end.usage);
        }
    }

    pub(crate) fn record_tasks(
        &self,
        worker: &WorkerName,
        target: &'static str,
        chunk: usize,
        tasks: impl Iterator<Item = usize>,
        log: &[TaskTimes],
    ) {
        let records = tasks
            .zip(log)
            .map(|(task, &(began_ns, ended_ns))| TaskRecord {
                target,
                task,
                chunk,
                worker: worker.clone(),
                began_ns,
                ended_ns,
            });
        self.kept.lock().tasks.extend(records);
    }

    pub(crate) fn workers(&self) -> Vec<PoolWorkerReport> {
        self.kept.lock().workers.clone()
    }

    pub(crate) fn take_tasks(&self) -> Vec<TaskRecord> {
        std::mem::take(&mut self.kept.lock().tasks)
    }
}
