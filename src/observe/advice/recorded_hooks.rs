//! The hooks' reports, sorted by kind, for the rules.

use std::ops::Deref;

use crate::record::{
    Failure, HookEvent, PickleFailure, PoolCall, PoolClosure, PoolCreation, PoolTasks, ProcessExit,
    ProcessJoin, ProcessStart, RunCall, StartFailure, ThreadsLeft, UnlockedUpdate, UnseenError,
    WaitStart,
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
    /// Children whose end the program noticed in another way than by `join`.
    pub looked_at: Vec<u32>,
    /// Children that the program knew to be running, or ended itself.
    pub checked: Vec<u32>,
    /// When which process took an answer from a queue or a pipe.
    pub answers: Vec<(u64, u32)>,
    pub failures: Vec<RecordedHook<'a, Failure>>,
    pub unseen_errors: Vec<RecordedHook<'a, UnseenError>>,
    /// Methods of calls.
    pub late_requests: Vec<RecordedHook<'a, String>>,
    pub pool_closures: Vec<RecordedHook<'a, PoolClosure>>,
    pub updates: Vec<RecordedHook<'a, UnlockedUpdate>>,
    pub threads_left: Vec<RecordedHook<'a, ThreadsLeft>>,
    /// Variables of main modules.
    pub main_names: Vec<&'a str>,
    /// Daemons that were computing when their parents exited.
    pub busy_daemons: Vec<u32>,
}

impl<'a> RecordedHooks<'a> {
    /// Adds the next event.
    pub fn add(&mut self, at_ns: u64, pid: u32, event: &'a HookEvent) {
        let at = (at_ns, pid);
        self.all.push(at_moment(at, event));
        match event {
            HookEvent::Started(what) => self.starts.push(at_moment(at, what)),
            HookEvent::StartFailed(what) => self.start_failures.push(at_moment(at, what)),
            HookEvent::Joined(what) => self.joins.push(at_moment(at, what)),
            HookEvent::RunCalled(what) => self.run_calls.push(at_moment(at, what)),
            HookEvent::PickleFailed(what) => self.pickle_failures.push(at_moment(at, what)),
            HookEvent::PoolCreated(what) => self.pools.push(at_moment(at, what)),
            HookEvent::PoolCall(what) => self.pool_calls.push(at_moment(at, what)),
            HookEvent::PoolDone { call } => self.finished_calls.push(at_moment(at, call)),
            HookEvent::Tasks(what) => self.tasks.push(at_moment(at, what)),
            HookEvent::Waiting(what) => self.waits.push(at_moment(at, what)),
            HookEvent::Waited { wait } => self.finished_waits.push(at_moment(at, wait)),
            HookEvent::Exiting(what) => self.exits.push(at_moment(at, what)),
            HookEvent::Looked { child, .. } => self.looked_at.push(*child),
            HookEvent::Checked { child } => self.checked.push(*child),
            HookEvent::AnswerTaken => self.answers.push(at),
            HookEvent::Failed(what) => self.failures.push(at_moment(at, what)),
            HookEvent::ErrorUnseen(what) => self.unseen_errors.push(at_moment(at, what)),
            HookEvent::AskedTooLate { method } => self.late_requests.push(at_moment(at, method)),
            HookEvent::PoolClosed(what) => self.pool_closures.push(at_moment(at, what)),
            HookEvent::UnlockedUpdate(what) => self.updates.push(at_moment(at, what)),
            HookEvent::ThreadsLeft(what) => self.threads_left.push(at_moment(at, what)),
            HookEvent::MainNames { names } => self.main_names.extend(names.split(',')),
            HookEvent::DaemonAtWork { child } => self.busy_daemons.push(*child),
            _ => {}
        }
    }
}

fn at_moment<T>((at_ns, pid): (u64, u32), what: &T) -> RecordedHook<'_, T> {
    RecordedHook { at_ns, pid, what }
}
