//! All workers at one moment. Figures of time are those of a short period before it.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{
    state::{ThreadView, WorkerState},
    task::WorkerPlace,
};
use crate::measure::{self, ProcessState, ThreadState};

/// What is known of a worker at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkerRow {
    /// Its name.
    pub name: String,
    /// Whether it is a process or a thread.
    pub place: WorkerPlace,
    /// Its process.
    pub pid: u32,
    /// Its thread, where threads have numbers.
    pub tid: Option<u32>,
    /// The parent of its process.
    pub parent: Option<u32>,
    /// Its state.
    pub state: WorkerState,
    /// Its exit code, in Python's terms, once it has ended and had one.
    pub exitcode: Option<i32>,
    /// The core that it ran on last.
    pub core: Option<u32>,
    /// How much of a core it used (of several, if it has several threads).
    pub cpu: Option<f64>,
    /// How many cores it used or waited for.
    pub cores_wanted: Option<f64>,
    /// The memory of its process alone, in bytes. Threads have none of their own.
    pub private_bytes: Option<u64>,
    /// The time since its start.
    pub age: Duration,
    /// What it does and has done.
    pub doing: String,
}

/// All workers at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BenchSnapshot {
    /// The workers, each host before its threads.
    pub rows: Vec<WorkerRow>,
}

/// One reading of some processes.
pub struct SystemReading {
    at: Instant,
    processes: HashMap<u32, (Option<ProcessState>, Vec<ThreadState>)>,
}

/// What two readings say of a process, or of one of its threads.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct SystemFigures {
    pub(super) view: ThreadView,
    pub(super) parent: Option<u32>,
    pub(super) core: Option<u32>,
    pub(super) cpu: Option<f64>,
    pub(super) cores_wanted: Option<f64>,
}

impl SystemReading {
    /// Reads these processes.
    pub(super) fn take(pids: &[u32]) -> Self {
        let read = |pid: &u32| {
            let process = measure::process_state(*pid);
            (*pid, (process, measure::thread_states(*pid)))
        };
        Self {
            at: Instant::now(),
            processes: pids.iter().map(read).collect(),
        }
    }

    /// What this reading and an earlier one say of a thread, or of all threads of its process together.
    pub(super) fn figures(&self, earlier: &Self, pid: u32, tid: Option<u32>) -> SystemFigures {
        let Some((Some(process), threads)) = self.processes.get(&pid) else {
            return SystemFigures::default();
        };
        let before = earlier.processes.get(&pid);
        let period = self.at.duration_since(earlier.at).as_secs_f64().max(1e-9);
        // The thread that does the work says whether it runs; without one, the process does.
        let worker = threads.iter().find(|thread| Some(thread.tid) == tid);
        let mut figures = SystemFigures {
            view: ThreadView {
                is_stopped: process.is_stopped,
                is_runnable: worker.map_or(process.is_runnable, |thread| thread.is_runnable),
                ..ThreadView::default()
            },
            parent: Some(process.parent),
            core: worker.map_or(process.core, |thread| thread.core),
            ..SystemFigures::default()
        };
        let thread_before = |tid: u32| {
            let (_, threads) = before?;
            threads.iter().find(|thread| thread.tid == tid)
        };
        if let Some(worker) = worker {
            (figures.view.ran, figures.view.waited) = spent(worker, thread_before(worker.tid));
        }
        let (mut ran, mut waited) = (Duration::ZERO, Duration::ZERO);
        for thread in threads {
            let spent = spent(thread, thread_before(thread.tid));
            (ran, waited) = (ran + spent.0, waited + spent.1);
        }
        let share = |time: Duration| Some(time.as_secs_f64() / period);
        if threads.is_empty() {
            let before = before.and_then(|(process, _)| process.as_ref()?.cpu);
            figures.cpu = process
                .cpu
                .zip(before)
                .and_then(|(now, before)| share(now.saturating_sub(before)));
        } else {
            figures.cpu = share(ran);
            let counts_waits = threads.iter().any(|thread| thread.run_queue.is_some());
            figures.cores_wanted = share(ran + waited).filter(|_| counts_waits);
        }
        figures
    }

    /// What this reading and an earlier one say of one thread alone.
    pub(super) fn thread_figures(&self, earlier: &Self, pid: u32, tid: u32) -> SystemFigures {
        let mut figures = self.figures(earlier, pid, Some(tid));
        let period = self.at.duration_since(earlier.at).as_secs_f64().max(1e-9);
        let share = |time: Duration| time.as_secs_f64() / period;
        figures.cpu = figures.cpu.map(|_| share(figures.view.ran));
        let wanted = share(figures.view.ran + figures.view.waited);
        figures.cores_wanted = figures.cores_wanted.map(|_| wanted);
        figures
    }
}

/// How long a thread ran and how long it waited for a core since an earlier reading, or since its start.
fn spent(now: &ThreadState, before: Option<&ThreadState>) -> (Duration, Duration) {
    let since = |now: Option<Duration>, before: Option<Option<Duration>>| {
        let before = before.flatten().unwrap_or_default();
        now.map_or(Duration::ZERO, |now| now.saturating_sub(before))
    };
    (
        since(now.cpu, before.map(|before| before.cpu)),
        since(now.run_queue, before.map(|before| before.run_queue)),
    )
}
