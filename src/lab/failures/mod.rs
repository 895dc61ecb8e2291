//! `failures`: a task fails among others. What does its caller get, and what becomes of the rest?
//!
//! Two of the failures end the process in which they happen. So threads fail in a *host*, a child process.

mod pool;
mod report;
mod threads;

use std::{thread, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Demo, DemoContext, LabError, trials::StepCounter};
use crate::{
    bench::CrashKind,
    catalog::demos,
    mp::Failure,
    record::{Value, named_enum},
};

pub use pool::{answer_slowly, fail_in_pool};
pub use threads::fail_in_thread;

/// How long an answer is waited for: then it counts as none.
const LIMIT: Duration = Duration::from_secs(1);
/// Tasks that do not fail.
const OTHERS: u64 = 4;
/// How long each of them takes.
const WORK: Duration = Duration::from_millis(20);
/// A task that never ends is ended long before.
const NEVER: Duration = Duration::from_mins(1);

/// What the caller of a task that fails gets.
pub static DEMO: Demo = Demo {
    spec: &demos::FAILURES,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |_, _| Vec::new(),
};

named_enum! {
    /// How a task fails.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum TaskFailure {
        /// It returns an `Err`.
        Error = "error",
        /// It panics.
        Panic = "panic",
        /// It ends its process.
        Exit = "exit",
        /// Its process is killed.
        Killed = "killed",
        /// It computes, or waits, for ever.
        NeverEnds = "never ends",
    }
}

impl TaskFailure {
    /// Fails in this way.
    fn fail_now(self) -> Result<(), Failure> {
        match self {
            Self::Error => CrashKind::Error.crash_now(),
            Self::Panic => CrashKind::Panic.crash_now(),
            Self::Exit => std::process::exit(3),
            Self::Killed => CrashKind::Kill.crash_now(),
            Self::NeverEnds => {
                thread::sleep(NEVER);
                Ok(())
            }
        }
    }
}

named_enum! {
    /// What the caller gets.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    enum CallerOutcome {
        ItsError = "its error",
        WorkerDied = "worker died",
        NoAnswer = "no answer",
        ProgramEnds = "program ends",
        NoError = "no error",
    }
}

impl CallerOutcome {
    fn is_told(self) -> bool {
        !matches!(self, Self::NoAnswer | Self::ProgramEnds)
    }
}

/// The state after a failure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FailureAftermath {
    outcome: CallerOutcome,
    /// The outcome in full.
    error: String,
    /// How long the caller waited for it.
    after: Duration,
    /// How many of the other tasks gave their results.
    others_done: u64,
    /// Whether a new task gave its result.
    usable: bool,
    /// What ended a task that does not end by itself.
    ended_by: Option<String>,
}

impl FailureAftermath {
    fn observe(&self, context: &DemoContext, way: &str, failure: TaskFailure) {
        let labels = [("way", way), ("failure", failure.name())];
        context.observe("outcome", labels, self.outcome.name());
        context.observe("error", labels, self.error.as_str());
        context.observe("told", labels, Value::Flag(self.outcome.is_told()));
        let is = |outcome| Value::Flag(self.outcome == outcome);
        context.observe("own_error", labels, is(CallerOutcome::ItsError));
        context.observe("loss_reported", labels, is(CallerOutcome::WorkerDied));
        if self.outcome.is_told() {
            context.observe("after", labels, self.after);
        }
        let done = Value::Count(self.others_done as i64);
        context.observe("others_done", labels, done);
        context.observe("others", labels, Value::Count(OTHERS as i64));
        context.observe("usable", labels, Value::Flag(self.usable));
        if let Some(call) = &self.ended_by {
            context.observe("ended_by", labels, call.as_str());
        }
    }
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let mut steps = StepCounter::start(context, 2 * TaskFailure::ALL.len() as u32);
    for failure in TaskFailure::ALL {
        steps.begin_step(format!("{} in a pool", failure.name()))?;
        pool::fail_among_tasks(context, failure)?.observe(context, "Pool", failure);
        steps.begin_step(format!("{} in a thread", failure.name()))?;
        threads::fail_among_threads(context, failure)?.observe(context, "threads", failure);
    }
    steps.finish();
    Ok(())
}

fn no_answer_text() -> String {
    format!("no answer within {} s", LIMIT.as_secs())
}
