//! Advice for exceptions that the program does not see: of tasks, of threads, of children without a name they need.

use super::{
    build_advice,
    observed_run::ObservedRun,
    wording::{format_count, join_names, quote_error},
};
use crate::{record::Failure, report::AdviceItem};

pub fn error_unseen(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    if !seen.ended_by_itself() {
        return None;
    }
    let mut errors = seen.unseen_errors();
    errors.retain(|errors| !seen.is_printed(errors.error.as_deref().unwrap_or_default()));
    let first = *errors.first()?;
    let failed: u64 = errors.iter().map(|errors| errors.failed).sum();
    let fetch = match first.method.as_str() {
        "submit" => "`result()` on each future that `submit` returns",
        "map" | "imap" | "imap_unordered" => {
            "for the results of the iterator, in a loop or by `list()`"
        }
        _ => "`get()` on each result, or give an `error_callback`",
    };
    let verb = if fetch.starts_with("for") {
        "Ask"
    } else {
        "Call"
    };
    Some(build_advice(
        "error-unseen",
        format!(
            "{verb} {fetch}: only there is the exception of a task raised in your program. Without it a task that fails \
             is silent.",
        ),
        format!(
            "{} given to `{}` failed, and the results were never asked for. The first was {}.",
            format_count(failed as usize, "task", "tasks"),
            first.method,
            quote_error(
                first.error.as_deref().unwrap_or_default(),
                first.message.as_deref().unwrap_or_default(),
            ),
        ),
    ))
}

pub fn thread_failed(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let failures = seen.hooks.failures.iter();
    let mut failed: Vec<_> = failures
        .filter(|failure| failure.part == "thread" && !failure.handled)
        .collect();
    failed.retain(|failure| !seen.has_no_target(failure.pid, failure.name.as_deref()));
    let first = failed.first()?;
    let says = match first.arguments.as_deref() {
        Some("str") => {
            "Write a comma behind a single argument: `args=(\"Ada\",)`. Parentheses alone make no tuple, so each letter \
             of the text became an argument."
        }
        Some(_) => {
            "Give the arguments as a tuple, a single one with a comma behind it: `args=(5,)`."
        }
        None => {
            "Catch the exception in the thread and hand it over, or use `ThreadPoolExecutor`, whose `result()` raises it. \
             An exception ends only its thread: the program goes on, and ends with 0."
        }
    };
    let names: Vec<String> = failed
        .iter()
        .filter_map(|failure| failure.name.clone())
        .collect();
    Some(build_advice(
        "thread-failed",
        says,
        format!(
            "{} ended with {}.",
            join_names(&names),
            describe_failure(first)
        ),
    ))
}

/// `ValueError: no such number (my.py:12)`.
pub fn describe_failure(failure: &Failure) -> String {
    let error = quote_error(&failure.error, &failure.message);
    match &failure.place {
        Some(place) => format!("{error} ({place})"),
        None => error,
    }
}

pub fn name_missing_in_child(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut failures = seen.hooks.failures.iter();
    let (failure, name, method) = failures.find_map(|failure| {
        let name = failure.message.split('\'').nth(1)?;
        let mut starts = seen.hooks.starts.iter();
        let method = &starts.find(|start| start.child == failure.pid)?.method;
        let is_missing = failure.error == "NameError"
            && method != "fork"
            && seen.hooks.main_names.contains(&name);
        is_missing.then_some((failure, name, method))
    })?;
    Some(build_advice(
        "name-missing-in-child",
        format!(
            "Give `{name}` to the children as an argument, or set it above `if __name__ == \"__main__\":`. Under {method} \
             a child imports your file anew, and what stands below the guard does not run there.",
        ),
        format!(
            "{} had no `{name}`, which the main process has: {}.",
            seen.process_name(failure.pid),
            describe_failure(failure),
        ),
    ))
}
