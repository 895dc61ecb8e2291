//! A task of a pool fails among others.

use std::{thread, time::Instant};

use super::{
    CallerOutcome, DemoContext, FailureAftermath, LIMIT, LabError, OTHERS, TaskFailure, WORK,
    no_answer_text,
};
use crate::mp::{Error, Failure, TaskErrorCause};

/// Workers of the pool: one for the task that fails, one for the others.
const WORKERS: usize = 2;

pub(super) fn fail_among_tasks(
    context: &DemoContext,
    failure: TaskFailure,
) -> Result<FailureAftermath, LabError> {
    // A panic's message is of no use on the screen.
    let pool = context.mp.pool_builder().processes(WORKERS);
    let pool = pool.on_output(|_| ()).build()?;
    let first = pool.map_async(answer_slowly, 0..OTHERS / 2)?;
    let began = Instant::now();
    let doomed = pool.apply_async(fail_in_pool, (failure,))?;
    let rest = pool.map_async(answer_slowly, OTHERS / 2..OTHERS)?;
    let (outcome, error) = describe_answer(doomed.get_timeout(LIMIT));
    let after = began.elapsed();
    context.check_stop()?;
    let done = [first, rest]
        .into_iter()
        .filter_map(|tasks| tasks.get_timeout(LIMIT).ok());
    let others_done = done.flatten().count() as u64;
    let next = pool.apply_async(answer_slowly, (0,));
    let usable = next.is_ok_and(|next| next.get_timeout(LIMIT).is_ok());
    // This returns when no worker is left.
    pool.terminate();
    pool.join()?;
    Ok(FailureAftermath {
        outcome,
        error,
        after,
        others_done,
        usable,
        ended_by: (failure == TaskFailure::NeverEnds).then(|| "terminate()".to_owned()),
    })
}

fn describe_answer(answer: Result<(), Error>) -> (CallerOutcome, String) {
    match answer {
        Ok(()) => (CallerOutcome::NoError, "no error".to_owned()),
        Err(Error::TimedOut { .. }) => (CallerOutcome::NoAnswer, no_answer_text()),
        Err(Error::Task(error)) => match error.cause {
            TaskErrorCause::Died(exit) => {
                let text = format!("its worker died: {exit}");
                (CallerOutcome::WorkerDied, text)
            }
            TaskErrorCause::Panicked { message, .. } => {
                (CallerOutcome::ItsError, format!("panicked: {message}"))
            }
            cause => (CallerOutcome::ItsError, cause.to_string()),
        },
        Err(other) => (CallerOutcome::NoAnswer, other.to_string()),
    }
}

/// The task that fails.
///
/// # Errors
/// If that is how it fails.
pub fn fail_in_pool(failure: TaskFailure) -> Result<(), Failure> {
    failure.fail_now()
}

/// An ordinary task; long enough that some still wait when the other one fails.
pub fn answer_slowly(number: u64) -> u64 {
    thread::sleep(WORK);
    number + 1
}
