//! The data that rules query: the hooks' reports in order, and the processes with their names.

use std::collections::HashMap;

use super::recorded_hooks::{RecordedHook, RecordedHooks};
use crate::{
    observe::waits::ProgramWaits,
    record::{
        Backend, EventKind, HookEvent, ProcessStart, Run, UnseenError, Value, WaitStart, Worker,
        WorkerKind,
    },
};

/// A recording, prepared for rules. What a program does after it was asked to end does not count for advice.
pub struct ObservedRun<'a> {
    pub run: Run<'a>,
    pub hooks: RecordedHooks<'a>,
    pub processes: Vec<Worker>,
    /// Where its threads waited when it was asked to end.
    pub waits: Option<ProgramWaits<'a>>,
    /// When the program was asked to end, if it was.
    asked_ns: Option<u64>,
    names: HashMap<u32, String>,
    kinds: HashMap<u32, String>,
    /// Whether the program was stopped at its time limit.
    timed_out: bool,
    /// The place in `processes` of the first process with each PID.
    places: HashMap<u32, usize>,
}

impl<'a> ObservedRun<'a> {
    /// Prepares a recording.
    pub fn from_run(run: Run<'a>) -> Self {
        let asked_s = run
            .last_observed("asked_to_end", &[])
            .and_then(|at| at.number());
        let asked_ns = asked_s.map(|seconds| (seconds * 1e9) as u64);
        let mut hooks = RecordedHooks::default();
        for event in run.events() {
            if let EventKind::Hook { pid, what } = &event.what
                && asked_ns.is_none_or(|asked| event.at_ns <= asked)
            {
                hooks.add(event.at_ns, *pid, what);
            }
        }
        let mut processes = run.workers(Backend::Try);
        processes.retain(|worker| worker.kind != WorkerKind::Thread);
        let mut seen = Self {
            run,
            hooks,
            processes,
            waits: ProgramWaits::from_run(&run),
            asked_ns,
            names: HashMap::new(),
            kinds: HashMap::new(),
            timed_out: matches!(run.last_observed("timed_out", &[]), Some(Value::Flag(true))),
            places: HashMap::new(),
        };
        seen.collect_names();
        seen
    }

    fn collect_names(&mut self) {
        for (place, worker) in self.processes.iter().enumerate() {
            self.places.entry(worker.pid).or_insert(place);
            self.names.insert(worker.pid, worker.name.clone());
            if worker.kind == WorkerKind::Main {
                self.kinds.insert(worker.pid, "main".to_owned());
            }
        }
        for start in &self.hooks.starts {
            self.names.insert(start.child, start.name.clone());
            self.kinds.insert(start.child, start.role.clone());
        }
        for process in self.run.observations("pid") {
            let Value::Pid(pid) = *process.value else {
                continue;
            };
            if let Some(kind) = process.labels.get("kind") {
                self.kinds.insert(pid, kind.to_owned());
            }
        }
    }

    /// The children that were started in that role, in order.
    pub fn children_started_as(&self, role: &str) -> Vec<&RecordedHook<'a, ProcessStart>> {
        let starts = self.hooks.starts.iter();
        starts.filter(|start| start.role == role).collect()
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

    /// The name of the first thread with that ID.
    pub fn thread_name(&self, pid: u32, tid: u32) -> Option<&'a str> {
        let mut hooks = self.hooks.all.iter();
        hooks.find_map(|hook| match hook.what {
            HookEvent::ThreadStarted(thread) if hook.pid == pid && thread.tid == tid => {
                Some(thread.name.as_str())
            }
            _ => None,
        })
    }

    /// Whether that thread was started without a function to run.
    pub fn has_no_target(&self, pid: u32, thread: Option<&str>) -> bool {
        self.hooks.all.iter().any(|hook| match hook.what {
            HookEvent::ThreadStarted(start) => {
                hook.pid == pid && start.has_no_target && Some(start.name.as_str()) == thread
            }
            _ => false,
        })
    }

    /// The main process.
    pub fn main_process(&self) -> Option<&Worker> {
        self.processes
            .iter()
            .find(|worker| worker.kind == WorkerKind::Main)
    }

    /// The process with that PID.
    pub fn find_process(&self, pid: u32) -> Option<&Worker> {
        self.processes.get(*self.places.get(&pid)?)
    }

    /// The exit code of a process that ended by itself, from the system or from its parent.
    pub fn exitcode(&self, pid: u32) -> Option<i32> {
        let by_itself = |worker: &&Worker| {
            self.asked_ns
                .is_none_or(|asked| worker.exited_ns <= Some(asked))
        };
        let own = self
            .find_process(pid)
            .filter(by_itself)
            .and_then(|worker| worker.exitcode);
        let joined = || {
            let mut joins = self.hooks.joins_of(pid);
            joins.find_map(|join| join.exitcode)
        };
        own.or_else(joined)
    }

    /// Whether the program was stopped at its time limit.
    pub fn timed_out(&self) -> bool {
        self.timed_out
    }

    /// Whether it did not end by itself: its time limit or Ctrl-C ended it.
    pub fn was_stopped(&self) -> bool {
        self.timed_out() || self.asked_ns.is_some()
    }

    /// The waits of a program in which nothing can ever move: all threads of all its processes wait for one another.
    pub fn standstill(&self) -> Option<&ProgramWaits<'a>> {
        let waits = self.waits.as_ref()?;
        let is_living = |worker: &&Worker| {
            let ended_ns = worker.exited_ns.unwrap_or(u64::MAX);
            ended_ns > self.asked_ns.unwrap_or_default()
        };
        let living = self.processes.iter().filter(is_living);
        let workers = living.filter(|worker| self.process_kind(worker.pid) != "helper");
        waits
            .is_at_rest(workers.map(|worker| worker.pid))
            .then_some(waits)
    }

    /// Whether the main program ended by itself, without an error.
    pub fn ended_well(&self) -> bool {
        let Some(main) = self.main_process() else {
            return false;
        };
        let mut exits = self.hooks.exits.iter();
        let uncaught = exits.any(|exit| exit.pid == main.pid && exit.uncaught.is_some());
        self.asked_ns.is_none() && !self.timed_out() && !uncaught && main.exitcode == Some(0)
    }

    /// Whether the main program came to its end, or to a `sys.exit`, without an exception.
    pub fn ended_by_itself(&self) -> bool {
        let Some(main) = self.main_process() else {
            return false;
        };
        let mut exits = self.hooks.exits.iter();
        let ended = exits.any(|exit| exit.pid == main.pid && exit.uncaught.is_none());
        ended && self.asked_ns.is_none() && !self.timed_out()
    }

    /// Whether the program failed or was stopped, as far as that is known.
    pub fn has_failed(&self) -> bool {
        let uncaught = self.hooks.exits.iter().any(|exit| exit.uncaught.is_some());
        let exitcode = self.main_process().and_then(|main| main.exitcode);
        uncaught
            || exitcode.is_some_and(|code| code != 0)
            || self.timed_out()
            || self.asked_ns.is_some()
    }

    /// Results that are errors the program did not ask for: the last report of each call that has any.
    pub fn unseen_errors(&self) -> Vec<&RecordedHook<'a, UnseenError>> {
        let all = &self.hooks.unseen_errors;
        let is_last = |at: usize| {
            let (one, mut later) = (&all[at], all[at + 1..].iter());
            !later.any(|other| other.pid == one.pid && other.call == one.call)
        };
        let last = (0..all.len()).filter(|at| is_last(*at)).map(|at| &all[at]);
        last.filter(|errors| errors.failed > 0).collect()
    }

    /// Whether a line on standard error names that exception.
    pub fn is_printed(&self, error: &str) -> bool {
        let mut lines = self.processes.iter().flat_map(|worker| &worker.output);
        lines.any(|line| line.stderr && line.text.contains(error))
    }

    /// When a process reached the end of its program.
    pub fn exit_time_ns(&self, pid: u32) -> Option<u64> {
        self.hooks.exit_times.get(&pid).copied()
    }

    /// The waits that never ended.
    pub fn open_waits(&self) -> Vec<&RecordedHook<'a, WaitStart>> {
        let is_over = |wait: &RecordedHook<'_, WaitStart>| {
            let mut finished = self.hooks.finished_waits.iter();
            finished.any(|of| of.pid == wait.pid && **of == wait.wait)
        };
        let waits = self.hooks.waits.iter();
        waits.filter(|wait| !is_over(wait)).collect()
    }
}
