//! The record of each process of a watched program, from the polls and from its hooks.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use crate::{
    measure::{ProcessState, ThreadState},
    record::WorkerId,
};

/// The most processes with a record of their own; further ones are only counted, and ended.
const MOST_PROCESSES: usize = 5_000;

/// The most threads of one process with a record of their own.
const MOST_THREADS: usize = 500;

/// The system counts the start of a process in steps of this length.
const CLOCK_STEP_NS: u64 = 10_000_000;

/// The part that a process has in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessKind {
    /// The process that was started first.
    Main,
    /// A `multiprocessing.Process`.
    Child,
    /// A worker of a pool or an executor.
    Pool,
    /// A process of Python's own: a fork server, a resource tracker.
    Helper,
    /// A child of `os.fork`, which the program called itself.
    Fork,
    /// Any other program.
    Program,
}

impl ProcessKind {
    /// The kind's name in facts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Child => "child",
            Self::Pool => "pool",
            Self::Helper => "helper",
            Self::Fork => "fork",
            Self::Program => "program",
        }
    }

    /// The kind with this role in the hooks' messages.
    pub fn from_role(role: &str) -> Self {
        match role {
            "child" => Self::Child,
            "pool" => Self::Pool,
            "helper" => Self::Helper,
            "fork" => Self::Fork,
            _ => Self::Program,
        }
    }
}

/// The processor time of a thread, and when it last ran or was ready to.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreadClock {
    cpu: Option<Duration>,
    pub ran_ns: u64,
    /// Until then what the thread runs is our doing, and does not count.
    pub ignored_until_ns: u64,
}

impl ThreadClock {
    fn record_cpu(&mut self, cpu: Option<Duration>, is_runnable: bool, at_ns: u64) {
        // On a busy machine a thread may be ready for long before it gets a core.
        if (cpu != self.cpu || is_runnable) && at_ns >= self.ignored_until_ns {
            self.ran_ns = at_ns;
        }
        self.cpu = cpu;
    }
}

/// A thread other than its process's first.
#[derive(Debug, Clone, Default)]
pub struct ObservedThread {
    pub clock: ThreadClock,
    /// The name from the hooks, or else from the system.
    pub name: String,
    /// Whether the thread is Python's own, as the hooks reported it; `None` without a report.
    pub reported_internal: Option<bool>,
    pub first_ns: u64,
    pub last_ns: u64,
    pub ended_ns: Option<u64>,
    pub cpu: Option<Duration>,
    /// How long it was ready to run while no core was free for it; from the hooks.
    pub run_queue: Option<Duration>,
    /// How often it gave its core up by itself; from the hooks.
    pub voluntary_switches: Option<u64>,
    pub cores: BTreeSet<u32>,
    pub worker: Option<WorkerId>,
}

impl ObservedThread {
    /// Whether the thread is not one of the program's own.
    pub fn is_internal(&self) -> bool {
        self.reported_internal == Some(true)
    }
}

/// A process of the program. All times are nanoseconds since the recording began.
#[derive(Debug, Clone)]
pub struct ObservedProcess {
    pub pid: u32,
    pub parent: Option<u32>,
    /// The start time by the system's count, which identifies the process where a PID is given again.
    pub began: Option<u64>,
    /// The process group and the session at the last poll.
    pub group: Option<u32>,
    pub session: Option<u32>,
    /// The system's name of the program that runs in it.
    pub command: Option<String>,
    pub kind: ProcessKind,
    /// Whether the hooks have reported its kind.
    pub is_told: bool,
    /// Whether a Python with our hooks runs in it.
    pub has_hooks: bool,
    /// Whether its Python had the GIL enabled at the last report.
    pub gil: Option<bool>,
    /// The name of the `Process` in Python.
    pub name: Option<String>,
    /// The start method, once Python reported it.
    pub method: Option<String>,
    /// Whether the program itself joined the process.
    pub joined: bool,
    /// The first and the last moment at which the process certainly ran.
    pub first_ns: u64,
    pub last_ns: u64,
    /// When its end was noticed.
    pub gone_ns: Option<u64>,
    /// When its parent had joined it.
    pub joined_ns: Option<u64>,
    /// Processor time at the last poll, or as reported at its end. It includes the time before the worker became the
    /// program.
    pub cpu: Option<Duration>,
    /// Processor time before the worker became the program.
    pub cpu_before: Duration,
    pub cores: BTreeSet<u32>,
    /// The highest memory seen, shared pages counted in full.
    pub peak: Option<u64>,
    /// How long its threads and coroutines asked to sleep, in nanoseconds, summed up.
    pub slept_ns: u64,
    /// The highest private memory seen.
    pub private: Option<u64>,
    pub exitcode: Option<i32>,
    pub threads: BTreeMap<u32, ObservedThread>,
    /// When its first thread last ran.
    pub first_clock: ThreadClock,
    /// How many times its threads were sampled; `None` where it must not be asked.
    pub samples: Option<u32>,
    pub tasks: Option<u64>,
    pub worker: Option<WorkerId>,
    /// The number of lines on standard output and standard error.
    pub lines: [usize; 2],
}

impl ObservedProcess {
    fn new(pid: u32, at_ns: u64) -> Self {
        Self {
            pid,
            parent: None,
            began: None,
            group: None,
            session: None,
            command: None,
            kind: ProcessKind::Program,
            is_told: false,
            has_hooks: false,
            gil: None,
            name: None,
            method: None,
            joined: false,
            first_ns: at_ns,
            last_ns: at_ns,
            gone_ns: None,
            joined_ns: None,
            cpu: None,
            cpu_before: Duration::ZERO,
            cores: BTreeSet::new(),
            peak: None,
            slept_ns: 0,
            private: None,
            exitcode: None,
            threads: BTreeMap::new(),
            first_clock: ThreadClock {
                ran_ns: at_ns,
                ..ThreadClock::default()
            },
            samples: Some(0),
            tasks: None,
            worker: None,
            lines: [0; 2],
        }
    }

    /// The name for tables and messages.
    pub fn display_name(&self) -> &str {
        let name = self.name.as_deref().or(self.command.as_deref());
        name.unwrap_or("?")
    }

    /// Whether Python reported the start of the process.
    pub fn was_started(&self) -> bool {
        self.method.is_some()
    }

    /// Processor seconds without those from before the worker became the program.
    pub fn cpu_s(&self) -> Option<f64> {
        Some(self.cpu?.saturating_sub(self.cpu_before).as_secs_f64())
    }

    /// Whether it left the program's session on purpose, as a daemon does.
    pub fn is_detached(&self, session: Option<u32>) -> bool {
        self.session.is_some() && self.session != session && self.kind != ProcessKind::Helper
    }

    /// The time of its end, as exactly as possible.
    pub fn end_ns(&self) -> Option<u64> {
        let noticed = self.gone_ns?;
        let joined = self.joined_ns.unwrap_or(noticed);
        Some(noticed.min(joined).max(self.last_ns))
    }

    /// Whether its end has not been noticed.
    pub fn is_alive(&self) -> bool {
        self.gone_ns.is_none()
    }

    /// Whether its threads can be sampled.
    pub fn can_be_sampled(&self) -> bool {
        let is_there = self.is_alive() && self.has_hooks;
        is_there && self.samples.is_some() && self.kind != ProcessKind::Helper
    }

    /// When a thread last ran, as far as the polls tell.
    pub fn last_run_ns(&self, tid: u32) -> Option<u64> {
        if tid == self.pid {
            return Some(self.first_clock.ran_ns);
        }
        Some(self.threads.get(&tid)?.clock.ran_ns)
    }

    /// When any of its threads last ran.
    pub fn any_run_ns(&self) -> u64 {
        let others = self
            .threads
            .values()
            .filter(|thread| thread.ended_ns.is_none());
        let last = others.map(|thread| thread.clock.ran_ns).max();
        last.max(Some(self.first_clock.ran_ns)).unwrap_or_default()
    }

    /// Extends the lifetime to a moment at which the process certainly ran.
    pub fn extend_lifetime(&mut self, at_ns: u64) {
        self.first_ns = self.first_ns.min(at_ns);
        self.last_ns = self.last_ns.max(at_ns);
    }

    /// Records the state that a poll has read.
    fn record_state(&mut self, state: &ProcessState, epoch_ns: u64, at_ns: u64) {
        self.extend_lifetime(at_ns);
        // The main process becomes the program only some time after its start.
        if let Some(started) = state.started_ns.filter(|_| self.kind != ProcessKind::Main) {
            self.first_ns = self.first_ns.min(started.saturating_sub(epoch_ns));
        }
        // An orphan gets a new parent: the first one counts, and we are not a parent in the program.
        if self.parent.is_none() && state.parent != std::process::id() {
            self.parent = Some(state.parent);
        }
        self.began = Some(state.began);
        (self.group, self.session) = (state.group, state.session);
        // The name of the main process was set at its start.
        if self.kind != ProcessKind::Main {
            self.command = Some(state.name.clone());
        }
        let has_run = state.cpu != self.cpu || self.cores.is_empty();
        if state.threads <= 1 {
            self.first_clock
                .record_cpu(state.cpu, state.is_runnable, at_ns);
        }
        if let Some(core) = state.core.filter(|_| has_run) {
            self.cores.insert(core);
        }
        self.cpu = self.cpu.max(state.cpu);
    }

    /// Records the state of one of its threads.
    pub fn record_thread_state(&mut self, state: &ThreadState, at_ns: u64) {
        if state.tid == self.pid {
            self.first_clock
                .record_cpu(state.cpu, state.is_runnable, at_ns);
            return;
        }
        if !self.threads.contains_key(&state.tid) && self.threads.len() >= MOST_THREADS {
            return;
        }
        let thread = self
            .threads
            .entry(state.tid)
            .or_insert_with(|| ObservedThread {
                first_ns: at_ns,
                ..ObservedThread::default()
            });
        thread.last_ns = thread.last_ns.max(at_ns);
        thread.clock.record_cpu(state.cpu, state.is_runnable, at_ns);
        if thread.reported_internal.is_none() {
            thread.name.clone_from(&state.name);
        }
        if let Some(core) = state.core.filter(|_| state.cpu != thread.cpu) {
            thread.cores.insert(core);
            self.cores.insert(core);
        }
        thread.cpu = thread.cpu.max(state.cpu);
    }

    /// Records the start of a thread, as Python reported it.
    pub fn record_thread_start(&mut self, tid: u32, name: &str, internal: bool, at_ns: u64) {
        if self.threads.len() >= MOST_THREADS && !self.threads.contains_key(&tid) {
            return;
        }
        // Thread IDs are given again: a state that was polled before the start was reported belongs to this thread.
        let seen = self.threads.remove(&tid);
        let seen =
            seen.filter(|thread| thread.reported_internal.is_none() && thread.ended_ns.is_none());
        let mut thread = seen.unwrap_or_default();
        name.clone_into(&mut thread.name);
        thread.reported_internal = Some(internal);
        thread.clock.ran_ns = thread.clock.ran_ns.max(at_ns);
        thread.first_ns = at_ns;
        thread.last_ns = thread.last_ns.max(at_ns);
        self.threads.insert(tid, thread);
    }

    /// Marks the process and its threads as ended.
    fn mark_ended(&mut self, at_ns: u64) {
        self.gone_ns.get_or_insert(at_ns);
        for thread in self.threads.values_mut() {
            let last = thread.last_ns;
            thread.ended_ns.get_or_insert(last);
        }
    }
}

/// All processes of a program.
#[derive(Debug, Default)]
pub struct ProcessTable {
    /// The start of the recording on the system's clock.
    epoch_ns: u64,
    all: Vec<ObservedProcess>,
    /// The place in `all` of the process that has this PID now.
    current: HashMap<u32, usize>,
    /// The number of processes for which there was no room.
    pub missed: usize,
}

impl ProcessTable {
    /// An empty table of a recording that began then, on the system's clock.
    pub fn starting_at(epoch_ns: u64) -> Self {
        Self {
            epoch_ns,
            ..Self::default()
        }
    }

    /// All processes, in the order in which they were found.
    pub fn all(&self) -> &[ObservedProcess] {
        &self.all
    }

    /// All processes, to update them.
    pub fn all_mut(&mut self) -> &mut [ObservedProcess] {
        &mut self.all
    }

    /// The process that has this PID now, or had it last.
    pub fn get(&self, pid: u32) -> Option<&ObservedProcess> {
        self.all.get(*self.current.get(&pid)?)
    }

    /// The same, to update it.
    pub fn get_mut(&mut self, pid: u32) -> Option<&mut ObservedProcess> {
        self.all.get_mut(*self.current.get(&pid)?)
    }

    /// The place of that process in `all`.
    pub fn index_of(&self, pid: u32) -> Option<usize> {
        self.current.get(&pid).copied()
    }

    /// The processes that have not ended.
    pub fn living(&self) -> impl Iterator<Item = &ObservedProcess> {
        self.all.iter().filter(|process| process.is_alive())
    }

    /// Their PIDs.
    pub fn living_pids(&self) -> Vec<u32> {
        self.living().map(|process| process.pid).collect()
    }

    /// The process that sent a message at that time; it is added if it is new.
    pub fn find_or_add(&mut self, pid: u32, at_ns: u64) -> Option<&mut ObservedProcess> {
        // A message from before the noticed end belongs to the ended process; a later one to a new process with its
        // PID.
        let is_over = |process: &ObservedProcess| process.gone_ns.is_some_and(|gone| gone < at_ns);
        let place = match self
            .index_of(pid)
            .filter(|&place| !is_over(&self.all[place]))
        {
            Some(place) => place,
            None => self.add_process(pid, at_ns)?,
        };
        let process = &mut self.all[place];
        process.extend_lifetime(at_ns);
        Some(process)
    }

    /// Records a polled state. `None` if there is no room for a new process.
    pub fn record_state(
        &mut self,
        state: &ProcessState,
        at_ns: u64,
    ) -> Option<&mut ObservedProcess> {
        let is_other =
            |process: &ObservedProcess| process.began.is_some_and(|began| began != state.began);
        let known = self.index_of(state.pid).filter(|&place| {
            let process = &self.all[place];
            !is_other(process) && (process.is_alive() || process.began.is_some())
        });
        if let Some(place) = self.index_of(state.pid).filter(|_| known.is_none()) {
            self.all[place].mark_ended(at_ns);
        }
        let place = match known {
            Some(place) => place,
            None => self.add_process(state.pid, at_ns)?,
        };
        let epoch_ns = self.epoch_ns;
        let process = &mut self.all[place];
        // A zombie still has a state, but no longer runs.
        if process.is_alive() {
            process.record_state(state, epoch_ns, at_ns);
        }
        Some(process)
    }

    /// Marks the process as ended.
    pub fn mark_gone(&mut self, pid: u32, at_ns: u64) {
        if let Some(process) = self.get_mut(pid) {
            process.mark_ended(at_ns);
        }
    }

    /// Records the exit code of the only command that this process can have started and waited for in that time.
    pub fn record_command_end(&mut self, parent: u32, from_ns: u64, to_ns: u64, exitcode: i32) {
        let from_ns = from_ns.saturating_sub(CLOCK_STEP_NS);
        let is_it = |process: &&mut ObservedProcess| {
            process.parent == Some(parent)
                && process.kind == ProcessKind::Program
                && process.exitcode.is_none()
                && (from_ns..=to_ns).contains(&process.first_ns)
        };
        let mut commands = self.all.iter_mut().filter(is_it);
        if let (Some(only), None) = (commands.next(), commands.next()) {
            only.exitcode = Some(exitcode);
            only.joined_ns.get_or_insert(to_ns);
        }
    }

    fn add_process(&mut self, pid: u32, at_ns: u64) -> Option<usize> {
        if self.all.len() >= MOST_PROCESSES {
            self.missed += 1;
            return None;
        }
        self.all.push(ObservedProcess::new(pid, at_ns));
        self.current.insert(pid, self.all.len() - 1);
        Some(self.all.len() - 1)
    }
}

#[cfg(test)]
mod tests;
