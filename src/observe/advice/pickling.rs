//! Advice for objects that cannot be pickled and therefore cannot be sent to another process.

use super::{
    build_advice, observed_run::ObservedRun, recorded_hooks::RecordedHook, wording::quote_error,
};
use crate::{record::PickleFailure, report::AdviceItem};

fn is_lambda_to_pool(failure: &PickleFailure) -> bool {
    failure.to == "task" && failure.message.contains("<lambda>")
}

/// Whether the program caught the exception: it came to its end, and nobody missed a result.
fn was_caught(seen: &ObservedRun<'_>, failure: &PickleFailure) -> bool {
    let mut failures = seen.hooks.failures.iter();
    let ended_child = failures.any(|ended| ended.part == "process" && ended.error == failure.error);
    // What a queue can't send never reaches the program.
    failure.to != "other"
        && seen.ended_by_itself()
        && seen.unseen_errors().is_empty()
        && !ended_child
}

pub fn lambda_to_pool(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut failures = seen.hooks.pickle_failures.iter();
    let failure =
        failures.find(|failure| is_lambda_to_pool(failure) && !was_caught(seen, failure))?;
    Some(build_advice(
        "lambda-to-pool",
        "Give the pool a function that is defined with `def` at the top level of a module. A lambda has no name by \
         which a worker could find it.",
        explain_failure(seen, failure, "A lambda was to go to a worker of a pool"),
    ))
}

pub fn cannot_pickle(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut failures = seen.hooks.pickle_failures.iter();
    let failure =
        failures.find(|failure| !is_lambda_to_pool(failure) && !was_caught(seen, failure))?;
    let (says, what) = match failure.to.as_str() {
        "process" => (
            "Pass a function that is defined with `def` at the top level of a module, and arguments that are plain \
             data. A new interpreter gets them as bytes, and looks functions up by their names.",
            "A process could not be started: its target or its arguments can't be pickled",
        ),
        "result" => (
            "Return plain data from a task: numbers, text, lists, dictionaries. The result travels back to you as \
             bytes.",
            "A task was done, but its result can't be pickled",
        ),
        "task" if failure.message.contains("through inheritance") => (
            "Give locks, queues and shared memory to the workers when the pool is made: `Pool(initializer=f, \
             initargs=(lock,))`, where `f` keeps the lock in a global variable. They can't travel with a task.",
            "A task could not be sent to a worker",
        ),
        "task" => (
            "Give the pool a function that is defined with `def` at the top level of a module, and arguments that are \
             plain data. Both travel to the workers as bytes.",
            "A task could not be sent to a worker",
        ),
        _ => (
            "Put plain data into the queue: numbers, text, lists, dictionaries. What you put travels as bytes.",
            "Something was put into a queue that can't be pickled, and it never arrived",
        ),
    };
    Some(build_advice(
        "cannot-pickle",
        says,
        explain_failure(seen, failure, what),
    ))
}

fn explain_failure(
    seen: &ObservedRun<'_>,
    failure: &RecordedHook<'_, PickleFailure>,
    what: &str,
) -> String {
    format!(
        "{what}, in {}: {}",
        seen.process_name(failure.pid),
        quote_error(&failure.error, &failure.message),
    )
}
