//! The hooks' reports, sorted by kind, for the rules.

use std::{
    collections::{HashMap, HashSet},
    ops::Deref,
};

use crate::record::{
    CopyChange, HookEvent, KeptMemory, MemoryChange, PickleFailure, PoolCall, PoolClosure,
    PoolCreation, PoolTasks, ProcessExit, ProcessJoin, ProcessStart, RaisedError, RandomDraw,
    RunCall, StartFailure, ThreadsLeft, UnlockedUpdate, UnseenError, WaitStart,
};

/// The data of one event, with its time and its process.
#[derive(Debug)]
pub struct RecordedHook<'a, T> {
    pub at_ns: u64,
    pub pid: u32,
    pub what: &'a T,
}

impl<T> Deref for RecordedHook<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.what
    }
}

/// The events of each kind, in their order.
#[derive(Debug, Default)]
pub struct RecordedHooks<'a> {
    pub all: Vec<RecordedHook<'a, HookEvent>>,
    pub starts: Vec<RecordedHook<'a, ProcessStart>>,
    pub start_failures: Vec<RecordedHook<'a, StartFailure>>,
    pub joins: Vec<RecordedHook<'a, ProcessJoin>>,
    pub run_calls: Vec<RecordedHook<'a, RunCall>>,
    pub pickle_failures: Vec<RecordedHook<'a, PickleFailure>>,
    pub pools: Vec<RecordedHook<'a, PoolCreation>>,
    pub pool_calls: Vec<RecordedHook<'a, PoolCall>>,
    /// Numbers of calls.
    pub finished_calls: Vec<RecordedHook<'a, u32>>,
    pub tasks: Vec<RecordedHook<'a, PoolTasks>>,
    pub waits: Vec<RecordedHook<'a, WaitStart>>,
    /// Numbers of waits.
    pub finished_waits: Vec<RecordedHook<'a, u32>>,
    pub exits: Vec<RecordedHook<'a, ProcessExit>>,
    /// When each process first reached the end of its main module.
    pub exit_times: HashMap<u32, u64>,
    /// The places in `joins` of the joins of each child.
    joins_by_child: HashMap<u32, Vec<usize>>,
    /// The place in `starts` of the first start of each child.
    starts_by_child: HashMap<u32, usize>,
    /// When which process noticed that a child had ended, for each child.
    ends_by_child: HashMap<u32, Vec<(u64, u32)>>,
    /// When each process took an answer, or finished another wait for other processes.
    messages: HashMap<u32, Vec<u64>>,
    /// When each process gave something to others after a change of shared memory.
    sendings: HashMap<u32, Vec<u64>>,
    /// Children whose end the program noticed in another way than by `join`.
    pub looked_at: HashSet<u32>,
    /// Children that the program knew to be running, or ended itself.
    pub checked: HashSet<u32>,
    /// When which process took an answer from a queue or a pipe.
    pub answers: Vec<(u64, u32)>,
    pub failures: Vec<RecordedHook<'a, RaisedError>>,
    pub unseen_errors: Vec<RecordedHook<'a, UnseenError>>,
    /// Methods of calls.
    pub late_requests: Vec<RecordedHook<'a, String>>,
    pub pool_closures: Vec<RecordedHook<'a, PoolClosure>>,
    pub updates: Vec<RecordedHook<'a, UnlockedUpdate>>,
    pub copy_changes: Vec<RecordedHook<'a, CopyChange>>,
    pub memory_changes: Vec<RecordedHook<'a, MemoryChange>>,
    pub kept_memory: Vec<RecordedHook<'a, KeptMemory>>,
    pub random_draws: Vec<RecordedHook<'a, RandomDraw>>,
    pub threads_left: Vec<RecordedHook<'a, ThreadsLeft>>,
    /// Variables of main modules.
    pub main_names: Vec<&'a str>,
    /// Daemons that were computing when their parents exited.
    pub busy_daemons: Vec<u32>,
    /// Names of daemon threads that were at work when their process exited.
    pub busy_daemon_threads: Vec<RecordedHook<'a, String>>,
}

impl<'a> RecordedHooks<'a> {
    /// Adds the next event.
    pub fn add(&mut self, at_ns: u64, pid: u32, event: &'a HookEvent) {
        let at = (at_ns, pid);
        self.all.push(at_moment(at, event));
        match event {
            HookEvent::Started(what) => {
                let known = self.starts_by_child.entry(what.child);
                known.or_insert(self.starts.len());
                self.starts.push(at_moment(at, what));
            }
            HookEvent::StartFailed(what) => self.start_failures.push(at_moment(at, what)),
            HookEvent::Joined(what) => {
                let known = self.joins_by_child.entry(what.child).or_default();
                known.push(self.joins.len());
                if what.ended {
                    self.ends_by_child.entry(what.child).or_default().push(at);
                }
                self.joins.push(at_moment(at, what));
            }
            HookEvent::RunCalled(what) => self.run_calls.push(at_moment(at, what)),
            HookEvent::PickleFailed(what) => self.pickle_failures.push(at_moment(at, what)),
            HookEvent::PoolCreated(what) => self.pools.push(at_moment(at, what)),
            HookEvent::PoolCall(what) => self.pool_calls.push(at_moment(at, what)),
            HookEvent::PoolDone { call } => self.finished_calls.push(at_moment(at, call)),
            HookEvent::Tasks(what) => self.tasks.push(at_moment(at, what)),
            HookEvent::Waiting(what) => self.waits.push(at_moment(at, what)),
            HookEvent::Waited { wait } => self.finished_waits.push(at_moment(at, wait)),
            HookEvent::Exiting(what) => {
                self.exit_times.entry(pid).or_insert(at_ns);
                self.exits.push(at_moment(at, what));
            }
            HookEvent::Looked { child, .. } => {
                self.looked_at.insert(*child);
                self.ends_by_child.entry(*child).or_default().push(at);
            }
            HookEvent::Checked { child } => drop(self.checked.insert(*child)),
            HookEvent::AnswerTaken => {
                self.answers.push(at);
                self.messages.entry(pid).or_default().push(at_ns);
            }
            HookEvent::Sent => self.sendings.entry(pid).or_default().push(at_ns),
            HookEvent::Synchronized => self.messages.entry(pid).or_default().push(at_ns),
            HookEvent::Failed(what) => self.failures.push(at_moment(at, what)),
            HookEvent::ErrorUnseen(what) => self.unseen_errors.push(at_moment(at, what)),
            HookEvent::AskedTooLate { method } => self.late_requests.push(at_moment(at, method)),
            HookEvent::PoolClosed(what) => self.pool_closures.push(at_moment(at, what)),
            HookEvent::UnlockedUpdate(what) => self.updates.push(at_moment(at, what)),
            HookEvent::CopyChanged(what) => self.copy_changes.push(at_moment(at, what)),
            HookEvent::MemoryChanged(what) => self.memory_changes.push(at_moment(at, what)),
            HookEvent::MemoryKept(what) => self.kept_memory.push(at_moment(at, what)),
            HookEvent::RandomDrawn(what) => self.random_draws.push(at_moment(at, what)),
            HookEvent::ThreadsLeft(what) => self.threads_left.push(at_moment(at, what)),
            HookEvent::MainNames { names } => self.main_names.extend(names.split(',')),
            HookEvent::DaemonAtWork { child } => self.busy_daemons.push(*child),
            HookEvent::DaemonThreadsAtWork { names } => {
                self.busy_daemon_threads.push(at_moment(at, names));
            }
            _ => {}
        }
    }

    /// The start of a child, if the library made it.
    pub fn start_of(&self, child: u32) -> Option<&RecordedHook<'a, ProcessStart>> {
        Some(&self.starts[*self.starts_by_child.get(&child)?])
    }

    /// When which process noticed that this child had ended.
    pub fn noticed_ends(&self, child: u32) -> impl Iterator<Item = (u64, u32)> {
        self.ends_by_child
            .get(&child)
            .into_iter()
            .flatten()
            .copied()
    }

    /// When this process took an answer from a queue or a pipe, or finished another wait for other processes.
    pub fn message_times(&self, pid: u32) -> impl Iterator<Item = u64> {
        self.messages.get(&pid).into_iter().flatten().copied()
    }

    /// When this process gave something to others after a change of shared memory.
    pub fn sending_times(&self, pid: u32) -> impl Iterator<Item = u64> {
        self.sendings.get(&pid).into_iter().flatten().copied()
    }

    /// The joins of a child, in order.
    pub fn joins_of(&self, child: u32) -> impl Iterator<Item = &RecordedHook<'a, ProcessJoin>> {
        let places = self.joins_by_child.get(&child).into_iter().flatten();
        places.map(|place| &self.joins[*place])
    }
}

fn at_moment<T>((at_ns, pid): (u64, u32), what: &T) -> RecordedHook<'_, T> {
    RecordedHook { at_ns, pid, what }
}
