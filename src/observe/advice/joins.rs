//! Mistakes in waiting for children: none, too early, or a child that is left behind or cut off.

use std::collections::BTreeMap;

use super::{
    build_advice,
    observed_run::ObservedRun,
    recorded_hooks::RecordedHook,
    wording::{format_count, format_nanoseconds, join_names, was_or_were},
};
use crate::{
    record::{ProcessStart, WorkerKind},
    report::AdviceItem,
    text::pick_plural,
};

/// The most time between one child's join and the next child's start in a loop.
const ONE_STEP_NS: u64 = 50_000_000;

/// The possible error of the main process's end time.
const SLACK_NS: u64 = 20_000_000;

/// Whether the program itself noticed a child's end.
fn was_awaited(seen: &ObservedRun<'_>, child: &RecordedHook<'_, ProcessStart>) -> bool {
    let mut joins = seen.hooks.joins_of(child.child);
    joins.any(|join| join.pid == child.pid && join.ended && !join.at_exit)
        || seen.hooks.looked_at.contains(&child.child)
}

/// Whether the program waited for a child with a time limit that ran out.
fn was_joined_in_vain(seen: &ObservedRun<'_>, child: &RecordedHook<'_, ProcessStart>) -> bool {
    let mut joins = seen.hooks.joins_of(child.child);
    joins.any(|join| !join.ended && !join.at_exit && !join.internal)
}

/// Whether the parent took an answer from a queue or a pipe, and the child ended before it.
fn has_answered(seen: &ObservedRun<'_>, child: &RecordedHook<'_, ProcessStart>) -> bool {
    let mut answers = seen.hooks.answers.iter();
    answers.any(|(at, pid)| *pid == child.pid && *at > child.at_ns) && !lived_on(seen, child)
}

pub fn start_without_join(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let is_left = |child: &RecordedHook<'_, ProcessStart>| {
        let in_order = seen.process_kind(child.pid) != "main" || seen.ended_well();
        in_order
            && seen.exit_time_ns(child.pid).is_some()
            && !child.daemon
            && !was_awaited(seen, child)
            && !was_joined_in_vain(seen, child)
            && !seen.hooks.checked.contains(&child.child)
            && !has_answered(seen, child)
    };
    let mut left = seen.children_started_as("child");
    left.retain(|child| is_left(child));
    let first = left.first()?;
    let names = join_names(&seen.process_names(left.iter().map(|child| child.child)));
    let late = left.iter().filter(|child| lived_on(seen, child)).count();
    let rest = match late {
        0 => String::new(),
        _ if late == left.len() => ", and still ran when it came to its end".to_owned(),
        _ => format!(", and {late} of them still ran when it came to its end"),
    };
    Some(build_advice(
        "start-without-join",
        "Call `join()` on each process that you start, before you use what it did. Without it your program goes on, \
         and does not know when, or how, the child ends.",
        format!(
            "{names} {} started by {}, which never joined {}{rest}.",
            was_or_were(left.len()),
            seen.process_name(first.pid),
            pick_plural(left.len(), "it", "them"),
        ),
    ))
}

/// Whether a child still ran when its parent exited.
fn lived_on(seen: &ObservedRun<'_>, child: &RecordedHook<'_, ProcessStart>) -> bool {
    let end = seen.exit_time_ns(child.pid);
    let joined = seen.hooks.joins_of(child.child).find(|join| join.at_exit);
    end.zip(joined)
        .is_some_and(|(end, joined)| joined.at_ns > end)
}

pub fn joined_too_early(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let children = seen.children_started_as("child");
    let joined = |child: &ProcessStart| {
        let mut joins = seen.hooks.joins_of(child.child);
        let own = joins.find(|join| join.ended && !join.at_exit && !join.internal)?;
        Some(own.at_ns)
    };
    // A supervisor starts a process because of how the last one ended.
    let is_supervised = |child: &ProcessStart| {
        seen.hooks.looked_at.contains(&child.child)
            || seen.exitcode(child.child).is_some_and(|code| code != 0)
    };
    // Of processes that were started together, the last is joined right before the first of the next ones is started.
    let mut last_joins: BTreeMap<(u32, Option<&str>), u64> = BTreeMap::new();
    let mut alone = Vec::new();
    for child in &children {
        let key = (child.pid, child.what.target.as_deref());
        let last = last_joins.entry(key).or_default();
        alone.push(*last <= child.at_ns);
        *last = (*last).max(joined(child).unwrap_or(u64::MAX));
    }
    let mut chain: Vec<&RecordedHook<'_, ProcessStart>> = Vec::new();
    for (pair, alone) in children.windows(2).zip(alone.windows(2)) {
        let [one, next] = pair else { continue };
        let same = one.pid == next.pid
            && one.target == next.target
            && one.method == next.method
            && !is_supervised(one);
        let follows = joined(one).is_some_and(|end| {
            end <= next.at_ns && next.at_ns - end < ONE_STEP_NS + start_allowance_ns(next)
        });
        if same && follows && *alone == [true, true] {
            if chain.is_empty() {
                chain.push(*one);
            }
            chain.push(*next);
        } else if chain.len() >= 2 {
            break;
        } else {
            chain.clear();
        }
    }
    let joined_each = chain.iter().all(|child| joined(child).is_some());
    if chain.len() < 2 || !joined_each {
        return None;
    }
    let names = join_names(&seen.process_names(chain.iter().map(|child| child.child)));
    Some(build_advice(
        "joined-too-early",
        "Start all processes first, and join them in a second loop. `join()` right after `start()` makes them run one \
         after the other.",
        format!(
            "{} joined each of {names} before it started the next, so that no two of them ran at once.",
            seen.process_name(chain[0].pid),
        ),
    ))
}

pub fn join_timed_out(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    if !seen.ended_by_itself() {
        return None;
    }
    let children = seen.children_started_as("child");
    let left = children.into_iter().filter(|child| {
        was_joined_in_vain(seen, child)
            && !was_awaited(seen, child)
            && !seen.hooks.checked.contains(&child.child)
            && lived_on(seen, child)
    });
    let processes = join_names(&seen.process_names(left.map(|child| child.child)));
    let mut threads = seen.hooks.threads_left.iter();
    let threads = threads.find(|left| left.timed);
    let who = match threads {
        _ if !processes.is_empty() => processes,
        Some(threads) => threads.names.clone(),
        None => return None,
    };
    Some(build_advice(
        "join-timed-out",
        "Ask `is_alive()` after a `join()` with a time limit: it returns when the time is over too. Without a limit, \
         `join()` waits for the end.",
        format!(
            "The time limit of `join()` ran out, and {who} still ran at the end of the main module."
        ),
    ))
}

pub fn thread_not_joined(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut left = seen.hooks.threads_left.iter();
    let left = left.find(|left| !left.timed && left.has_written)?;
    seen.ended_by_itself().then(|| {
        build_advice(
            "thread-not-joined",
            "Call `join()` on each thread that you start, before you use what it did. Without it the main thread goes \
             on at once.",
            format!(
                "{} still ran when the main thread had written its output and come to its end. It joined none of them.",
                left.names,
            ),
        )
    })
}

/// The time that a start may take. It is reported when it is over, and a new interpreter needs a while.
fn start_allowance_ns(child: &ProcessStart) -> u64 {
    match child.method.as_str() {
        "fork" => 0,
        _ => 4 * ONE_STEP_NS,
    }
}

pub fn daemon_cut_off(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let is_cut = |child: u32| {
        let mut joins = seen.hooks.joins_of(child);
        let ended_by_exit = joins.any(|join| join.at_exit && join.exitcode == Some(-15));
        // A child that waits for work has nothing to lose.
        ended_by_exit && seen.hooks.busy_daemons.contains(&child)
    };
    let mut cut = seen.children_started_as("child");
    cut.retain(|start| is_cut(start.child));
    let Some(first) = cut.first() else {
        return daemon_thread_cut_off(seen);
    };
    Some(build_advice(
        "daemon-cut-off",
        "Join a daemon process if its work matters, or do without `daemon=True`. Python ends daemons when the process \
         that started them ends.",
        format!(
            "{} {} ended by SIGTERM at the end of {}, in the middle of the work.",
            join_names(&seen.process_names(cut.iter().map(|start| start.child))),
            was_or_were(cut.len()),
            seen.process_name(first.pid),
        ),
    ))
}

fn daemon_thread_cut_off(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let threads = seen.hooks.busy_daemon_threads.first()?;
    seen.ended_by_itself().then(|| {
        build_advice(
            "daemon-cut-off",
            "Join a daemon thread if its work matters, or do without `daemon=True`. Python ends daemon threads when the \
             main thread ends, wherever they are.",
            format!(
                "{} still worked when {} came to its end.",
                threads.what,
                seen.process_name(threads.pid),
            ),
        )
    })
}

pub fn outlived_parent(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let outlived = seen.run.last_observed("outlived", &[])?.number()?;
    if outlived < 1.0 || seen.timed_out() {
        return None;
    }
    let main = seen.main_process()?;
    let end = main.exited_ns?;
    let left: Vec<u32> = seen
        .processes
        .iter()
        .filter(|worker| {
            worker.kind == WorkerKind::Process && seen.process_kind(worker.pid) != "helper"
        })
        .filter(|worker| {
            worker
                .exited_ns
                .is_none_or(|exited| exited > end + SLACK_NS)
        })
        .map(|worker| worker.pid)
        .collect();
    let who = match left.as_slice() {
        [] => format_count(outlived as usize, "process", "processes"),
        pids => join_names(&seen.process_names(pids.iter().copied())),
    };
    let are_all = |kind: &str| left.iter().all(|pid| seen.process_kind(*pid) == kind);
    let says = if are_all("fork") && !left.is_empty() {
        "Wait for each child of `os.fork()` with `os.waitpid(pid, 0)`, which also tells how it ended. What is still \
         running when the main process ends runs on without a parent."
    } else if !are_all("program") {
        "Let the main process end in order, after it has joined its children. A main process that is killed, or calls \
         `os._exit()`, leaves them running without a parent."
    } else {
        "Wait for the programs that you start: `subprocess.run()` does, and a `Popen` has `wait()`. What is still \
         running when the main process ends goes on in the background."
    };
    Some(build_advice(
        "outlived-parent",
        says,
        format!(
            "{who} still ran when {} had ended after {}.",
            seen.process_name(main.pid),
            format_nanoseconds(end.saturating_sub(main.started_ns)),
        ),
    ))
}
