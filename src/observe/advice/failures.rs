//! Advice for unseen failures: children that failed, results that were never fetched.

use super::{
    build_advice,
    observed_run::ObservedRun,
    recorded_hooks::RecordedHook,
    wording::{format_count, join_names, was_or_were},
};
use crate::{
    record::{PoolCall, PoolCreation, ProcessStart},
    report::AdviceItem,
};

pub fn child_failed(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    if !seen.ended_well() {
        return None;
    }
    // A child that the program ended itself did not fail; a pickling error has its own advice.
    let is_unseen = |child: &u32| {
        let code = seen.exitcode(*child).unwrap_or_default();
        let looked = seen.hooks.looked_at.contains(child);
        let mut failures = seen.hooks.start_failures.iter();
        let without_guard = failures.any(|failure| failure.loading && failure.pid == *child);
        code != 0 && ![-15, -9].contains(&code) && !looked && !without_guard
    };
    let mut children = seen.children_started_as("child");
    children
        .retain(|start| is_unseen(&start.child) && !start.has_no_target && !is_answer(seen, start));
    let failed: Vec<u32> = children.iter().map(|start| start.child).collect();
    let first = *failed.first()?;
    let says = if children[0].has_text_for_args {
        "Write a comma behind a single argument: `args=(\"Ada\",)`. Parentheses alone make no tuple, so each letter of \
         the text became an argument."
    } else {
        "Look at `exitcode` after `join()`: 0 means that the child ended well. An exception in a child is printed \
         there, and never reaches the process that started it."
    };
    let code = seen.exitcode(first).unwrap_or_default();
    let error = find_last_error(seen, first).map_or(String::new(), |line| format!(" ({line})"));
    Some(build_advice(
        "child-failed",
        says,
        format!(
            "{} ended with exit code {code}{error}, which was never read, and {} ended with 0.",
            join_names(&seen.process_names(failed.iter().copied())),
            seen.main_process()
                .map_or("the main process".to_owned(), |main| seen
                    .process_name(main.pid)),
        ),
    ))
}

/// Whether an exit code is an answer like another: the child chose it, and its parent took something from a queue or a
/// pipe since it started the child.
fn is_answer(seen: &ObservedRun<'_>, start: &RecordedHook<'_, ProcessStart>) -> bool {
    let mut answers = seen.hooks.answers.iter();
    let took = answers.any(|(at, pid)| *pid == start.pid && *at >= start.at_ns);
    let mut failures = seen.hooks.failures.iter();
    let raised = failures.any(|failure| failure.pid == start.child && failure.part == "process");
    let is_chosen = seen.exitcode(start.child).is_some_and(|code| code > 0) && !raised;
    took && is_chosen
}

/// The last line of a traceback.
pub(super) fn find_last_error(seen: &ObservedRun<'_>, pid: u32) -> Option<String> {
    let lines = &seen.find_process(pid)?.output;
    let line = lines.iter().rev().find(|line| line.stderr)?;
    let text = line.text.trim();
    let is_error = text
        .split(':')
        .next()?
        .ends_with(|c: char| c.is_alphanumeric());
    is_error.then(|| text.chars().take(100).collect())
}

pub fn results_not_awaited(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    if !seen.ended_well() {
        return None;
    }
    let (mut lost, mut of, mut method) = (0, 0, "");
    let pools = seen.hooks.pools.iter();
    for pool in pools.filter(|pool| pool.kind == "Pool" && !is_terminated(seen, pool)) {
        for call in last_calls(seen, pool) {
            let tasks = call.tasks.unwrap_or_default();
            let finished = call.finished.unwrap_or_default();
            let settled = finished + call.given_up;
            if call.method.ends_with("_async") && settled < tasks {
                lost += tasks - settled;
                of += tasks;
                method = call.method.as_str();
            }
        }
    }
    if lost == 0 {
        return None;
    }
    Some(build_advice(
        "results-not-awaited",
        "Call `get()` on each result, or `close()` and `join()` on the pool, before the `with` block ends. Its end \
         terminates the pool, with all that is not done.",
        format!(
            "{lost} of {} given to `{method}` {} not done when the pool was terminated.",
            format_count(of as usize, "task", "tasks"),
            was_or_were(lost as usize),
        ),
    ))
}

/// Whether the program itself called `terminate()`.
fn is_terminated(seen: &ObservedRun<'_>, pool: &RecordedHook<'_, PoolCreation>) -> bool {
    let mut closures = seen.hooks.pool_closures.iter();
    closures
        .any(|end| (end.pid, end.pool) == (pool.pid, pool.pool) && end.terminated && !end.by_block)
}

/// The last report of each call of a pool.
fn last_calls<'a>(
    seen: &'a ObservedRun<'_>,
    pool: &RecordedHook<'_, PoolCreation>,
) -> Vec<&'a PoolCall> {
    let mut last: Vec<&PoolCall> = Vec::new();
    let calls = seen.hooks.pool_calls.iter();
    for call in calls.filter(|call| call.pid == pool.pid && call.pool == pool.pool) {
        match last.iter_mut().find(|known| known.call == call.call) {
            Some(known) => *known = call,
            None => last.push(call),
        }
    }
    last
}
