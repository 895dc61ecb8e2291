//! A thread fails among others, in a host process.

use std::{
    panic,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    CallerOutcome, DemoContext, FailureAftermath, LIMIT, LabError, OTHERS, TaskFailure,
    answer_slowly, no_answer_text,
};
use crate::{
    lab::{children::RecordedChild, runner::panic_message, start_barrier::WorkerLabels},
    mp::{self, Connection, Failure, ProcessExit},
};

/// How long the host is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The time between two looks at a thread.
const LOOK: Duration = Duration::from_millis(1);

pub(super) fn fail_among_threads(
    context: &DemoContext,
    failure: TaskFailure,
) -> Result<FailureAftermath, LabError> {
    let (reports, theirs) = mp::pipe::<(), FailureAftermath>()?;
    let mut process = context.mp.process(fail_in_thread, (failure, theirs));
    process.set_name(format!("Host-of-{}", failure.name().replace(' ', "-")));
    let mut host = RecordedChild::start(context, process, WorkerLabels::default())?;
    let began = Instant::now();
    // The host's end ends the wait.
    let report = reports.recv_timeout(PATIENCE);
    let after = began.elapsed();
    if matches!(report, Ok(None)) {
        host.process.kill()?;
    }
    host.join()?;
    context.check_stop()?;
    match (report, host.process.exit()) {
        (Ok(Some(aftermath)), _) => Ok(aftermath),
        (Err(_), Some(exit)) if is_failure_of(failure, exit) => Ok(FailureAftermath {
            outcome: CallerOutcome::ProgramEnds,
            error: format!("none: the whole program ended, {exit}"),
            after,
            others_done: 0,
            usable: false,
            ended_by: None,
        }),
        (_, exit) => Err(LabError::Worker(format!(
            "{} reported nothing, and ended: {exit:?}",
            host.process.name()
        ))),
    }
}

/// Whether this is how a process ends by that failure of one of its threads.
fn is_failure_of(failure: TaskFailure, exit: ProcessExit) -> bool {
    match failure {
        TaskFailure::Exit => exit == ProcessExit::Code(3),
        TaskFailure::Killed => exit != ProcessExit::Code(0),
        _ => false,
    }
}

/// The host: lets one thread fail among others, and reports what its caller gets.
///
/// # Errors
/// If the parent is gone.
pub fn fail_in_thread(
    failure: TaskFailure,
    parent: Connection<FailureAftermath, ()>,
) -> Result<(), Failure> {
    // The caller reports the message of a panic, so it is not printed.
    panic::set_hook(Box::new(|_| ()));
    let start_others = |numbers: std::ops::Range<u64>| -> Vec<JoinHandle<u64>> {
        numbers
            .map(|number| thread::spawn(move || answer_slowly(number)))
            .collect()
    };
    let mut others = start_others(0..OTHERS / 2);
    let began = Instant::now();
    let doomed = thread::spawn(move || failure.fail_now());
    others.extend(start_others(OTHERS / 2..OTHERS));
    let (outcome, error) = match join_within(doomed, LIMIT) {
        None => (CallerOutcome::NoAnswer, no_answer_text()),
        Some(Ok(Ok(()))) => (CallerOutcome::NoError, "no error".to_owned()),
        Some(Ok(Err(error))) => (CallerOutcome::ItsError, error.to_string()),
        Some(Err(panic)) => {
            let text = format!("panicked: {}", panic_message(&*panic));
            (CallerOutcome::ItsError, text)
        }
    };
    let after = began.elapsed();
    let has_result = |thread| matches!(join_within(thread, LIMIT), Some(Ok(_)));
    let others_done = others.into_iter().map(has_result);
    let others_done = others_done.filter(|done| *done).count() as u64;
    let usable = start_others(0..1).into_iter().all(has_result);
    parent.send(FailureAftermath {
        outcome,
        error,
        after,
        others_done,
        usable,
        // There is no call for that: the thread ends with this process.
        ended_by: (outcome == CallerOutcome::NoAnswer).then(|| "nothing".to_owned()),
    })?;
    Ok(())
}

/// What a thread returned; `None` if it has not ended by then.
fn join_within<R>(thread: JoinHandle<R>, limit: Duration) -> Option<thread::Result<R>> {
    let until = Instant::now() + limit;
    while !thread.is_finished() {
        if Instant::now() > until {
            return None;
        }
        thread::sleep(LOOK);
    }
    Some(thread.join())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::failures::NEVER;

    #[test]
    fn a_thread_is_joined_only_if_it_has_ended() {
        let ended = thread::spawn(|| 7);
        assert!(matches!(join_within(ended, NEVER), Some(Ok(7))));
        let (_end, ended) = std::sync::mpsc::channel::<()>();
        let waits = thread::spawn(move || ended.recv().is_ok());
        assert!(join_within(waits, LOOK).is_none());
    }

    #[test]
    fn only_the_end_that_was_meant_counts_as_the_end_of_the_program() {
        let by_exit = |failure| is_failure_of(failure, ProcessExit::Code(3));
        assert!(by_exit(TaskFailure::Exit));
        assert!(!by_exit(TaskFailure::Error));
        assert!(!is_failure_of(TaskFailure::Exit, ProcessExit::Code(101)));
    }
}
