//! The workers of the bench as rows.

use std::{thread, time::Duration};

use super::{BenchProcess, BenchThread, ProcessRole, WorkerBench};
use crate::{
    bench::{
        snapshot::{BenchSnapshot, SystemReading, WorkerRow},
        state::WorkerState,
        status_page::{StatusPage, ThreadOutcome},
        task::{WorkKind, WorkerPlace},
    },
    measure,
    text::{format_count, join_words, units::group_thousands},
};

impl WorkerBench {
    /// All workers at this moment, with figures of the `period` before it.
    pub fn take_snapshot(&self, period: Duration) -> BenchSnapshot {
        let earlier = self.read_system();
        if !self.processes.is_empty() {
            thread::sleep(period);
        }
        self.compare_with(&earlier)
    }

    /// What the system says of the processes now, for [`WorkerBench::compare_with`].
    pub fn read_system(&self) -> SystemReading {
        let pids = self.processes.iter().filter_map(|it| it.process.pid());
        SystemReading::take(&pids.collect::<Vec<_>>())
    }

    /// All workers at this moment, with figures of the time since an earlier reading.
    pub fn compare_with(&self, earlier: &SystemReading) -> BenchSnapshot {
        let now = self.read_system();
        let mut rows = Vec::new();
        for process in &self.processes {
            if !process.is_joined_host() {
                rows.push(self.process_row(process, (earlier, &now)));
            }
            let threads = self.threads.iter().filter(|it| it.host == process.name);
            rows.extend(threads.map(|thread| self.thread_row(thread, process, (earlier, &now))));
        }
        for row in &rows {
            self.history
                .add_seen(&row.name, row.place, row.state.name());
        }
        BenchSnapshot { rows }
    }

    fn process_row(
        &self,
        process: &BenchProcess,
        (earlier, now): (&SystemReading, &SystemReading),
    ) -> WorkerRow {
        let pid = process.process.pid().unwrap_or_default();
        let figures = now.figures(earlier, pid, process.page.tid());
        // Read before the state, which would not have them after the process is collected.
        let zombie = measure::process_state(pid).filter(|state| state.has_ended);
        let (state, exitcode) = if !process.process.has_ended() {
            let activity = process.page.activity();
            let state = WorkerState::of_living(figures.view, activity, false);
            (state, None)
        } else if let Some(zombie) = zombie {
            let exitcode = zombie.exitcode.or_else(|| process.process.exitcode());
            (WorkerState::Zombie, exitcode)
        } else {
            (WorkerState::Ended, process.process.exitcode())
        };
        let is_over = state.is_over();
        WorkerRow {
            name: process.name.clone(),
            place: WorkerPlace::Process,
            pid,
            tid: process.page.tid(),
            parent: figures.parent,
            state,
            exitcode,
            core: figures.core.filter(|_| !is_over),
            cpu: figures.cpu.filter(|_| !is_over),
            cores_wanted: figures.cores_wanted.filter(|_| !is_over),
            private_bytes: (!is_over)
                .then(|| measure::process_memory(pid).private)
                .flatten(),
            age: process.began.elapsed(),
            doing: self.describe_process(process),
        }
    }

    fn thread_row(
        &self,
        thread: &BenchThread,
        host: &BenchProcess,
        (earlier, now): (&SystemReading, &SystemReading),
    ) -> WorkerRow {
        let pid = host.process.pid().unwrap_or_default();
        let tid = thread.page.tid();
        let figures = now.thread_figures(earlier, pid, tid.unwrap_or_default());
        let is_over = self.has_ended(&thread.name);
        let state = if is_over {
            WorkerState::Ended
        } else {
            WorkerState::of_living(figures.view, thread.page.activity(), host.has_gil())
        };
        WorkerRow {
            name: thread.name.clone(),
            place: WorkerPlace::Thread,
            pid,
            tid,
            parent: figures.parent,
            state,
            exitcode: None,
            core: figures.core.filter(|_| !is_over),
            cpu: figures.cpu.filter(|_| !is_over),
            cores_wanted: figures.cores_wanted.filter(|_| !is_over),
            private_bytes: None,
            age: thread.began.elapsed(),
            doing: match thread.page.outcome() {
                Some(ThreadOutcome::Failed) => "its function failed".to_owned(),
                Some(ThreadOutcome::Panicked) => "it panicked".to_owned(),
                None if is_over => format!("{} has ended", thread.host),
                _ => describe_work(thread.work, &thread.page),
            },
        }
    }

    pub(super) fn describe_process(&self, process: &BenchProcess) -> String {
        let ProcessRole::Worker { work, .. } = process.role else {
            let threads = self.threads.iter().filter(|it| it.host == process.name);
            let names: Vec<&str> = threads.map(|thread| thread.name.as_str()).collect();
            return match names.len() {
                0..=2 => format!("hosts {}", join_words(&names, "and")),
                many => format!("hosts {many} threads"),
            };
        };
        describe_work(work, &process.page)
    }
}

/// What a worker has done so far.
pub(super) fn describe_work(work: WorkKind, page: &StatusPage) -> String {
    let steps = page.steps() as usize;
    match work {
        WorkKind::Primes => format!("found {}", format_count(steps, "prime", "primes")),
        WorkKind::Wait => format!("slept {steps} s"),
        WorkKind::Count => format!(
            "added {}, saw {}",
            group_thousands(&steps.to_string()),
            group_thousands(&page.counter().to_string())
        ),
        WorkKind::Print => format!("printed {}", format_count(steps, "line", "lines")),
        WorkKind::Ring => format!("passed {}", format_count(steps, "message", "messages")),
        WorkKind::Idle => format!("received {}", format_count(steps, "message", "messages")),
    }
}
