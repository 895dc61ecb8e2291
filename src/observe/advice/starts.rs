//! Advice for mistakes at the start: no main guard, `run` in place of `start`.

use super::{
    build_advice,
    observed_run::ObservedRun,
    wording::{format_count, join_names},
};
use crate::{record::HookEvent, report::AdviceItem};

/// The number of workers that failed while importing the main module, beyond one for each worker, that proves a loop.
const ENOUGH: usize = 3;

/// Whether a program replaces for ever workers that can never start: a pool without a main guard, under spawn, or with
/// an initializer that fails. `facts` are the reports so far. A pool replaces each worker that died, and each new one
/// dies in the same way.
pub fn is_hopeless<'f>(facts: impl IntoIterator<Item = &'f HookEvent>) -> bool {
    let (mut workers, mut failures) = (None, 0);
    for fact in facts {
        match fact {
            HookEvent::PoolCreated(pool) if pool.kind == "Pool" => {
                workers = workers.max(Some(pool.workers as usize));
            }
            HookEvent::StartFailed(failure) if failure.loading => failures += 1,
            HookEvent::Failed(failure) if failure.part == "initializer" => failures += 1,
            _ => {}
        }
    }
    workers.is_some_and(|workers| failures >= workers + ENOUGH)
}

pub fn no_main_guard(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let failures = seen.hooks.start_failures.iter();
    let failed: Vec<_> = failures.filter(|failure| failure.loading).collect();
    let first = failed.first()?;
    let mut starts = seen.hooks.starts.iter();
    let start = starts.find(|start| start.child == first.pid);
    let method = start.map_or("spawn", |start| start.method.as_str());
    let who = match seen.process_kind(first.pid) {
        "helper" => "Under forkserver, the fork server".to_owned(),
        _ => format!("Under {method}, each child"),
    };
    let others = match failed.len() - 1 {
        0 => String::new(),
        1 => ", and so did 1 other".to_owned(),
        more => format!(", and so did {more} others"),
    };
    Some(build_advice(
        "no-main-guard",
        format!(
            "Put the code that starts processes below `if __name__ == \"__main__\":`. {who} imports your main \
             module first, and must not start processes while it does."
        ),
        format!(
            "{} was still importing the main module when it tried to {}, and got a {}{others}.",
            seen.process_name(first.pid),
            match first.name.as_str() {
                "" => "set the start method again".to_owned(),
                name => format!("start {name}"),
            },
            first.error,
        ),
    ))
}

pub fn no_target(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let starts = seen.hooks.starts.iter();
    let idle = starts.filter(|start| start.has_no_target);
    let mut names = seen.process_names(idle.map(|start| start.child));
    names.extend(seen.hooks.all.iter().filter_map(|hook| match hook.what {
        HookEvent::ThreadStarted(thread) if thread.has_no_target => Some(thread.name.clone()),
        _ => None,
    }));
    if names.is_empty() {
        return None;
    }
    Some(build_advice(
        "no-target",
        "Pass the function itself, and its arguments apart: `target=f, args=(x,)`. `target=f(x)` calls `f` at once, \
         where you are, and passes on what it returns.",
        format!(
            "{} had no function to run, and ended at once.",
            join_names(&names),
        ),
    ))
}

pub fn run_instead_of_start(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let calls = &seen.hooks.run_calls;
    let first = calls.first()?;
    let mut names: Vec<String> = Vec::new();
    for call in calls {
        if !names.contains(&call.name) {
            names.push(call.name.clone());
        }
    }
    let what = match first.of.as_str() {
        "thread" => "thread",
        _ => "process",
    };
    Some(build_advice(
        "run-instead-of-start",
        format!(
            "Call `start()`: it starts the {what}, which then calls `run()` by itself. `run()` alone is a plain call \
             in the {what} that you are in."
        ),
        format!(
            "`run()` was called {} on {} in {}, and no {what} was started for it.",
            format_count(calls.len(), "time", "times"),
            join_names(&names),
            seen.process_name(first.pid),
        ),
    ))
}
