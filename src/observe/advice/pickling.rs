//! Advice for objects that cannot be pickled and therefore cannot be sent to another process.

use super::{
    build_advice, observed_run::ObservedRun, recorded_hooks::RecordedHook,
    wording::without_addresses,
};
use crate::{record::PickleFailure, report::AdviceItem};

/// The longest quotation of a message of Python's.
const LONGEST: usize = 160;

fn is_lambda_to_pool(failure: &PickleFailure) -> bool {
    failure.to == "task" && failure.message.contains("<lambda>")
}

pub fn lambda_to_pool(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut failures = seen.hooks.pickle_failures.iter();
    let failure = failures.find(|failure| is_lambda_to_pool(failure))?;
    Some(build_advice(
        "lambda-to-pool",
        "Give the pool a function that is defined with `def` at the top level of a module. A lambda has no name by \
         which a worker could find it.",
        explain_failure(seen, failure, "A lambda was to go to a worker of a pool"),
    ))
}

pub fn cannot_pickle(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut failures = seen.hooks.pickle_failures.iter();
    let failure = failures.find(|failure| !is_lambda_to_pool(failure))?;
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
    let message = without_addresses(&failure.message);
    let message = message.lines().next().unwrap_or_default();
    let short: String = message.chars().take(LONGEST).collect();
    let dots = if short.len() < message.len() {
        "…"
    } else {
        ""
    };
    format!(
        "{what}, in {}: {}: {short}{dots}",
        seen.process_name(failure.pid),
        failure.error,
    )
}
