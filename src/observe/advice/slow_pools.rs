//! Advice for pools that cost more than they gain.

use super::{
    build_advice,
    observed_run::ObservedRun,
    recorded_hooks::RecordedHook,
    wording::{format_count, format_seconds},
};
use crate::{
    record::{PoolCall, PoolCreation, PoolTasks},
    report::AdviceItem,
};

/// A pool is called slower if a plain loop would have needed less than this part of its time …
const CLEARLY: f64 = 0.8;

/// … or than this part, with tasks so long that sending them hardly counts: others may have had the cores …
const BY_FAR: f64 = 0.5;
const LONG_TASK_S: f64 = 0.005;

/// … and if that saves a time that a user can notice.
const LEAST_S: f64 = 0.1;

/// The most that making a pool counts for each worker: on a busy machine it takes many times as long.
const MAKING_S: f64 = 0.003;

/// A small pool is called slower only if passing tasks used processor time, at least this part of the time that is lost.
/// Otherwise its workers waited, for their start or for a core.
const LEAST_CPU: f64 = 0.3;
const SMALL_POOL: usize = 8;

/// The most processor time, on a busy machine, of starting the main process, and each worker: a forked one, or one with a
/// new interpreter.
const MAIN_START_S: f64 = 0.2;
const FORK_S: f64 = 0.04;
const SPAWN_S: f64 = 0.2;

/// A pool that has tasks for less than one part in so many of its time gets them now and then, beside other work.
const NOW_AND_THEN: f64 = 2.0;

/// A pool with so few tasks for each worker, and with so little work or time lost, is a first experiment: advice would not
/// help, and the start of its workers is most of its time.
const FEW_TASKS: u64 = 5;
const HARDLY_WORK_S: f64 = 0.001;
const HARDLY_LOST_S: f64 = 1.0;

/// What a chunk should carry: so many times what its message costs, and at least so many seconds.
const TIMES: f64 = 20.0;
const CHUNK_S: f64 = 0.001;

/// The highest cost of one message. A longer time has other causes.
const MOST_OVERHEAD_S: f64 = 0.001;

/// The one pool of processes of a program, in figures.
struct PoolUsage {
    workers: usize,
    /// The seconds that its creation took, as far as they count.
    made_s: f64,
    /// The seconds in which it had tasks.
    wall_s: f64,
    /// The seconds inside the functions, of all workers together: the most that a plain loop would need.
    busy_s: f64,
    tasks: u64,
    chunks: u64,
    /// The chunk size of the largest call, if there is one, and the call's method.
    chunk: Option<u64>,
    method: String,
}

pub fn slower_than_serial(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let mut failures = seen.hooks.failures.iter();
    if seen.has_failed() || failures.any(|failure| failure.part == "task") {
        return None;
    }
    let pool = PoolUsage::from_run(seen)?;
    let whole = pool.made_s + pool.wall_s;
    let lost = whole - pool.busy_s;
    if (is_all_apply(seen) && pool.tasks > 1) || pool.is_a_first_try(lost) {
        return None;
    }
    if pool.workers < 2
        || pool.busy_s >= pool.time_margin() * whole
        || lost < LEAST_S
        || (pool.workers <= SMALL_POOL && cost_of_passing_s(seen)? < LEAST_CPU * lost)
    {
        return None;
    }
    let in_chunks = match pool.chunk {
        Some(size) if size > 1 => format!(", in chunks of {size}"),
        _ => ", each sent by itself".to_owned(),
    };
    let because = format!(
        "{} took {} in the workers ({} each{in_chunks}); with the pool it was {}.",
        format_count(pool.tasks as usize, "task", "tasks"),
        format_seconds(pool.busy_s),
        format_seconds(pool.busy_s / pool.tasks as f64),
        format_seconds(whole),
    );
    Some(build_advice(
        "pool-slower-than-serial",
        pool.suggest_remedy(),
        because,
    ))
}

impl PoolUsage {
    /// `None` unless the program created exactly one pool of processes, and all its tasks are done.
    fn from_run(seen: &ObservedRun<'_>) -> Option<Self> {
        let pools = seen.hooks.pools.iter();
        let mut made = pools.filter(|pool| pool.has_processes());
        let pool = made.next().filter(|_| made.next().is_none())?;
        let calls = collect_calls(seen, pool)?;
        let done = last_tasks(seen);
        let sum = |field: fn(&PoolTasks) -> u64| -> u64 { done.iter().map(|of| field(of)).sum() };
        let (covered_ns, open_ns) = (covered_time_ns(&calls), open_time_ns(&calls));
        if open_ns as f64 * NOW_AND_THEN < covered_ns as f64 {
            return None;
        }
        let largest = calls.iter().max_by_key(|call| call.tasks)?;
        let (tasks, chunks) = (sum(|of| of.tasks), sum(|of| of.chunks));
        (tasks > 0 && chunks > 0).then(|| Self {
            workers: pool.workers as usize,
            made_s: (pool.took_ns as f64 / 1e9).min(MAKING_S * f64::from(pool.workers)),
            wall_s: open_ns.min(covered_ns) as f64 / 1e9,
            busy_s: sum(|of| of.busy_ns) as f64 / 1e9,
            tasks,
            chunks,
            chunk: largest.chunk,
            method: largest.method.clone(),
        })
    }

    fn is_a_first_try(&self, lost_s: f64) -> bool {
        let is_small = self.busy_s < HARDLY_WORK_S || lost_s < HARDLY_LOST_S;
        self.tasks < FEW_TASKS * self.workers as u64 && is_small
    }

    fn time_margin(&self) -> f64 {
        if self.busy_s / self.tasks as f64 > LONG_TASK_S {
            BY_FAR
        } else {
            CLEARLY
        }
    }

    fn suggest_remedy(&self) -> String {
        let without = "Do without a pool here: a plain loop does this work faster. A pool pays where the tasks take \
                       much longer than starting its workers and sending the tasks to them.";
        let shared = self.busy_s / self.workers as f64;
        if self.made_s + shared >= self.busy_s {
            return without.to_owned();
        }
        let Some(size) = self.chunk_to_try() else {
            return "Send less with each task, and return less: most of the time went into passing data between the \
                    processes, which a plain loop does not need."
                .to_owned();
        };
        let each = format_seconds(size as f64 * self.busy_s / self.tasks as f64);
        match self.method.as_str() {
            "submit" | "apply" | "apply_async" => format!(
                "Use `map` with chunksize={size}, so that each message carries about {each} of work. Now every task \
                 travels by itself."
            ),
            method => format!(
                "Try chunksize={size} with `{method}`, so that each message carries about {each} of work. Tasks this \
                 small cost more to send than to do."
            ),
        }
    }

    /// A chunk size at which messages hardly count; `None` if larger chunks would not help.
    fn chunk_to_try(&self) -> Option<u64> {
        let task = self.busy_s / self.tasks as f64;
        let idle = self.wall_s - self.busy_s / self.workers as f64;
        let overhead = (idle / self.chunks as f64).clamp(0.0, MOST_OVERHEAD_S);
        let wanted = (TIMES * overhead).max(CHUNK_S) / task;
        let most = self.tasks.div_ceil(self.workers as u64);
        let size = round_up_plainly(wanted.ceil().min(most as f64) as u64).min(most);
        (size > 2 * self.chunk.unwrap_or(1)).then_some(size)
    }
}

/// Rounds a number up to one or two significant digits.
fn round_up_plainly(number: u64) -> u64 {
    let mut unit = 1;
    while number / unit >= 100 {
        unit *= 10;
    }
    number.div_ceil(unit) * unit
}

/// One call, or the sum of many.
struct PoolCallSpan {
    from: u64,
    to: u64,
    tasks: u64,
    chunk: Option<u64>,
    method: String,
    open_ns: Option<u64>,
}

/// The calls of a pool; `None` if one of them never ended.
fn collect_calls(
    seen: &ObservedRun<'_>,
    pool: &RecordedHook<'_, PoolCreation>,
) -> Option<Vec<PoolCallSpan>> {
    let calls = seen.hooks.pool_calls.iter();
    let own = calls.filter(|call| call.pid == pool.pid && call.pool == pool.pool);
    let mut numbers: Vec<u32> = own.map(|call| call.call).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
        .into_iter()
        .map(|number| collect_call(seen, pool.pid, number))
        .collect()
}

fn collect_call(seen: &ObservedRun<'_>, pid: u32, number: u32) -> Option<PoolCallSpan> {
    let calls = seen.hooks.pool_calls.iter();
    let mut own = calls.filter(|call| call.pid == pid && call.call == number);
    let first = own.next()?;
    let last = own.next_back().unwrap_or(first);
    let mut finished = seen.hooks.finished_calls.iter();
    let done = finished.find(|call| call.pid == pid && ***call == number)?;
    Some(PoolCallSpan {
        from: first.at_ns,
        to: done.at_ns,
        tasks: last.tasks.unwrap_or_default(),
        chunk: last.chunk,
        method: last.method.clone(),
        open_ns: last.open_ns,
    })
}

/// The time in which calls had tasks without a result.
fn open_time_ns(calls: &[PoolCallSpan]) -> u64 {
    let open = |call: &PoolCallSpan| call.open_ns.unwrap_or(call.to.saturating_sub(call.from));
    calls.iter().map(open).sum()
}

/// The time that calls cover together, where they overlap only once.
fn covered_time_ns(calls: &[PoolCallSpan]) -> u64 {
    let mut spans: Vec<(u64, u64)> = calls.iter().map(|call| (call.from, call.to)).collect();
    spans.sort_unstable();
    let (mut sum, mut until) = (0, 0);
    for (from, to) in spans {
        sum += to.saturating_sub(from.max(until));
        until = until.max(to);
    }
    sum
}

/// The last report of each worker about its tasks.
fn last_tasks<'a>(seen: &'a ObservedRun<'_>) -> Vec<&'a RecordedHook<'a, PoolTasks>> {
    let mut last: Vec<&RecordedHook<'_, PoolTasks>> = Vec::new();
    for done in &seen.hooks.tasks {
        match last.iter_mut().find(|known| known.pid == done.pid) {
            Some(known) => *known = done,
            None => last.push(done),
        }
    }
    last
}

/// So many tasks, and so much time, show a habit.
const LEAST_SINGLE_TASKS: u64 = 3;
const LEAST_OPEN_NS: u64 = 50_000_000;

pub fn one_at_a_time(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let (pool, call) = seen.hooks.pools.iter().find_map(|pool| {
        let calls = seen.hooks.pool_calls.iter();
        let mut own = calls.filter(|call| (call.pid, call.pool) == (pool.pid, pool.pool));
        let last = own.next_back()?;
        let is_only_one = own.all(|call| call.call == last.call);
        let span = collect_call(seen, pool.pid, last.call)?;
        let is_now_and_then = open_time_ns(std::slice::from_ref(&span)) as f64 * NOW_AND_THEN
            < (span.to - span.from) as f64;
        let is_habit = is_only_one && is_one_at_a_time(last) && !is_now_and_then;
        (pool.workers >= 2 && is_habit).then_some((pool, last))
    })?;
    let fetch = match call.method.as_str() {
        "submit" => "result()",
        _ => "get()",
    };
    Some(build_advice(
        "one-at-a-time",
        format!(
            "Call `{0}` for all tasks first, keep what it returns in a list, and call `{fetch}` in a second loop; or use \
             `map`. `{0}(…).{fetch}` waits for each result before the next task is handed in.",
            call.method,
        ),
        format!(
            "{} were handed to a pool of {} by `{}`, and never were two of them open at once: {} in all.",
            format_count(call.tasks.unwrap_or_default() as usize, "task", "tasks"),
            format_count(pool.workers as usize, "worker", "workers"),
            call.method,
            format_seconds(call.open_ns.unwrap_or_default() as f64 / 1e9),
        ),
    ))
}

/// Processor time that went neither into tasks nor into starting; without figures, all of it.
fn cost_of_passing_s(seen: &ObservedRun<'_>) -> Option<f64> {
    let Some(all) = seen.run.last_observed("cpu", &[]) else {
        return Some(f64::INFINITY);
    };
    let starts = seen
        .hooks
        .starts
        .iter()
        .map(|start| match start.method.as_str() {
            "fork" => FORK_S,
            _ => SPAWN_S,
        });
    let tasks: u64 = last_tasks(seen).iter().map(|done| done.cpu_ns).sum();
    let known = MAIN_START_S + starts.sum::<f64>() + tasks as f64 / 1e9;
    Some(all.number()? - known)
}

fn is_one_at_a_time(call: &PoolCall) -> bool {
    let tasks = call.tasks.unwrap_or_default();
    matches!(call.method.as_str(), "submit" | "apply_async")
        && tasks >= LEAST_SINGLE_TASKS
        && call.most_open == 1
        && call.waited_singly + 1 >= tasks
        && call.open_ns.unwrap_or_default() >= LEAST_OPEN_NS
}

fn is_all_apply(seen: &ObservedRun<'_>) -> bool {
    let mut calls = seen.hooks.pool_calls.iter();
    calls.all(|call| call.method == "apply")
}

pub fn apply_one_at_a_time(seen: &ObservedRun<'_>) -> Option<AdviceItem> {
    let pool = PoolUsage::from_run(seen)?;
    if !is_all_apply(seen) || pool.workers < 2 || pool.tasks < 2 || pool.busy_s < 0.01 {
        return None;
    }
    Some(build_advice(
        "apply-one-at-a-time",
        "Use `map`, or `apply_async` with a `get()` for each result after the last call. `apply` waits for each result \
         before it returns, so the workers take turns.",
        format!(
            "{} were handed to a pool of {} by `apply`, one after the other: {} of work in {}.",
            format_count(pool.tasks as usize, "task", "tasks"),
            format_count(pool.workers, "worker", "workers"),
            format_seconds(pool.busy_s),
            format_seconds(pool.wall_s),
        ),
    ))
}
