//! Advice for memory: shared memory that several processes change without a lock, and memory that is not shared.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    build_advice, observed_run::ObservedRun, order::is_ordered, recorded_hooks::RecordedHook,
    wording::join_names,
};
use crate::{
    record::{KeptMemory, MemoryChange, UnlockedUpdate},
    report::AdviceItem,
};

pub fn value_without_lock(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut by_place: BTreeMap<&str, Vec<&RecordedHook<'_, UnlockedUpdate>>> = BTreeMap::new();
    for update in &seen.hooks.updates {
        by_place.entry(&update.of).or_default().push(update);
    }
    let mut places = by_place.into_values();
    let (one, other) = places.find_map(|updates| find_unordered(seen, updates))?;
    let (what, read) = match one.kind.as_str() {
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
            join_names(&seen.process_names(BTreeSet::from([one.pid, other.pid]))),
            one.kind,
            one.place,
        ),
    ))
}

/// Two updates of one place by different processes that the program left without an order. Order is transitive, so it
/// is enough to look at neighbours.
fn find_unordered<'r, 'a>(
    seen: &ObservedRun<'_>,
    mut updates: Vec<&'r RecordedHook<'a, UnlockedUpdate>>,
) -> Option<(
    &'r RecordedHook<'a, UnlockedUpdate>,
    &'r RecordedHook<'a, UnlockedUpdate>,
)> {
    updates.sort_by_key(|update| update.at_ns);
    let mut pairs = updates.iter().zip(updates.iter().skip(1));
    let (one, other) = pairs.find(|(one, other)| {
        one.pid != other.pid && !is_ordered(seen, (one.at_ns, one.pid), (other.at_ns, other.pid))
    })?;
    Some((*one, *other))
}

pub fn copy_not_written_back(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let first = seen.hooks.copy_changes.first()?;
    Some(build_advice(
        "copy-not-written-back",
        format!(
            "Write the changed {} back: `part = shared[key]`, change `part`, then `shared[key] = part`, with a lock around \
             it. Or put a `manager.list()` or `manager.dict()` inside. Reading from a manager's object gives a copy.",
            first.kind,
        ),
        format!(
            "{} changed a {} that it had just read from a manager's object, in {}, and kept no reference to it.",
            seen.process_name(first.pid),
            first.kind,
            first.place,
        ),
    ))
}

pub fn memory_not_shared(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut changes = seen.hooks.memory_changes.iter();
    let first = changes.find(|change| is_for_parent(seen, change))?;
    let same = seen.hooks.memory_changes.iter();
    let same = same.filter(|change| change.name == first.name && change.argument == first.argument);
    let pids: BTreeSet<u32> = same.map(|change| change.pid).collect();
    let what = if first.argument {
        format!("its argument `{}`", first.name)
    } else {
        format!("`{}`", first.name)
    };
    Some(build_advice(
        "memory-not-shared",
        "Send results back: `return` them from a pool's task, or put them into a `Queue`. Each process has its own copy of \
         all variables, so what a child changes there, its parent never sees.",
        format!(
            "{} changed {what}, which nothing in a child reads, and ended; in {} it is unchanged.",
            join_names(&seen.process_names(pids)),
            parent_of(seen, first.pid)
                .map_or_else(|| "its parent".to_owned(), |pid| seen.process_name(pid)),
        ),
    ))
}

/// Whether the change can only be meant for the parent: only its functions read the variable, and there it stays as it
/// was.
fn is_for_parent(seen: &ObservedRun<'_>, change: &RecordedHook<'_, MemoryChange>) -> bool {
    if change.argument {
        return true;
    }
    let Some(parent) = parent_of(seen, change.pid) else {
        return false;
    };
    let mut kept = seen.hooks.kept_memory.iter();
    let is_kept = |kept: &&RecordedHook<'_, KeptMemory>| {
        kept.pid == parent && kept.names.split(',').any(|name| name == change.name)
    };
    let Some(kept) = kept.find(is_kept) else {
        return false;
    };
    let starters: Vec<&str> = kept.starters.split(',').collect();
    let mut readers = change.readers.split(',');
    !change.readers.is_empty() && readers.all(|reader| starters.contains(&reader))
}

/// The process that started this one.
fn parent_of(seen: &ObservedRun<'_>, pid: u32) -> Option<u32> {
    Some(seen.hooks.start_of(pid)?.pid)
}

pub fn same_random_numbers(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut by_state: BTreeMap<(&str, &str), BTreeSet<u32>> = BTreeMap::new();
    for draw in &seen.hooks.random_draws {
        let pids = by_state.entry((&draw.of, &draw.state)).or_default();
        pids.insert(draw.pid);
    }
    let ((of, _), pids) = by_state.into_iter().find(|(_, pids)| pids.len() > 1)?;
    let says = if of == "numpy.random" {
        "Give each process random numbers of its own: `numpy.random.default_rng(seed)`, with one seed of \
         `SeedSequence(0).spawn(n)` for each. A child has a copy of its parent's generator, so all children draw the same \
         numbers."
    } else {
        "Give each process random numbers of its own: seed a generator in the child, with a number that you pass to it. A \
         child has a copy of its parent's generator, so all children draw the same numbers."
    };
    Some(build_advice(
        "same-random-numbers",
        says,
        format!(
            "{} drew numbers from the same state of `{of}`.",
            join_names(&seen.process_names(pids)),
        ),
    ))
}
