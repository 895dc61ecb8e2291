//! Advice for threads that compute under a GIL and therefore take turns.

use std::collections::BTreeMap;

use super::{
    build_advice,
    observed_run::ObservedRun,
    wording::{format_count, format_nanoseconds, join_names},
};
use crate::{
    record::{HookEvent, Value, metrics::LEAST_LOCK_SWITCHES},
    report::AdviceItem,
};

/// Less processor time is not worth an advice: of one thread, and of all.
const LEAST_OF_ONE_NS: u64 = 50_000_000;
const LEAST_NS: u64 = 200_000_000;

/// The share of all computing that each of the threads must have, to be one of several that compute.
const SHARE: f64 = 0.15;

/// Processor time by wall time: below it they waited for other things, above it they did run at once.
const LEAST_CORES: f64 = 0.6;
const MOST_CORES: f64 = 1.15;

struct ComputingThread {
    name: String,
    from: u64,
    to: u64,
    cpu: u64,
    /// How long it could have run, but other programs had the cores.
    delay: u64,
    /// How often it gave its core away to wait, where that is known.
    waits: Option<u64>,
}

pub fn threads_with_gil(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    if seen.run.machine().cores_usable < 2 {
        return None;
    }
    let (pid, threads) = collect_threads(seen)
        .into_iter()
        .find(|(pid, threads)| holds_gil(seen, *pid) && take_turns(threads))?;
    let cpu: u64 = threads.iter().map(|thread| thread.cpu).sum();
    let wall = covered_time_ns(&threads);
    let names: Vec<String> = threads.iter().map(|thread| thread.name.clone()).collect();
    Some(build_advice(
        "threads-with-gil",
        "Use processes for work that computes: `Pool` or `ProcessPoolExecutor`. This Python has a global interpreter \
         lock, so its threads compute one at a time; they help where they wait.",
        format!(
            "In {}, {} ({}) used {} of processor time in {}: {:.2} cores together.",
            seen.process_name(pid),
            format_count(threads.len(), "thread", "threads"),
            join_names(&names),
            format_nanoseconds(cpu),
            format_nanoseconds(wall),
            cpu as f64 / wall as f64,
        ),
    ))
}

/// Whether the Python of that process had its GIL enabled at its last report.
fn holds_gil(seen: &ObservedRun<'_>, pid: u32) -> bool {
    match seen.run.last_observed("gil", &[("pid", &pid.to_string())]) {
        Some(Value::Flag(gil)) => gil,
        _ => seen.run.interpreter().is_none_or(|python| python.gil),
    }
}

/// The threads of each process that computed.
fn collect_threads(seen: &ObservedRun<'_>) -> BTreeMap<u32, Vec<ComputingThread>> {
    let mut all: BTreeMap<u32, Vec<ComputingThread>> = BTreeMap::new();
    let mut begun = BTreeMap::new();
    for hook in &seen.hooks.all {
        match &**hook {
            HookEvent::ThreadStarted(thread) if !thread.internal => {
                begun.insert((hook.pid, thread.tid), (&thread.name, hook.at_ns));
            }
            HookEvent::ThreadEnded(end) => {
                let Some((name, from)) = begun.remove(&(hook.pid, end.tid)) else {
                    continue;
                };
                if end.cpu_ns >= LEAST_OF_ONE_NS {
                    all.entry(hook.pid).or_default().push(ComputingThread {
                        name: name.clone(),
                        from,
                        to: hook.at_ns,
                        cpu: end.cpu_ns,
                        delay: end.delay_ns.unwrap_or_default(),
                        waits: end.waits,
                    });
                }
            }
            _ => {}
        }
    }
    all
}

/// Whether several of them computed during the same time, on one core together.
fn take_turns(threads: &[ComputingThread]) -> bool {
    let cpu: u64 = threads.iter().map(|thread| thread.cpu).sum();
    let wall = covered_time_ns(threads);
    if cpu < LEAST_NS || wall == 0 {
        return false;
    }
    // On a busy machine each of them waits for a core too: then it had the lock, or was about to.
    let delay: u64 = threads.iter().map(|thread| thread.delay).sum();
    let least = (cpu + delay) as f64 / wall as f64;
    let most = cpu as f64 / wall as f64;
    let many = threads
        .iter()
        .filter(|thread| thread.cpu as f64 >= SHARE * cpu as f64);
    many.count() >= 2
        && least >= LEAST_CORES
        && most < MOST_CORES
        && overlap_mostly(threads)
        && wait_often(threads, cpu)
}

/// Whether the threads waited as often as threads that take turns at a lock; `true` if the waits were not counted.
fn wait_often(threads: &[ComputingThread], cpu_ns: u64) -> bool {
    let waits: Option<u64> = threads.iter().map(|thread| thread.waits).sum();
    waits.is_none_or(|waits| waits as f64 >= LEAST_LOCK_SWITCHES * cpu_ns as f64 / 1e9)
}

/// The time in which at least one of them was there.
fn covered_time_ns(threads: &[ComputingThread]) -> u64 {
    let mut spans: Vec<(u64, u64)> = threads
        .iter()
        .map(|thread| (thread.from, thread.to))
        .collect();
    spans.sort_unstable();
    let (mut sum, mut until) = (0, 0);
    for (from, to) in spans {
        sum += to.saturating_sub(from.max(until));
        until = until.max(to);
    }
    sum
}

/// Whether they were there at the same time for the most part, not one after the other.
fn overlap_mostly(threads: &[ComputingThread]) -> bool {
    let lifetimes_ns: u64 = threads
        .iter()
        .map(|thread| thread.to.saturating_sub(thread.from))
        .sum();
    lifetimes_ns as f64 > 1.4 * covered_time_ns(threads) as f64
}
