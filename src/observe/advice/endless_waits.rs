//! Why a program waits for ever, where the samples of its threads prove it.

use super::{
    build_advice,
    failures::find_last_error,
    hangs,
    observed_run::ObservedRun,
    wording::{format_count, join_names},
};
use crate::{
    observe::waits::{ProgramWaits, SampledThread},
    report::AdviceItem,
};

/// The possible reasons, the most certain first. A program that hangs is given one.
const REASONS: &[super::AdviceRule] = &[
    deadlock,
    fork_with_held_lock,
    lock_of_ended_process,
    hangs::pool_hangs,
    hangs::join_before_drain,
    waits_for_failed_child,
    task_done_missing,
    pipe_end_open,
    queue_without_sentinel,
    never_woken,
];

/// Why the program hangs, if this is the first reason.
pub fn explain_hang(seen: &ObservedRun<'_>, id: &str) -> Option<AdviceItem> {
    let reason = REASONS.iter().find_map(|reason| reason(seen));
    reason.filter(|reason| reason.id == id)
}

fn thread_name(seen: &ObservedRun<'_>, thread: &SampledThread<'_>) -> String {
    let process = seen.process_name(thread.pid);
    match &thread.sample.thread {
        Some(name) => format!("{name} of {process}"),
        None => process,
    }
}

/// `MainProcess (PID 7) waited for an item of queue `jobs` (my.py line 9)`.
fn describe(
    seen: &ObservedRun<'_>,
    waits: &ProgramWaits<'_>,
    thread: &SampledThread<'_>,
) -> String {
    let place = thread
        .place()
        .map_or(String::new(), |at| format!(" ({at})"));
    let what = waits.describe_wait(thread).unwrap_or_default();
    format!("{} waited for {what}{place}", thread_name(seen, thread))
}

fn deadlock(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let waits = seen.waits.as_ref()?;
    let circle = waits.find_circle()?;
    let because = circle.describe(waits, |thread| thread_name(seen, thread));
    if circle.is_single() {
        return Some(build_advice(
            "deadlock",
            "A `Lock` can be acquired only once until it is released, by its own holder too. Use an `RLock` where code \
             that holds the lock calls code that acquires it, or acquire it in one place only.",
            format!("{because}: it waits for itself."),
        ));
    }
    let has_join = circle
        .threads
        .iter()
        .any(|thread| thread.wait().is_some_and(|on| on.ends_with("join")));
    let says = if has_join {
        "Release a lock before you wait for a process or a thread that needs it to end."
    } else {
        "Acquire locks in the same order everywhere, for instance sorted by a number of their own, or hold only one \
         at a time."
    };
    Some(build_advice(
        "deadlock",
        says,
        format!("{because}. None of them can go on."),
    ))
}

fn fork_with_held_lock(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let waits = seen.waits.as_ref()?;
    let mut threads = waits
        .threads
        .iter()
        .filter(|thread| thread.waits_for_program());
    let stuck = threads.find(|thread| thread.sample.state.as_deref() == Some("held-at-fork"))?;
    Some(build_advice(
        "fork-with-held-lock",
        "Start processes before threads, or use the start method `spawn` or `forkserver`. A fork copies a lock as it is \
         and none of the other threads: in the child no thread is left to release it.",
        format!(
            "{}, which another thread of its parent held at the moment of the fork.",
            describe(seen, waits, stuck)
        ),
    ))
}

fn lock_of_ended_process(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let waits = seen.standstill()?;
    let is_orphan = |thread: &&SampledThread<'_>| {
        let object = thread.sample.object.as_deref().unwrap_or_default();
        let is_shared = object.starts_with("sem-") || object.starts_with('/');
        is_shared && thread.wait() == Some("Lock") && !waits.is_held(object)
    };
    let stuck = waits.threads.iter().find(is_orphan)?;
    let ended: Vec<u32> = seen
        .hooks
        .starts
        .iter()
        .map(|start| start.child)
        .filter(|child| seen.exitcode(*child).is_some())
        .collect();
    let failed = ended
        .iter()
        .copied()
        .find(|child| seen.exitcode(*child) != Some(0));
    let owner = failed.or_else(|| ended.first().copied().filter(|_| ended.len() == 1));
    let owner = match owner {
        _ if ended.is_empty() => return None,
        Some(pid) => format!(
            "{} had ended with exit code {}",
            seen.process_name(pid),
            seen.exitcode(pid).unwrap_or_default()
        ),
        None => "the process that took it had ended".to_owned(),
    };
    Some(build_advice(
        "lock-of-ended-process",
        "Hold a lock in a `with` block, and let a process end only by returning or raising: `os._exit`, `terminate` and \
         `kill` leave its locks locked for ever.",
        format!(
            "{}, which no living process held; {owner}.",
            describe(seen, waits, stuck)
        ),
    ))
}

/// The first thread that waits for something other than an end.
fn find_waiting<'w, 'a>(waits: &'w ProgramWaits<'a>) -> Option<&'w SampledThread<'a>> {
    const ENDS: &[&str] = &[
        "Process.join",
        "Thread.join",
        "Pool.join",
        "tasks",
        "os.wait",
        "Queue.flush",
    ];
    let mut threads = waits.threads.iter();
    threads.find(|thread| thread.wait().is_some_and(|on| !ENDS.contains(&on)))
}

fn waits_for_failed_child(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let waits = seen.standstill()?;
    let stuck = find_waiting(waits)?;
    let children = seen.children_started_as("child");
    let mut children = children.iter().map(|start| start.child);
    let has_failed = |child: &u32| {
        seen.exitcode(*child)
            .is_some_and(|code| code != 0 && code != -15)
    };
    let failed = children.find(has_failed)?;
    let error = find_last_error(seen, failed).map_or(String::new(), |line| format!(" ({line})"));
    Some(build_advice(
        "waits-for-failed-child",
        "Mend the error of the child first. So that such an error can't stop the others, let the child send it instead of \
         a result, or wait with a time limit and look at `exitcode`.",
        format!(
            "{} failed with exit code {}{error}. {}, and no process was left that could end this wait.",
            seen.process_name(failed),
            seen.exitcode(failed).unwrap_or_default(),
            describe(seen, waits, stuck),
        ),
    ))
}

fn task_done_missing(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let waits = seen.standstill()?;
    let mut threads = waits.threads.iter();
    let (stuck, left) =
        threads.find_map(|thread| Some((thread, thread.state_number("unfinished")?)))?;
    (left > 0).then(|| {
        build_advice(
            "task-done-missing",
            "Call `task_done()` once for each item that `get()` returned, best in a `finally` block: `join()` of a queue \
             counts these calls.",
            format!(
                "{}. The queue was empty, and for {} that had been taken out no `task_done()` was called.",
                describe(seen, waits, stuck),
                format_count(left as usize, "item", "items"),
            ),
        )
    })
}

fn pipe_end_open(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let waits = seen.standstill()?;
    let is_own =
        |thread: &&SampledThread<'_>| thread.sample.state.as_deref() == Some("writer-open");
    let stuck = waits.threads.iter().find(is_own)?;
    // Two that only receive wait for each other, whatever is open.
    let is_receiving = |thread: &&SampledThread<'_>| thread.wait() == Some("Connection.recv");
    if waits.threads.iter().filter(is_receiving).count() > 1 {
        return None;
    }
    Some(build_advice(
        "pipe-end-open",
        "Close the end of the pipe that a process does not use: the parent its writing end, right after `start()`. \
         `recv()` raises `EOFError` only when every copy of that end is closed.",
        format!(
            "{}, and still had the other end of this pipe open itself, so the pipe had no end.",
            describe(seen, waits, stuck)
        ),
    ))
}

fn queue_without_sentinel(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let waits = seen.standstill()?;
    let is_reading = |thread: &&SampledThread<'_>| {
        let on = thread.wait().unwrap_or_default();
        on.ends_with("Queue.get") || on == "proxy.get"
    };
    let readers: Vec<&SampledThread<'_>> = waits.threads.iter().filter(is_reading).collect();
    let first = readers.first()?;
    let others: Vec<String> = readers[1..]
        .iter()
        .map(|thread| thread_name(seen, thread))
        .collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!(" {} waited in the same way.", join_names(&others))
    };
    Some(build_advice(
        "queue-without-sentinel",
        "Tell each reader of a queue that nothing more will come: after the last item, put one `None` for each reader, \
         which ends its loop when it gets that.",
        format!(
            "{}, and all that could have put one had ended or waited too.{others}",
            describe(seen, waits, first)
        ),
    ))
}

fn never_woken(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    const WOKEN: &[&str] = &[
        "Event.wait",
        "Condition.wait",
        "Barrier.wait",
        "Semaphore",
        "Connection.recv",
    ];
    let waits = seen.standstill()?;
    let mut threads = waits.threads.iter();
    let stuck = threads.find(|thread| thread.wait().is_some_and(|on| WOKEN.contains(&on)))?;
    let (says, more) = match stuck.wait().unwrap_or_default() {
        "Event.wait" => (
            "Call `set()` on every way that the program can take, and before it waits for the ends of those \
                          that wait for the event.",
            String::new(),
        ),
        "Barrier.wait" => (
            "Let as many threads or processes wait at a barrier as it was made for.",
            describe_parties(stuck),
        ),
        "Connection.recv" => (
            "Let one side send before the other receives: `recv()` waits until something was sent.",
            String::new(),
        ),
        "Semaphore" => (
            "Release a semaphore as often as it was acquired: `with` does that.",
            String::new(),
        ),
        _ => (
            "Change what a condition is about and call `notify()` while the lock is held, and wait with `wait_for`, which \
               first looks whether it is already true.",
            String::new(),
        ),
    };
    Some(build_advice(
        "never-woken",
        says,
        format!(
            "{}, and all others had ended or waited too{more}.",
            describe(seen, waits, stuck)
        ),
    ))
}

/// `, so 2 of 3 had come`.
fn describe_parties(thread: &SampledThread<'_>) -> String {
    let state = thread.sample.state.as_deref().unwrap_or_default();
    let parties = state
        .strip_prefix("parties-")
        .and_then(|rest| rest.split_once('-'));
    parties.map_or(String::new(), |(came, wanted)| {
        format!(": {came} of {wanted} had come")
    })
}
