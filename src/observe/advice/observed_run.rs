//! What rules ask a recording: the facts that hooks told, in their order, and the processes with their names.

use std::collections::HashMap;

use crate::record::{Backend, Labels, Run, Value, Worker, WorkerKind};

/// The prefix of observations that hold what hooks told.
const PREFIX: &str = "fact.";

/// One fact.
#[derive(Debug, Clone, Copy)]
pub struct RecordedHookEvent<'a> {
    pub name: &'a str,
    pub at_ns: u64,
    labels: &'a Labels,
}

impl<'a> RecordedHookEvent<'a> {
    /// A field's text; empty where it is missing.
    pub fn text(&self, field: &str) -> &'a str {
        self.labels.get(field).map_or("", String::as_str)
    }

    /// A field's number.
    pub fn number<N: std::str::FromStr>(&self, field: &str) -> Option<N> {
        self.labels.get(field)?.parse().ok()
    }

    /// Whether a field is true.
    pub fn is_true(&self, field: &str) -> bool {
        self.text(field) == "true"
    }

    /// The process that told it.
    pub fn pid(&self) -> u32 {
        self.number("pid").unwrap_or_default()
    }

    /// The child that it is about.
    pub fn child(&self) -> u32 {
        self.number("child").unwrap_or_default()
    }
}

/// A recording, prepared for rules. What a program does after it was asked to end is not its own doing, so that it is no
/// ground for advice.
pub struct ObservedRun<'a> {
    pub run: Run<'a>,
    pub rows: Vec<RecordedHookEvent<'a>>,
    pub processes: Vec<Worker>,
    /// When it was asked to end, if it was.
    asked_ns: Option<u64>,
    names: HashMap<u32, String>,
    kinds: HashMap<u32, String>,
}

impl<'a> ObservedRun<'a> {
    /// Reads a recording once.
    pub fn from_run(run: Run<'a>) -> Self {
        let asked_s = run
            .last_observed("asked_to_end", &[])
            .and_then(|at| at.number());
        let asked_ns = asked_s.map(|seconds| (seconds * 1e9) as u64);
        let rows = run
            .events()
            .filter(|event| asked_ns.is_none_or(|asked| event.at_ns <= asked))
            .filter_map(|event| match &event.what {
                crate::record::EventKind::Observed { name, labels, .. } => {
                    Some(RecordedHookEvent {
                        name: name.strip_prefix(PREFIX)?,
                        at_ns: event.at_ns,
                        labels,
                    })
                }
                _ => None,
            })
            .collect();
        let mut processes = run.workers(Backend::Try);
        processes.retain(|worker| worker.kind != WorkerKind::Thread);
        let mut seen = Self {
            run,
            rows,
            processes,
            asked_ns,
            names: HashMap::new(),
            kinds: HashMap::new(),
        };
        seen.collect_names();
        seen
    }

    fn collect_names(&mut self) {
        for worker in &self.processes {
            self.names.insert(worker.pid, worker.name.clone());
            if worker.kind == WorkerKind::Main {
                self.kinds.insert(worker.pid, "main".to_owned());
            }
        }
        for row in self.rows.iter().filter(|row| row.name == "started") {
            self.names.insert(row.child(), row.text("name").to_owned());
            self.kinds.insert(row.child(), row.text("role").to_owned());
        }
        for process in self.run.observations("pid") {
            let Some(pid) = process.labels.get("pid").and_then(|pid| pid.parse().ok()) else {
                continue;
            };
            if let Some(kind) = process.labels.get("kind") {
                self.kinds.insert(pid, kind.clone());
            }
        }
    }

    /// The facts of that name.
    pub fn events_named<'s>(
        &'s self,
        name: &'s str,
    ) -> impl DoubleEndedIterator<Item = RecordedHookEvent<'a>> + 's {
        self.rows
            .iter()
            .copied()
            .filter(move |row| row.name == name)
    }

    /// The children that were started in that role, in order.
    pub fn children_started_as(&self, role: &str) -> Vec<RecordedHookEvent<'a>> {
        self.events_named("started")
            .filter(|row| row.text("role") == role)
            .collect()
    }

    /// `Process-1 (PID 123)`.
    pub fn process_name(&self, pid: u32) -> String {
        match self.names.get(&pid) {
            Some(name) => format!("{name} (PID {pid})"),
            None => format!("PID {pid}"),
        }
    }

    /// The same for several.
    pub fn process_names(&self, pids: impl IntoIterator<Item = u32>) -> Vec<String> {
        pids.into_iter().map(|pid| self.process_name(pid)).collect()
    }

    /// `main`, `child`, `pool`, `helper`, `program`.
    pub fn process_kind(&self, pid: u32) -> &str {
        self.kinds.get(&pid).map_or("", String::as_str)
    }

    /// The main process.
    pub fn main_process(&self) -> Option<&Worker> {
        self.processes
            .iter()
            .find(|worker| worker.kind == WorkerKind::Main)
    }

    /// The process of that number.
    pub fn find_process(&self, pid: u32) -> Option<&Worker> {
        self.processes.iter().find(|worker| worker.pid == pid)
    }

    /// How a process ended by itself: as the system told, or as its parent did.
    pub fn exitcode(&self, pid: u32) -> Option<i64> {
        let by_itself = |worker: &&Worker| {
            self.asked_ns
                .is_none_or(|asked| worker.exited_ns <= Some(asked))
        };
        let own = self
            .find_process(pid)
            .filter(by_itself)
            .and_then(|worker| worker.exitcode);
        let joined = || {
            let mut joins = self.events_named("joined").filter(|row| row.child() == pid);
            joins.find_map(|row| row.number("exitcode"))
        };
        own.map(i64::from).or_else(joined)
    }

    /// Whether the program was stopped at its time limit.
    pub fn timed_out(&self) -> bool {
        matches!(
            self.run.last_observed("timed_out", &[]),
            Some(Value::Flag(true))
        )
    }

    /// Whether the main program came to its end by itself, without an error.
    pub fn ended_well(&self) -> bool {
        let Some(main) = self.main_process() else {
            return false;
        };
        let uncaught = self
            .events_named("exiting")
            .any(|row| row.pid() == main.pid && !row.text("uncaught").is_empty());
        self.asked_ns.is_none() && !self.timed_out() && !uncaught && main.exitcode == Some(0)
    }

    /// When a process reached the end of its program.
    pub fn exit_time_ns(&self, pid: u32) -> Option<u64> {
        let mut all = self.events_named("exiting").filter(|row| row.pid() == pid);
        all.next().map(|row| row.at_ns)
    }

    /// Waits that never ended.
    pub fn open_waits(&self) -> Vec<RecordedHookEvent<'a>> {
        let is_over = |wait: &RecordedHookEvent<'_>| {
            self.events_named("waited")
                .any(|row| row.pid() == wait.pid() && row.text("wait") == wait.text("wait"))
        };
        self.events_named("waiting")
            .filter(|wait| !is_over(wait))
            .collect()
    }
}
