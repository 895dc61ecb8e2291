//! Whether the program itself put what two of its processes did into an order.

use super::observed_run::ObservedRun;

/// Whether what one process did at a time comes before what another did later, in every run of the program.
///
/// That one process ended before the other began is not enough: something must have made the later one begin after it.
/// The later one, or a process that started it (or started that one, and so on), was the earlier one itself, or knew by
/// then how far the earlier one was.
pub fn is_ordered(seen: &ObservedRun<'_>, (at_ns, pid): (u64, u32), later: (u64, u32)) -> bool {
    if has_passed_on(seen, (at_ns, pid), later) {
        return true;
    }
    let (mut until_ns, mut process) = later;
    // The system may give the number of a process that has ended to its descendant.
    let mut generations = 0..=seen.hooks.starts.len();
    while until_ns >= at_ns && generations.next().is_some() {
        let is_start = process != later.1;
        if process == pid || has_noticed(seen, process, pid, (at_ns, until_ns), is_start) {
            return true;
        }
        let Some(start) = seen.hooks.start_of(process) else {
            // How a child of `os.fork` was started is not known, only when.
            let is_main = seen.process_kind(process) == "main";
            let ended_ns = seen.find_process(pid).and_then(|worker| worker.exited_ns);
            return !is_main && ended_ns.is_some_and(|ended_ns| ended_ns < until_ns);
        };
        (until_ns, process) = (start.at_ns, start.pid);
    }
    false
}

/// Whether the earlier process gave something to others afterwards, and then the later one got something: it may have
/// come from the one to the other through any number of processes.
fn has_passed_on(seen: &ObservedRun<'_>, earlier: (u64, u32), later: (u64, u32)) -> bool {
    let mut sent = seen.hooks.sending_times(earlier.1);
    let Some(sent_ns) = sent.find(|sent_ns| *sent_ns >= earlier.0) else {
        return false;
    };
    let mut messages = seen.hooks.message_times(later.1);
    messages.any(|got_ns| sent_ns <= got_ns && got_ns <= later.0)
}

/// Whether a process noticed in that time that the other one, or a process that started it, had ended; one that then
/// starts a process may also have got the other one's answer.
fn has_noticed(
    seen: &ObservedRun<'_>,
    process: u32,
    other: u32,
    (from, to): (u64, u64),
    is_start: bool,
) -> bool {
    let is_then = |at_ns: u64| from <= at_ns && at_ns <= to;
    if is_start && seen.hooks.message_times(process).any(is_then) {
        return true;
    }
    let starter = |pid: &u32| Some(seen.hooks.start_of(*pid)?.pid);
    let ancestors = std::iter::successors(Some(other), starter);
    let mut ancestors = ancestors.take(seen.hooks.starts.len() + 1);
    ancestors.any(|ended| {
        let mut ends = seen.hooks.noticed_ends(ended);
        ends.any(|(at_ns, by)| by == process && is_then(at_ns))
    })
}
