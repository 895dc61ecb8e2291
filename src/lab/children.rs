//! A child process whose start, output and end are recorded.
//!
//! Its first line may arrive before its start is recorded, and a report ignores lines of an unknown worker. So
//! lines are held back until the worker is known.

use std::{collections::BTreeMap, fmt::Display, sync::Arc, time::Duration};

use parking_lot::Mutex;

use super::{DemoContext, LabError, start_barrier::WorkerLabels};
use crate::{
    measure,
    mp::{ExitUsage, OutputLine, Pool, Process, ProcessExit},
    record::{EventKind, Recorder, ResourceUsage, WorkerId, WorkerKind},
};

/// A started child.
pub struct RecordedChild {
    /// The process itself.
    pub process: Process,
    /// Its worker number in the recording.
    pub worker: WorkerId,
    recorder: Recorder,
}

impl RecordedChild {
    /// Starts a process and records the start. Its lines are recorded as they arrive.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(
        context: &DemoContext,
        mut process: Process,
        place: WorkerLabels,
    ) -> Result<Self, LabError> {
        context.check_stop()?;
        let worker = context.recorder.next_worker();
        let lines = PendingOutput::new(context.recorder.clone());
        let printed = lines.clone();
        process.on_output(move |line| printed.push_line(worker, line.stderr, &line.text));
        process.start()?;
        let pid = process.pid().unwrap_or_default();
        context.emit(EventKind::WorkerStarted {
            worker,
            name: process.name().to_owned(),
            kind: WorkerKind::Process,
            backend: place.backend,
            trial: place.trial,
            pid,
            tid: measure::main_thread_tid(pid),
            ppid: Some(std::process::id()),
        });
        lines.release_lines();
        Ok(Self {
            process,
            worker,
            recorder: context.recorder.clone(),
        })
    }

    /// Its process ID.
    pub fn pid(&self) -> u32 {
        self.process.pid().unwrap_or_default()
    }

    /// Waits for the process to end, records that, and returns the exit code.
    ///
    /// # Errors
    /// If the system refuses to wait.
    pub fn join(&mut self) -> Result<Option<i32>, LabError> {
        self.process.join()?;
        let exitcode = self.process.exitcode();
        let usage = self.process.usage().map(exit_usage);
        self.recorder.emit(EventKind::WorkerExited {
            worker: self.worker,
            exitcode,
            usage: usage.map(Into::into),
        });
        Ok(exitcode)
    }

    /// The processor time of its whole life in seconds, once it has ended.
    pub fn cpu_s(&self) -> Option<f64> {
        Some(self.process.usage()?.cpu?.as_secs_f64())
    }

    /// The error when it stops responding. Reaps it, and describes how it ended.
    pub fn lost_error(&mut self, context: &DemoContext, error: &dyn Display) -> LabError {
        // After a stop every child process dies, which is not an error of this one.
        match context.check_stop().and_then(|()| self.join()) {
            Err(stopped) => stopped,
            Ok(exitcode) => LabError::Worker(format!(
                "{} (PID {}) ended early with exit code {}: {error}",
                self.process.name(),
                self.pid(),
                exitcode.map_or_else(|| "unknown".to_owned(), |code| code.to_string()),
            )),
        }
    }
}

fn exit_usage(usage: ExitUsage) -> ResourceUsage {
    ResourceUsage {
        cpu_s: usage.cpu.map(|cpu| cpu.as_secs_f64()),
        voluntary_switches: usage.voluntary_switches,
        involuntary_switches: usage.involuntary_switches,
        ..ResourceUsage::default()
    }
}

/// Lines that are about to be recorded.
#[derive(Clone)]
pub struct PendingOutput {
    recorder: Recorder,
    /// The lines that are held back; `None` after they were released.
    waiting: Arc<Mutex<Option<Vec<EventKind>>>>,
}

impl PendingOutput {
    /// Holds lines back until they are released.
    pub fn new(recorder: Recorder) -> Self {
        Self {
            recorder,
            waiting: Arc::new(Mutex::new(Some(Vec::new()))),
        }
    }

    /// Adds a line.
    pub fn push_line(&self, worker: WorkerId, stderr: bool, text: &str) {
        let line = EventKind::Output {
            worker,
            stderr,
            text: text.to_owned(),
        };
        match self.waiting.lock().as_mut() {
            Some(waiting) => waiting.push(line),
            None => self.recorder.emit(line),
        }
    }

    /// Records the lines that were held back; later lines are recorded at once.
    pub fn release_lines(&self) {
        let mut waiting = self.waiting.lock();
        for line in waiting.take().into_iter().flatten() {
            self.recorder.emit(line);
        }
    }
}

/// The workers of a pool as recorded. Each is recorded when it is first seen, in the pool's list or by a line
/// that it prints.
#[derive(Clone)]
pub struct PoolMembers {
    recorder: Recorder,
    known: Arc<Mutex<BTreeMap<u32, WorkerId>>>,
}

impl PoolMembers {
    /// No members yet.
    pub fn new(context: &DemoContext) -> Self {
        Self {
            recorder: context.recorder.clone(),
            known: Arc::default(),
        }
    }

    /// Records new workers in the pool's list. Returns the PIDs of all workers that the pool has had.
    pub fn record_workers(&self, pool: &Pool) -> Vec<u32> {
        let workers = pool.workers();
        for report in &workers {
            self.find_or_record(report.pid, &report.name, Some(report.startup));
        }
        workers.into_iter().map(|report| report.pid).collect()
    }

    /// Records how each worker ended, from the list of a pool that was joined.
    pub fn record_exits(&self, pool: &Pool) {
        for report in pool.workers() {
            let worker = self.find_or_record(report.pid, &report.name, Some(report.startup));
            let usage = ResourceUsage {
                tasks: report.tasks as u64,
                ..report.usage.map(exit_usage).unwrap_or_default()
            };
            self.recorder.emit(EventKind::WorkerExited {
                worker,
                exitcode: report.exit.map(ProcessExit::code),
                usage: Some(usage.into()),
            });
        }
    }

    /// Records a line that a worker printed.
    pub fn record_line(&self, line: &OutputLine) {
        let worker = self.find_or_record(line.pid, &line.process, None);
        self.recorder.emit(EventKind::Output {
            worker,
            stderr: line.stderr,
            text: line.text.clone(),
        });
    }

    fn find_or_record(&self, pid: u32, name: &str, startup: Option<Duration>) -> WorkerId {
        let mut known = self.known.lock();
        if let Some(&worker) = known.get(&pid) {
            return worker;
        }
        let worker = self.recorder.next_worker();
        self.recorder.emit(EventKind::WorkerStarted {
            worker,
            name: name.to_owned(),
            kind: WorkerKind::Process,
            backend: None,
            trial: None,
            pid,
            tid: measure::main_thread_tid(pid),
            ppid: Some(std::process::id()),
        });
        if let Some(startup) = startup {
            let startup_s = startup.as_secs_f64();
            self.recorder
                .emit(EventKind::WorkerReady { worker, startup_s });
        }
        known.insert(pid, worker);
        worker
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_wait_until_their_worker_is_known() {
        let recorder = Recorder::new(None);
        let lines = PendingOutput::new(recorder.clone());
        lines.push_line(WorkerId(0), false, "early");
        assert!(recorder.events().is_empty());
        lines.release_lines();
        lines.push_line(WorkerId(0), true, "late");
        let texts: Vec<String> = recorder
            .events()
            .into_iter()
            .filter_map(|event| match event.what {
                EventKind::Output { text, .. } => Some(text),
                _ => None,
            })
            .collect();
        assert_eq!(texts, ["early", "late"]);
    }
}
