//! Advice for pools that fail as a whole: their initializer, their workers, the thread that receives the results; and
//! for pools that are closed too early or never.

use super::{
    build_advice,
    errors::describe_failure,
    observed_run::ObservedRun,
    recorded_hooks::RecordedHook,
    wording::{format_count, quote_error},
};
use crate::{
    record::{Failure, PoolCreation},
    report::AdviceItem,
};

const DAEMONIC: &str = "daemonic processes are not allowed to have children";
const BROKEN: &str = "BrokenProcessPool";

fn find_failure<'a, 'r>(
    seen: &'a ObservedRun<'r>,
    part: &str,
) -> Option<&'a RecordedHook<'r, Failure>> {
    let mut failures = seen.hooks.failures.iter();
    failures.find(|failure| failure.part == part)
}

pub fn initializer_failed(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let failure = find_failure(seen, "initializer")?;
    let failures = seen.hooks.failures.iter();
    let times = failures.filter(|one| one.part == "initializer").count();
    Some(build_advice(
        "initializer-failed",
        "Make the initializer of the pool work, and try it once in the main process. A worker whose initializer raises \
         ends before its first task; a `Pool` then starts another one, without end.",
        format!(
            "The initializer failed in {}, the first time in {}: {}.",
            format_count(times, "worker", "workers"),
            seen.process_name(failure.pid),
            describe_failure(failure),
        ),
    ))
}

pub fn task_not_found(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let failure = find_failure(seen, "loading")?;
    Some(build_advice(
        "task-not-found",
        "Define the functions and classes of your tasks at the top level of the file, above the guard and above the \
         line that makes the pool. A worker looks them up by their names in what it has loaded.",
        format!(
            "{} could not load a task, and ended: {}.",
            seen.process_name(failure.pid),
            quote_error(&failure.error, &failure.message),
        ),
    ))
}

pub fn pool_in_pool(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut failures = seen.hooks.failures.iter();
    let failure = failures.find(|failure| failure.message == DAEMONIC)?;
    let is_caught =
        failure.part == "task" && seen.ended_by_itself() && seen.unseen_errors().is_empty();
    (!is_caught).then(|| {
        build_advice(
            "pool-in-pool",
            "Make one pool, outside of its tasks, and give it all the small tasks; or use `ProcessPoolExecutor`, whose \
             workers may start processes. The workers of a `Pool` are daemons, which may not.",
            format!(
                "{} tried to start a process: {}.",
                seen.process_name(failure.pid),
                describe_failure(failure),
            ),
        )
    })
}

pub fn callback_failed(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let failure = find_failure(seen, "callback")?;
    Some(build_advice(
        "callback-failed",
        "Let callbacks raise nothing: catch exceptions in them, or do that work after `get()`. The pool calls them in \
         the thread that receives all results, so an exception there loses this result or ends the thread.",
        format!(
            "A callback in {} raised {}.",
            seen.process_name(failure.pid),
            describe_failure(failure),
        ),
    ))
}

pub fn result_lost(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let failure = find_failure(seen, "result")?;
    let failures = seen.hooks.failures.iter();
    let mut tasks = failures.filter(|one| one.part == "task" && one.at_ns <= failure.at_ns);
    let raised = tasks.next_back().map_or(String::new(), |task| {
        format!(
            " It came from a task that raised {}.",
            describe_failure(task)
        )
    });
    Some(build_advice(
        "result-lost",
        "Return, and raise, what can be made anew from its pickle: an exception must accept its own `args`, so give all \
         its arguments to `super().__init__()`. What can't be loaded ends the thread that receives all results.",
        format!(
            "A result could not be loaded in {}: {}.{raised}",
            seen.process_name(failure.pid),
            quote_error(&failure.error, &failure.message),
        ),
    ))
}

pub fn get_after_terminate(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let request = seen.hooks.late_requests.first()?;
    Some(build_advice(
        "get-after-terminate",
        "Fetch the results inside the `with` block. Its end terminates the pool, and what is not done by then never \
         comes.",
        format!(
            "{} asked for a result of `{}` when the pool had been terminated before the task was done.",
            seen.process_name(request.pid),
            request.what,
        ),
    ))
}

pub fn broken_pool(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let uncaught = seen.hooks.exits.iter();
    let mut names = uncaught.filter_map(|exit| exit.uncaught.as_deref());
    let unseen = seen.unseen_errors();
    let mut unseen = unseen.iter().filter_map(|errors| errors.error.as_deref());
    if !names.any(|name| name == BROKEN) && !unseen.any(|name| name == BROKEN) {
        return None;
    }
    let workers = seen.children_started_as("pool");
    let dead = workers.iter().find_map(|start| {
        let code = seen.exitcode(start.child)?;
        (![0, -15].contains(&code)).then_some((start.child, code))
    })?;
    Some(build_advice(
        "broken-pool",
        "Find out why the worker ended: a crash in C code, `os._exit()`, or a kill, as when memory runs out. An executor \
         gives up all its tasks when one worker ends abruptly.",
        format!(
            "{} ended with exit code {}, and all open tasks got a `{BROKEN}`.",
            seen.process_name(dead.0),
            dead.1,
        ),
    ))
}

pub fn pool_never_closed(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    if !seen.ended_by_itself() {
        return None;
    }
    let open: Vec<&RecordedHook<'_, PoolCreation>> = seen
        .hooks
        .pools
        .iter()
        .filter(|pool| is_open(seen, pool))
        .collect();
    let place_of = |pool: &PoolCreation| pool.place.clone();
    let (pool, count) = open.iter().find_map(|pool| {
        let place = place_of(pool)?;
        let same = open
            .iter()
            .filter(|other| other.pid == pool.pid && other.place.as_ref() == Some(&place));
        let count = same.count();
        (count >= 2).then_some((*pool, count))
    })?;
    Some(build_advice(
        "pool-never-closed",
        "Make one pool, and use it for all calls; or write `with`, which ends it. Each pool keeps its workers until it \
         is closed.",
        format!(
            "{count} times a {} was made in {} with {}, and none of them was closed.",
            pool.kind,
            pool.place.as_deref().unwrap_or_default(),
            format_count(pool.workers as usize, "worker", "workers"),
        ),
    ))
}

fn is_open(seen: &ObservedRun<'_>, pool: &RecordedHook<'_, PoolCreation>) -> bool {
    let mut closures = seen.hooks.pool_closures.iter();
    !closures.any(|end| (end.pid, end.pool) == (pool.pid, pool.pool))
}
