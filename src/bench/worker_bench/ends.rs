//! The ends of workers: how they ended, and what is left to do then.

use std::time::Duration;

use super::{BenchThread, ProcessRole, WorkerBench, WorkerEnd, rows::describe_work};
use crate::{
    bench::{
        error::BenchError,
        history::BenchFact,
        status_page::ThreadOutcome,
        task::{HostOrder, WorkerPlace},
    },
    mp,
    record::Value,
};

impl WorkerBench {
    /// Collects a worker that has ended: its row is gone. A host whose threads are all collected ends.
    pub fn collect(&mut self, name: &str) -> Result<WorkerEnd, BenchError> {
        let end = self.describe_end(name)?;
        if let Some(at) = self.threads.iter().position(|thread| thread.name == name) {
            // If this fails, the row stays, and can be collected again.
            self.release_host(at)?;
            self.record_end(&end);
            self.threads.remove(at);
            return Ok(end);
        }
        let has_threads = self.threads.iter().any(|thread| thread.host == name);
        if let Some(process) = self.processes.iter_mut().find(|it| it.name == name) {
            process.process.join()?;
            if let ProcessRole::Host { is_joined, .. } = &mut process.role {
                *is_joined = true;
            }
        }
        self.record_end(&end);
        self.processes.retain(|it| it.name != name || has_threads);
        Ok(end)
    }

    fn record_end(&self, end: &WorkerEnd) {
        let name = end.name.as_str();
        if let Some(thread) = self.find_thread(name) {
            let outcome = match thread.page.outcome() {
                Some(ThreadOutcome::Returned) => "returned",
                Some(ThreadOutcome::Failed) => "failed",
                Some(ThreadOutcome::Panicked) => "panicked",
                None => "ended with its process",
            };
            self.history.add_exit(thread.id, None);
            self.history.add_fact(BenchFact {
                what: "thread_end",
                name,
                place: WorkerPlace::Thread,
                detail: Some(("how", outcome)),
                value: Value::text(outcome),
            });
        } else if let Some(process) = self.find_process(name) {
            self.history.add_exit(process.id, end.exitcode);
            let code = end.exitcode.unwrap_or_default();
            self.history.add_fact(BenchFact {
                what: "exitcode",
                name,
                place: WorkerPlace::Process,
                detail: Some(("code", &code.to_string())),
                value: Value::Count(code.into()),
            });
        }
    }

    /// How a worker that has ended did so.
    fn describe_end(&self, name: &str) -> Result<WorkerEnd, BenchError> {
        let (how, exitcode) = match (self.find_thread(name), self.find_process(name)) {
            (Some(thread), _) => (self.describe_thread_end(thread), None),
            (None, Some(process)) => {
                let code = process.process.exitcode();
                let how = code.map_or_else(|| "alive".to_owned(), describe_exitcode);
                (format!("{how}, {}", self.describe_process(process)), code)
            }
            (None, None) => return Err(BenchError::Unknown(name.to_owned())),
        };
        Ok(WorkerEnd {
            name: name.to_owned(),
            how,
            exitcode,
        })
    }

    fn describe_thread_end(&self, thread: &BenchThread) -> String {
        match thread.page.outcome() {
            Some(ThreadOutcome::Returned) => {
                let done = describe_work(thread.work, &thread.page);
                format!("its function returned, {done}")
            }
            Some(ThreadOutcome::Failed) => "its function failed".to_owned(),
            Some(ThreadOutcome::Panicked) => "it panicked".to_owned(),
            None => {
                let host = self.find_process(&thread.host);
                let code = host.and_then(|host| host.process.exitcode());
                let how = code.map_or_else(|| "gone".to_owned(), describe_exitcode);
                format!("its process {} ended, {how}", thread.host)
            }
        }
    }

    /// Ends the host of a thread that has ended, if it has no other threads.
    fn release_host(&mut self, thread: usize) -> Result<(), BenchError> {
        let name = self.threads[thread].host.clone();
        let mut threads = self.threads.iter().enumerate();
        if threads.any(|(at, other)| at != thread && other.host == name) {
            return Ok(());
        }
        let Some(host) = self.find_process(&name) else {
            return Ok(());
        };
        if host.process.has_ended() {
            self.processes
                .retain(|it| it.name != name || !it.is_joined_host());
            return Ok(());
        }
        if let ProcessRole::Host { orders, .. } = &host.role {
            // One that is stopped, or does not listen, is ended.
            let is_told = !self.is_stopped(&name) && orders.send(HostOrder::End).is_ok();
            if !is_told || !host.process.join_timeout(Duration::from_secs(1))? {
                host.process.kill()?;
                host.process.join()?;
            }
        }
        self.processes.retain(|it| it.name != name);
        Ok(())
    }

    /// Ends all workers at once and forgets them. Returns how many lived.
    pub fn clear(&mut self) -> usize {
        let living = self.living().len();
        for process in &self.processes {
            // One that has ended is as well as killed.
            let _ = process.process.kill().and_then(|()| process.process.join());
            self.history
                .add_exit(process.id, process.process.exitcode());
        }
        self.history.end();
        self.threads.clear();
        self.processes.clear();
        self.shared = None;
        living
    }
}

/// `exit code 0`, `exit code -9 (SIGKILL)`.
fn describe_exitcode(code: i32) -> String {
    match code
        .checked_neg()
        .filter(|signal| *signal > 0)
        .and_then(mp::signal_name)
    {
        Some(signal) => format!("exit code {code} ({signal})"),
        None => format!("exit code {code}"),
    }
}
