//! Advice for programs that wait for an event that never happens.

use super::{
    build_advice,
    observed_run::ObservedRun,
    recorded_hooks::RecordedHook,
    wording::{format_seconds, join_names},
};
use crate::{record::WaitStart, report::AdviceItem};

/// Waits that only a pool can end.
const ON_POOLS: &[&str] = &[
    "result.get",
    "Pool.join",
    "Future.result",
    "Executor.shutdown",
];

/// Processor time by wall time, of all processes together, above which the program may still be at work.
const IDLE: f64 = 0.1;

/// The exit code of workers that `terminate` ends.
const TERMINATED: i32 = -15;

const WORKER_DIED: &str = "Find out why the worker died, or use `ProcessPoolExecutor`, which raises `BrokenProcessPool`. A `Pool` \
     replaces a dead worker, but the task it had in hand never gets a result.";

pub fn pool_hangs(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    // Workers that can't even start have an advice of their own.
    let mut failures = seen.hooks.start_failures.iter();
    if !seen.was_stopped() || failures.any(|failure| failure.loading) {
        return None;
    }
    let mut waits = seen.open_waits();
    waits.retain(|wait| ON_POOLS.contains(&wait.on.as_str()));
    let wait = waits.first()?;
    let where_ = format!(
        "{} still waited in `{}`",
        seen.process_name(wait.pid),
        describe_wait(wait)
    );
    if let Some(inside) = waits.iter().find(|wait| is_inside_a_task(seen, wait)) {
        return Some(build_advice(
            "pool-hangs",
            "Don't wait in a task for other tasks of the same pool. They may need the very worker that waits for them; \
             let the code outside the pool combine the results.",
            format!(
                "A task waited in `{}`, in {}, when the program was stopped, and no worker was left to do what it waited for.",
                describe_wait(inside),
                worker_name(seen, inside),
            ),
        ));
    }
    if let Some(advice) = pool_is_broken(seen) {
        return Some(advice);
    }
    if find_dead_worker(seen).is_some() {
        return worker_died(seen, &where_);
    }
    // Tasks that work or sleep may still end.
    if seen.waits.is_some() && seen.standstill().is_none() {
        return None;
    }
    let (cpu, wall) = (
        observed_number(seen, "cpu")?,
        observed_number(seen, "wall")?,
    );
    (cpu < IDLE * wall).then(|| {
        build_advice(
            "pool-hangs",
            "Look at what the pool's tasks wait for: a lock, a queue, input, each other. Give `get()` a timeout, so \
             that you see which result is missing.",
            format!(
                "{where_} when the program was stopped, and all processes together had used {} of processor time in {}.",
                format_seconds(cpu),
                format_seconds(wall),
            ),
        )
    })
}

fn worker_died(seen: &ObservedRun<'_>, where_: &str) -> Option<AdviceItem> {
    let (pid, code) = find_dead_worker(seen)?;
    let had = if died_in_task(seen, pid) {
        " with a task in hand"
    } else {
        ""
    };
    Some(build_advice(
        "pool-hangs",
        WORKER_DIED,
        format!(
            "{} ended with exit code {code}{had}, and {where_} when the program was stopped.",
            seen.process_name(pid),
        ),
    ))
}

/// A pool that can't deliver any result: it was terminated, or its own thread died.
fn pool_is_broken(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let waits = seen.waits.as_ref()?;
    let mut threads = waits
        .threads
        .iter()
        .filter(|thread| thread.waits_for_program());
    let (thread, state) = threads.find_map(|thread| {
        let is_on_pool = ON_POOLS.contains(&thread.wait()?);
        Some((
            thread,
            thread.sample.state.as_deref().filter(|_| is_on_pool)?,
        ))
    })?;
    let place = thread
        .place()
        .map_or(String::new(), |at| format!(" ({at})"));
    let what = waits.describe_wait(thread).unwrap_or_default();
    let who = format!("{} waited for {what}{place}", seen.process_name(thread.pid));
    match state {
        "terminated" => Some(build_advice(
            "pool-hangs",
            "Get the results inside the `with` block: its end terminates the pool, and what was not done by then is never \
             done.",
            format!("{who}, but that pool had been terminated."),
        )),
        "handler-died" => Some(build_advice(
            "pool-hangs",
            "Look at the error that the pool's own thread printed. An exception must be made anew from its `args` after it \
             was pickled: give `super().__init__` all arguments of your own `__init__`. A callback must not raise.",
            format!("{who}, but the thread that takes in the results of the pool had died."),
        )),
        _ if waits.is_any_busy(thread.pid) || seen.standstill().is_none() => None,
        _ => Some(build_advice(
            "pool-hangs",
            "Look at the callbacks of this pool: one that raises a `KeyError` makes the result vanish without a message. \
             Store results after `get()` instead.",
            format!("{who}. All workers waited for tasks, and still a result was missing."),
        )),
    }
}

fn observed_number(seen: &ObservedRun<'_>, name: &str) -> Option<f64> {
    seen.run.last_observed(name, &[])?.number()
}

fn describe_wait(wait: &WaitStart) -> String {
    match wait.on.as_str() {
        "result.get" => "get()".to_owned(),
        "Future.result" => "result()".to_owned(),
        "Executor.shutdown" => "shutdown()".to_owned(),
        other => format!("{other}()"),
    }
}

/// Whether a worker itself waits: a process of a pool, or a thread of one.
fn is_inside_a_task(seen: &ObservedRun<'_>, wait: &RecordedHook<'_, WaitStart>) -> bool {
    seen.process_kind(wait.pid) == "pool" || find_pool_thread(seen, wait).is_some()
}

fn find_pool_thread<'a>(
    seen: &'a ObservedRun<'_>,
    wait: &RecordedHook<'_, WaitStart>,
) -> Option<&'a str> {
    let name = seen.thread_name(wait.pid, wait.tid?)?;
    name.starts_with("ThreadPoolExecutor").then_some(name)
}

fn worker_name(seen: &ObservedRun<'_>, wait: &RecordedHook<'_, WaitStart>) -> String {
    match find_pool_thread(seen, wait) {
        Some(thread) => format!("{thread} of {}", seen.process_name(wait.pid)),
        None => seen.process_name(wait.pid),
    }
}

/// A pool's worker that died by itself, and how.
fn find_dead_worker(seen: &ObservedRun<'_>) -> Option<(u32, i32)> {
    let dead: Vec<(u32, i32)> = seen
        .children_started_as("pool")
        .iter()
        .filter_map(|start| Some((start.child, seen.exitcode(start.child)?)))
        .filter(|(pid, code)| {
            *code != 0 && (died_in_task(seen, *pid) || ![TERMINATED, -9].contains(code))
        })
        .collect();
    let with_task = dead.iter().find(|(pid, _)| died_in_task(seen, *pid));
    with_task.or(dead.first()).copied()
}

/// Whether it was in the middle of a task when it died, before the program was stopped.
fn died_in_task(seen: &ObservedRun<'_>, pid: u32) -> bool {
    let mut tasks = seen.hooks.tasks.iter();
    tasks.any(|done| done.pid == pid && done.in_hand)
}

pub fn join_before_drain(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    if !seen.was_stopped() {
        return None;
    }
    let open = seen.open_waits();
    let stuck: Vec<u32> = open
        .iter()
        .filter(|wait| wait.on == "Queue.put")
        .map(|wait| wait.pid)
        .collect();
    if stuck.is_empty() {
        return None;
    }
    let mut joins = open.iter().filter(|wait| wait.on == "Process.join");
    let join = joins.find(|wait| stuck.iter().any(|pid| *pid != wait.pid));
    let (who, where_) = match join {
        Some(join) => (
            join.pid,
            format!("in `join()` for {}", join.of.as_deref().unwrap_or_default()),
        ),
        None => (
            find_final_join(seen, &stuck)?,
            "at its end, where Python joins every child".to_owned(),
        ),
    };
    Some(build_advice(
        "join-before-drain",
        "Take everything out of a queue before you join the process that fills it. A process does not end before what \
         it put has been taken.",
        format!(
            "{} waited {where_}, while {} could not end: what it had put into a queue was still there.",
            seen.process_name(who),
            join_names(&seen.process_names(stuck)),
        ),
    ))
}

/// A process that has left its program and joins one of these.
fn find_final_join(seen: &ObservedRun<'_>, children: &[u32]) -> Option<u32> {
    let mut threads = seen.waits.as_ref()?.threads.iter();
    let joins = |pid: u32| children.contains(&pid);
    let found = threads
        .find(|thread| thread.sample.at_exit && thread.state_number("pid").is_some_and(joins));
    Some(found?.pid)
}
