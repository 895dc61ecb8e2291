//! Advice for shared memory that several processes change without a lock.

use std::collections::BTreeMap;

use super::{build_advice, observed_run::ObservedRun, wording::join_names};
use crate::{record::UnlockedUpdate, report::AdviceItem};

/// The updates of one place in memory by one process.
#[derive(Clone, Copy)]
struct UpdateSpan<'a> {
    pid: u32,
    from: u64,
    to: u64,
    last: &'a UnlockedUpdate,
}

pub fn value_without_lock(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut spans: BTreeMap<(&str, u32), UpdateSpan<'_>> = BTreeMap::new();
    for update in &seen.hooks.updates {
        let span = UpdateSpan {
            pid: update.pid,
            from: update.at_ns,
            to: update.at_ns,
            last: update.what,
        };
        let known = spans.entry((&update.what.of, update.pid)).or_insert(span);
        (known.to, known.last) = (update.at_ns, update.what);
    }
    let all: Vec<UpdateSpan<'_>> = spans.into_values().collect();
    let (one, other) = all.iter().enumerate().find_map(|(at, one)| {
        let mut later = all[at + 1..].iter();
        let other = later.find(|other| {
            one.last.of == other.last.of && may_meet(seen, one, other) && may_meet(seen, other, one)
        })?;
        Some((*one, *other))
    })?;
    let (what, read) = match one.last.kind.as_str() {
        "Array" => ("array", "array[i] += 1"),
        _ => ("value", "value.value += 1"),
    };
    Some(build_advice(
        "value-without-lock",
        format!(
            "Hold the lock around the whole change: `with {what}.get_lock():`. `{read}` reads, adds and writes, and what \
             another process writes in between is lost.",
        ),
        format!(
            "{} changed the same shared {} without a lock, in {}.",
            join_names(&seen.process_names([one.pid, other.pid])),
            one.last.kind,
            one.last.place,
        ),
    ))
}

/// Whether one process was there when the other changed the memory: not one after the other.
fn may_meet(seen: &ObservedRun<'_>, one: &UpdateSpan<'_>, other: &UpdateSpan<'_>) -> bool {
    let Some(process) = seen.find_process(one.pid) else {
        return false;
    };
    let end = process.exited_ns.unwrap_or(u64::MAX);
    other.to >= process.started_ns && other.from <= end
}
