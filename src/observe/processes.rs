//! What is known of each process of a watched program, from those who saw it and from what it told itself.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use crate::{
    measure::{ProcessState, ThreadState},
    record::WorkerId,
};

/// So many processes are told apart; more are only counted, and ended.
const MOST_LIVES: usize = 5_000;

/// So many threads of one process are told apart.
const MOST_THREADS: usize = 500;

/// What a process is to the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessKind {
    /// The one that was started first.
    Main,
    /// A `Process` of Python's.
    Child,
    /// A worker of a pool or an executor.
    Pool,
    /// Python's own: a fork server, a resource tracker.
    Helper,
    /// Any other.
    Program,
}

impl ProcessKind {
    /// Its name in facts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Child => "child",
            Self::Pool => "pool",
            Self::Helper => "helper",
            Self::Program => "program",
        }
    }

    /// The kind that hooks call so.
    pub fn from_role(role: &str) -> Self {
        match role {
            "child" => Self::Child,
            "pool" => Self::Pool,
            "helper" => Self::Helper,
            _ => Self::Program,
        }
    }
}

/// A thread other than its process's first.
#[derive(Debug, Clone, Default)]
pub struct ObservedThread {
    /// Its name: that of the hooks, or the system's.
    pub name: String,
    /// Whether hooks told of it, and then whether it is Python's own.
    pub told: Option<bool>,
    pub first_ns: u64,
    pub last_ns: u64,
    pub ended_ns: Option<u64>,
    pub cpu: Option<Duration>,
    pub cores: BTreeSet<u32>,
    pub worker: Option<WorkerId>,
}

impl ObservedThread {
    /// Whether it is none of the program's doing.
    pub fn is_internal(&self) -> bool {
        self.told == Some(true)
    }
}

/// A process. All times are nanoseconds since the recording began.
#[derive(Debug, Clone)]
pub struct ObservedProcess {
    pub pid: u32,
    pub parent: Option<u32>,
    /// The system's mark of this very process.
    pub began: Option<u64>,
    /// Its group and session, as last seen.
    pub group: Option<u32>,
    pub session: Option<u32>,
    /// What the system calls the program that it runs.
    pub command: Option<String>,
    pub kind: ProcessKind,
    /// Whether Python itself told what it is.
    pub is_told: bool,
    /// Whether a Python with hooks runs in it.
    pub has_hooks: bool,
    /// Whether its Python had its GIL on when that was asked last.
    pub gil: Option<bool>,
    /// Python's name of it.
    pub name: Option<String>,
    /// How Python started it, once it reported that.
    pub method: Option<String>,
    /// Whether the program itself joined it.
    pub joined: bool,
    /// The first and the last moment at which it certainly lived.
    pub first_ns: u64,
    pub last_ns: u64,
    /// When its end was noticed.
    pub gone_ns: Option<u64>,
    /// When its parent had joined it.
    pub joined_ns: Option<u64>,
    /// Processor time as last seen, or as it told at its end; what was used before it was the program's, included.
    pub cpu: Option<Duration>,
    /// Processor time before it was the program's.
    pub cpu_before: Duration,
    pub cores: BTreeSet<u32>,
    /// The most memory seen, shared pages counted in full.
    pub peak: Option<u64>,
    /// The most memory of its own that was seen.
    pub private: Option<u64>,
    pub exitcode: Option<i32>,
    pub threads: BTreeMap<u32, ObservedThread>,
    pub tasks: Option<u64>,
    pub worker: Option<WorkerId>,
    /// Lines on standard output and standard error.
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
            private: None,
            exitcode: None,
            threads: BTreeMap::new(),
            tasks: None,
            worker: None,
            lines: [0; 2],
        }
    }

    /// What it is called.
    pub fn display_name(&self) -> &str {
        let name = self.name.as_deref().or(self.command.as_deref());
        name.unwrap_or("?")
    }

    /// Whether Python reported its start.
    pub fn was_started(&self) -> bool {
        self.method.is_some()
    }

    /// Processor seconds of the program's own.
    pub fn cpu_s(&self) -> Option<f64> {
        Some(self.cpu?.saturating_sub(self.cpu_before).as_secs_f64())
    }

    /// When it ended, as near as it is known.
    pub fn end_ns(&self) -> Option<u64> {
        let noticed = self.gone_ns?;
        let joined = self.joined_ns.unwrap_or(noticed);
        Some(noticed.min(joined).max(self.last_ns))
    }

    /// A moment at which it certainly lived.
    pub fn extend_lifetime(&mut self, at_ns: u64) {
        self.first_ns = self.first_ns.min(at_ns);
        self.last_ns = self.last_ns.max(at_ns);
    }

    /// Somebody saw it.
    fn record_state(&mut self, state: &ProcessState, at_ns: u64) {
        self.extend_lifetime(at_ns);
        // Once its parent has gone it has another: the first one counts, and we are nobody's.
        if self.parent.is_none() && state.parent != std::process::id() {
            self.parent = Some(state.parent);
        }
        self.began = Some(state.began);
        (self.group, self.session) = (state.group, state.session);
        // What the main one is called was said at its start.
        if self.kind != ProcessKind::Main {
            self.command = Some(state.name.clone());
        }
        let has_run = state.cpu != self.cpu || self.cores.is_empty();
        if let Some(core) = state.core.filter(|_| has_run) {
            self.cores.insert(core);
        }
        self.cpu = self.cpu.max(state.cpu);
    }

    /// A thread of it was seen.
    pub fn record_thread_state(&mut self, state: &ThreadState, at_ns: u64) {
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
        if thread.told.is_none() {
            thread.name.clone_from(&state.name);
        }
        if let Some(core) = state.core.filter(|_| state.cpu != thread.cpu) {
            thread.cores.insert(core);
            self.cores.insert(core);
        }
        thread.cpu = thread.cpu.max(state.cpu);
    }

    /// Python told of a thread's start.
    pub fn record_thread_start(&mut self, tid: u32, name: &str, internal: bool, at_ns: u64) {
        if self.threads.len() >= MOST_THREADS && !self.threads.contains_key(&tid) {
            return;
        }
        // Numbers are given again: what was seen of this one before its start was told is its own.
        let seen = self.threads.remove(&tid);
        let seen = seen.filter(|thread| thread.told.is_none() && thread.ended_ns.is_none());
        let mut thread = seen.unwrap_or_default();
        name.clone_into(&mut thread.name);
        thread.told = Some(internal);
        thread.first_ns = at_ns;
        thread.last_ns = thread.last_ns.max(at_ns);
        self.threads.insert(tid, thread);
    }

    /// It has ended.
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
    all: Vec<ObservedProcess>,
    /// Which of them has a number now.
    current: HashMap<u32, usize>,
    /// The number of processes for which there was no room.
    pub missed: usize,
}

impl ProcessTable {
    /// All, in the order in which they became known.
    pub fn all(&self) -> &[ObservedProcess] {
        &self.all
    }

    /// All, to add to what is known.
    pub fn all_mut(&mut self) -> &mut [ObservedProcess] {
        &mut self.all
    }

    /// The one that has this number now, or had it last.
    pub fn get(&self, pid: u32) -> Option<&ObservedProcess> {
        self.all.get(*self.current.get(&pid)?)
    }

    /// The same, to add to what is known.
    pub fn get_mut(&mut self, pid: u32) -> Option<&mut ObservedProcess> {
        self.all.get_mut(*self.current.get(&pid)?)
    }

    /// The place of that process in `all`.
    pub fn index_of(&self, pid: u32) -> Option<usize> {
        self.current.get(&pid).copied()
    }

    /// The numbers of those who have not ended.
    pub fn living_pids(&self) -> Vec<u32> {
        let living = self.all.iter().filter(|life| life.gone_ns.is_none());
        living.map(|life| life.pid).collect()
    }

    /// The one that told something at that time; made known if it is not.
    pub fn find_or_add(&mut self, pid: u32, at_ns: u64) -> Option<&mut ObservedProcess> {
        // What was told before its end was noticed is its own; a later one is another with its number.
        let is_over = |life: &ObservedProcess| life.gone_ns.is_some_and(|gone| gone < at_ns);
        let place = match self
            .index_of(pid)
            .filter(|&place| !is_over(&self.all[place]))
        {
            Some(place) => place,
            None => self.add_process(pid, at_ns)?,
        };
        let life = &mut self.all[place];
        life.extend_lifetime(at_ns);
        Some(life)
    }

    /// Somebody saw it at that time. `None` if it is none of those that are told apart.
    pub fn record_state(
        &mut self,
        state: &ProcessState,
        at_ns: u64,
    ) -> Option<&mut ObservedProcess> {
        let is_other =
            |life: &ObservedProcess| life.began.is_some_and(|began| began != state.began);
        let known = self.index_of(state.pid).filter(|&place| {
            let life = &self.all[place];
            !is_other(life) && (life.gone_ns.is_none() || life.began.is_some())
        });
        if let Some(place) = self.index_of(state.pid).filter(|_| known.is_none()) {
            self.all[place].mark_ended(at_ns);
        }
        let place = match known {
            Some(place) => place,
            None => self.add_process(state.pid, at_ns)?,
        };
        let life = &mut self.all[place];
        // One that has ended is still looked at, and no longer lives.
        if life.gone_ns.is_none() {
            life.record_state(state, at_ns);
        }
        Some(life)
    }

    /// It is no longer there, or has ended.
    pub fn mark_gone(&mut self, pid: u32, at_ns: u64) {
        if let Some(life) = self.get_mut(pid) {
            life.mark_ended(at_ns);
        }
    }

    fn add_process(&mut self, pid: u32, at_ns: u64) -> Option<usize> {
        if self.all.len() >= MOST_LIVES {
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
