//! Mistakes in waiting for children: none, too early, or a child that is left behind or cut off.

use super::{
    piece,
    seen::{ObservedRun, RecordedHookEvent},
    words::{count, list, time_ns, was},
};
use crate::{record::WorkerKind, report::AdviceItem, text::pick_plural};

/// From one child's join to the next one's start in a loop.
const ONE_STEP_NS: u64 = 50_000_000;

/// What was seen of the main process's end is so inexact.
const SLACK_NS: u64 = 20_000_000;

/// Whether the program itself learned of a child's end.
fn was_awaited(seen: &ObservedRun<'_>, child: &RecordedHookEvent<'_>) -> bool {
    let joined = seen.all("joined").any(|row| {
        row.child() == child.child()
            && row.pid() == child.pid()
            && row.is("ended")
            && !row.is("at_exit")
    });
    joined || seen.all("looked").any(|row| row.child() == child.child())
}

pub fn start_without_join(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let is_left = |child: &RecordedHookEvent<'_>| {
        let parent = child.pid();
        let in_order = seen.kind(parent) != "main" || seen.ended_well();
        in_order
            && seen.exiting(parent).is_some()
            && !child.is("daemon")
            && !was_awaited(seen, child)
    };
    let left: Vec<RecordedHookEvent<'_>> =
        seen.started("child").into_iter().filter(is_left).collect();
    let first = left.first()?;
    let names = list(&seen.names(left.iter().map(RecordedHookEvent::child)));
    let late = left.iter().filter(|child| lived_on(seen, child)).count();
    let rest = match late {
        0 => String::new(),
        _ if late == left.len() => ", and still ran when it came to its end".to_owned(),
        _ => format!(", and {late} of them still ran when it came to its end"),
    };
    Some(piece(
        "start-without-join",
        "Call `join()` on each process that you start, before you use what it did. Without it your program goes on, \
         and does not know when, or how, the child ends.",
        format!(
            "{names} {} started by {}, which never joined {}{rest}.",
            was(left.len()),
            seen.name(first.pid()),
            pick_plural(left.len(), "it", "them"),
        ),
    ))
}

/// Whether a child was alive when its parent came to its end.
fn lived_on(seen: &ObservedRun<'_>, child: &RecordedHookEvent<'_>) -> bool {
    let end = seen.exiting(child.pid());
    let mut joins = seen.all("joined");
    let joined = joins.find(|row| row.child() == child.child() && row.is("at_exit"));
    end.zip(joined)
        .is_some_and(|(end, joined)| joined.at_ns > end)
}

pub fn joined_too_early(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let children = seen.started("child");
    let joined = |child: &RecordedHookEvent<'_>| {
        let mut joins = seen.all("joined");
        let own = joins.find(|row| {
            row.child() == child.child()
                && row.is("ended")
                && !row.is("at_exit")
                && !row.is("internal")
        })?;
        Some(own.at_ns)
    };
    let mut chain: Vec<RecordedHookEvent<'_>> = Vec::new();
    for pair in children.windows(2) {
        let [one, next] = pair else { continue };
        let same = one.pid() == next.pid() && one.text("target") == next.text("target");
        let follows = joined(one).is_some_and(|end| {
            end <= next.at_ns && next.at_ns - end < ONE_STEP_NS + start_time(next)
        });
        if same && follows {
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
    let names = list(&seen.names(chain.iter().map(RecordedHookEvent::child)));
    Some(piece(
        "joined-too-early",
        "Start all processes first, and join them in a second loop. `join()` right after `start()` makes them run one \
         after the other.",
        format!(
            "{} joined each of {names} before it started the next, so that no two of them ran at once.",
            seen.name(chain[0].pid()),
        ),
    ))
}

/// A start is told when it is over, which takes its time with a new interpreter.
fn start_time(child: &RecordedHookEvent<'_>) -> u64 {
    match child.text("method") {
        "fork" => 0,
        _ => 4 * ONE_STEP_NS,
    }
}

pub fn daemon_cut_off(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let is_cut = |child: &RecordedHookEvent<'_>| {
        let ended_by_exit = seen.all("joined").any(|row| {
            row.child() == child.child()
                && row.is("at_exit")
                && row.number::<i64>("exitcode") == Some(-15)
        });
        let mut at_work = seen.all("daemon_at_work");
        // One that waits for something to do has nothing to lose.
        ended_by_exit && at_work.any(|row| row.child() == child.child())
    };
    let cut: Vec<RecordedHookEvent<'_>> =
        seen.started("child").into_iter().filter(is_cut).collect();
    let first = cut.first()?;
    Some(piece(
        "daemon-cut-off",
        "Join a daemon process if its work matters, or do without `daemon=True`. Python ends daemons when the process \
         that started them ends.",
        format!(
            "{} {} ended by SIGTERM at the end of {}, in the middle of the work.",
            list(&seen.names(cut.iter().map(RecordedHookEvent::child))),
            was(cut.len()),
            seen.name(first.pid()),
        ),
    ))
}

pub fn outlived_parent(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let outlived = seen.run.observed("outlived", &[])?.number()?;
    if outlived < 1.0 || seen.timed_out() {
        return None;
    }
    let main = seen.main()?;
    let end = main.exited_ns?;
    let left: Vec<u32> = seen
        .processes
        .iter()
        .filter(|worker| worker.kind == WorkerKind::Process && seen.kind(worker.pid) != "helper")
        .filter(|worker| {
            worker
                .exited_ns
                .is_none_or(|exited| exited > end + SLACK_NS)
        })
        .map(|worker| worker.pid)
        .collect();
    let who = match left.as_slice() {
        [] => count(outlived as usize, "process", "processes"),
        pids => list(&seen.names(pids.iter().copied())),
    };
    let says = if left.iter().any(|pid| seen.kind(*pid) != "program") {
        "Let the main process end in order, after it has joined its children. A main process that is killed, or calls \
         `os._exit()`, leaves them running with nobody to look after them."
    } else {
        "Wait for the programs that you start: `subprocess.run()` does, and a `Popen` has `wait()`. What is still \
         running when the main process ends runs on without you."
    };
    Some(piece(
        "outlived-parent",
        says,
        format!(
            "{who} still ran when {} had ended after {}.",
            seen.name(main.pid),
            time_ns(end.saturating_sub(main.started_ns)),
        ),
    ))
}
