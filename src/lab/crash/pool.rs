//! A crash in a task of a pool while other tasks run.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{CrashAftermath, CrashKind, DemoContext, LabError, PATIENCE, describe_exit};
use crate::{
    lab::children::PoolMembers,
    mp::{Error, Failure, Pool, TaskErrorCause},
    record::Value,
};

/// Workers of the pool: one to crash, one to survive.
const WORKERS: usize = 2;
/// Tasks that must not be affected.
const OTHERS: u64 = 6;

pub(super) fn crash_in_pool(
    context: &DemoContext,
    crash: CrashKind,
) -> Result<CrashAftermath, LabError> {
    let members = PoolMembers::new(context);
    let heard = members.clone();
    let pool = context
        .mp
        .pool_builder()
        .processes(WORKERS)
        .on_output(move |line| heard.record_line(line));
    let pool = pool.build()?;
    let before = members.record_workers(&pool);
    // The crash is among other tasks, so that each worker has something to do.
    let first = pool.map_async(answer_task, 0..OTHERS / 2)?;
    let doomed = pool.apply_async(doomed_task, (crash,))?;
    let rest = pool.map_async(answer_task, OTHERS / 2..OTHERS)?;
    let error = doomed.get_timeout(PATIENCE).err();
    context.check_stop()?;
    let answered = [first, rest]
        .into_iter()
        .filter_map(|tasks| tasks.get_timeout(PATIENCE).ok());
    let answered = answered.flatten().count();
    let goes_on = pool
        .map(answer_task, 0..OTHERS)
        .is_ok_and(|answers| answers.len() as u64 == OTHERS);
    let died =
        matches!(&error, Some(Error::Task(task)) if matches!(task.cause, TaskErrorCause::Died(_)));
    let replaced = if died {
        wait_for_replacement(context, &pool, &members, &before)?
    } else {
        None
    };
    let found = PoolAftermath {
        error,
        answered,
        replaced,
        goes_on,
    };
    found.observe_pool(context, crash);
    pool.close();
    pool.join()?;
    members.record_exits(&pool);
    Ok(found.to_aftermath())
}

/// The state of the pool afterwards.
struct PoolAftermath {
    error: Option<Error>,
    answered: usize,
    /// The PID of the worker that replaced the one that died.
    replaced: Option<u32>,
    goes_on: bool,
}

impl PoolAftermath {
    fn cause(&self) -> Option<&TaskErrorCause> {
        match &self.error {
            Some(Error::Task(task)) => Some(&task.cause),
            _ => None,
        }
    }

    fn observe_pool(&self, context: &DemoContext, crash: CrashKind) {
        let labels = [("crash", crash.name())];
        let (error, worker) = match &self.error {
            Some(Error::Task(task)) => (describe_cause(&task.cause), task.worker.as_ref()),
            Some(other) => (other.to_string(), None),
            None => ("no error".to_owned(), None),
        };
        context.observe("pool_error", labels, error);
        let worker = worker.map(|worker| Value::Pid(worker.pid));
        context.observe("pool_worker", labels, worker);
        context.observe("pool_answered", labels, Value::count(self.answered));
        context.observe("pool_others", labels, Value::Count(OTHERS as i64));
        let replaced = self.replaced.map_or("none".into(), Value::Pid);
        context.observe("pool_replaced", labels, replaced);
        context.observe("pool_goes_on", labels, Value::Flag(self.goes_on));
    }

    fn to_aftermath(&self) -> CrashAftermath {
        let (died, how, exitcode) = match self.cause() {
            Some(TaskErrorCause::Died(exit)) => ("worker", describe_exit(*exit), Some(exit.code())),
            Some(_) => ("none", "the task gave Err".to_owned(), None),
            None => ("none", "no error of the task".to_owned(), None),
        };
        CrashAftermath {
            died,
            how,
            exitcode,
            neighbours_live: self.answered as u64 == OTHERS,
            program_lives: self.goes_on,
        }
    }
}

/// A short description of a task's error.
fn describe_cause(cause: &TaskErrorCause) -> String {
    match cause {
        TaskErrorCause::Died(exit) => format!("died: {}", describe_exit(*exit)),
        TaskErrorCause::Panicked { message, .. } => format!("panicked: {message}"),
        other => other.to_string(),
    }
}

/// Waits for the worker that replaces the one that died. Returns its PID.
fn wait_for_replacement(
    context: &DemoContext,
    pool: &Pool,
    members: &PoolMembers,
    before: &[u32],
) -> Result<Option<u32>, LabError> {
    let until = Instant::now() + PATIENCE;
    loop {
        context.check_stop()?;
        let new = members
            .record_workers(pool)
            .into_iter()
            .find(|pid| !before.contains(pid));
        if new.is_some() || Instant::now() > until {
            return Ok(new);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Crashes.
///
/// # Errors
/// If the kind of crash is an error.
pub fn doomed_task(crash: CrashKind) -> Result<(), Failure> {
    crash.crash_now()
}

/// An ordinary task.
pub fn answer_task(number: u64) -> u64 {
    number + 1
}
