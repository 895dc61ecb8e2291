//! Whether the program itself put what two of its processes did into an order.

use super::observed_run::ObservedRun;

/// Whether what one process did at a time comes before what another did later, in every run of the program.
///
/// That one process ended before the other began is not enough: something must have made the later one begin after it.
/// The later one, or a process that started it (or started that one, and so on), was the earlier one itself, or knew by
/// then how far the earlier one was.
pub fn is_ordered(seen: &ObservedRun<'_>, (at_ns, pid): (u64, u32), later: (u64, u32)) -> bool {
    let (mut until_ns, mut process) = later;
    while until_ns >= at_ns {
        if process == pid || has_heard(seen, process, pid, (at_ns, until_ns)) {
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

/// Whether a process noticed in that time that the other one, or a process that started it, had ended, or else got a
/// message or a signal, which can be from the other one.
fn has_heard(seen: &ObservedRun<'_>, process: u32, other: u32, (from, to): (u64, u64)) -> bool {
    let is_then = |at_ns: u64| from <= at_ns && at_ns <= to;
    let mut messages = seen.hooks.message_times(process);
    if messages.any(is_then) {
        return true;
    }
    let starter = |pid: &u32| Some(seen.hooks.start_of(*pid)?.pid);
    let mut ancestors = std::iter::successors(Some(other), starter);
    ancestors.any(|ended| {
        let mut ends = seen.hooks.noticed_ends(ended);
        ends.any(|(at_ns, by)| by == process && is_then(at_ns))
    })
}
