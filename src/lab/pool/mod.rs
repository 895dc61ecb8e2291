//! `pool`: four ways of submitting tasks to a pool, and what a pool saves.

mod report;

use std::{
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{Demo, DemoContext, LabError, children::PoolMembers, trials};
use crate::{
    catalog::demos,
    mp::{self, AsyncResult, Connection, Pool},
    record::Value,
};

/// Tasks for each of the four calls.
const TASKS: u64 = 4;
/// The duration of each task.
const TASK: Duration = Duration::from_millis(100);
/// Tasks so small that starting a process for each dominates the cost.
const SMALL_TASKS: u64 = 40;
/// How often the pool and the processes take turns.
const ROUNDS: u32 = 3;

/// The four calls, and a process for each task.
pub static DEMO: Demo = Demo {
    spec: &demos::POOL,
    run,
    report: report::build_report,
    summary: report::build_summary,
};

/// A way of submitting tasks to a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PoolCall {
    Apply,
    ApplyAsync,
    Map,
    MapAsync,
}

impl PoolCall {
    const ALL: [Self; 4] = [Self::Apply, Self::ApplyAsync, Self::Map, Self::MapAsync];

    fn name(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::ApplyAsync => "apply_async",
            Self::Map => "map",
            Self::MapAsync => "map_async",
        }
    }
}

/// The result of a task.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SquareResult {
    number: u64,
    square: u64,
    pid: u32,
}

/// The result of a call with all its tasks.
struct CallOutcome {
    returned_s: f64,
    finished_s: f64,
    /// Whether the results were complete when the call returned.
    waited: bool,
    done: Vec<SquareResult>,
}

fn run(bench: &DemoContext) -> Result<(), LabError> {
    let workers = bench.workers(2);
    bench.resolve_params(|params| params.workers = Some(workers));
    trials::probe_cores(bench, "start");
    let steps = PoolCall::ALL.len() as u32 + 2 * ROUNDS;
    let members = PoolMembers::new(bench);
    let pool = bench.mp.pool(workers as usize)?;
    members.record_workers(&pool);
    for (step, call) in (0..).zip(PoolCall::ALL) {
        bench.check_stop()?;
        bench.report_progress(step, steps, format!("{TASKS} tasks by {}", call.name()));
        let outcome = trials::measure_undisturbed(bench, || make_call(call, &pool))?;
        observe_call(bench, call, &outcome);
    }
    pool.close();
    pool.join()?;
    members.record_exits(&pool);
    for round in 0..ROUNDS {
        for (turn, way) in [SmallTaskWay::Pool, SmallTaskWay::Processes]
            .into_iter()
            .enumerate()
        {
            bench.check_stop()?;
            let step = PoolCall::ALL.len() as u32 + 2 * round + turn as u32;
            bench.report_progress(
                step,
                steps,
                format!("{SMALL_TASKS} small tasks: {}", way.name()),
            );
            let (seconds, starts) = trials::measure_undisturbed(bench, || match way {
                SmallTaskWay::Pool => time_pool(bench, workers),
                SmallTaskWay::Processes => time_processes(bench, workers),
            })?;
            bench.observe(
                "small_tasks",
                [("way", way.name())],
                Value::Seconds(seconds),
            );
            bench.observe("starts", [("way", way.name())], Value::count(starts));
        }
    }
    bench.report_progress(steps, steps, "done");
    trials::probe_cores(bench, "end");
    Ok(())
}

/// Submits the tasks, and waits until all are done.
fn make_call(call: PoolCall, pool: &Pool) -> Result<CallOutcome, LabError> {
    let began = Instant::now();
    let since = || began.elapsed().as_secs_f64();
    let numbers = 1..=TASKS;
    let (returned_s, waited, done) = match call {
        PoolCall::Apply => {
            let done = numbers
                .map(|number| pool.apply(slow_square, (number,)))
                .collect::<Result<Vec<_>, _>>()?;
            (since(), true, done)
        }
        PoolCall::ApplyAsync => {
            let pending = numbers
                .map(|number| pool.apply_async(slow_square, (number,)))
                .collect::<Result<Vec<_>, _>>()?;
            let (returned_s, waited) = (since(), pending.iter().all(AsyncResult::ready));
            let done = pending.into_iter().map(AsyncResult::get);
            (returned_s, waited, done.collect::<Result<Vec<_>, _>>()?)
        }
        PoolCall::Map => {
            let done = pool.map(slow_square, numbers)?;
            (since(), true, done)
        }
        PoolCall::MapAsync => {
            let pending = pool.map_async(slow_square, numbers)?;
            let (returned_s, waited) = (since(), pending.ready());
            (returned_s, waited, pending.get()?)
        }
    };
    Ok(CallOutcome {
        returned_s,
        finished_s: since(),
        waited,
        done,
    })
}

fn observe_call(bench: &DemoContext, call: PoolCall, outcome: &CallOutcome) {
    let labels = [("call", call.name())];
    bench.observe("waited", labels, Value::Flag(outcome.waited));
    bench.observe("returned_after", labels, Value::Seconds(outcome.returned_s));
    bench.observe("finished_after", labels, Value::Seconds(outcome.finished_s));
    for SquareResult {
        number,
        square,
        pid,
    } in &outcome.done
    {
        let task = number.to_string();
        let labels = [("call", call.name()), ("task", task.as_str())];
        bench.observe("result", labels, Value::Count(*square as i64));
        bench.observe("done_by", labels, Value::Pid(*pid));
    }
}

/// A slow task that needs little processor time: it sleeps, so that it takes as long on one core.
pub fn slow_square(number: u64) -> SquareResult {
    thread::sleep(TASK);
    SquareResult {
        number,
        square: number * number,
        pid: std::process::id(),
    }
}

/// How small tasks are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SmallTaskWay {
    Pool,
    Processes,
}

impl SmallTaskWay {
    const ALL: [Self; 2] = [Self::Pool, Self::Processes];

    fn name(self) -> &'static str {
        match self {
            Self::Pool => "one pool",
            Self::Processes => "a process per task",
        }
    }
}

/// Seconds for all the small tasks, including creating and closing the pool, and the number of processes that
/// were started.
fn time_pool(bench: &DemoContext, workers: u32) -> Result<(f64, usize), LabError> {
    let began = Instant::now();
    let pool = bench.mp.pool(workers as usize)?;
    let squares = pool.map_chunked(small_square, 0..SMALL_TASKS, 1)?;
    pool.close();
    pool.join()?;
    check_squares(&squares)?;
    Ok((began.elapsed().as_secs_f64(), workers as usize))
}

/// The same with a new process for each task, with as many at a time as the pool has workers.
fn time_processes(bench: &DemoContext, workers: u32) -> Result<(f64, usize), LabError> {
    let began = Instant::now();
    let numbers: Vec<u64> = (0..SMALL_TASKS).collect();
    let mut squares = Vec::new();
    for batch in numbers.chunks(workers as usize) {
        bench.check_stop()?;
        let mut running = Vec::new();
        for &number in batch {
            let (result, theirs) = mp::pipe::<(), u64>()?;
            let mut process = bench.mp.process(send_square, (number, theirs));
            process.start()?;
            running.push((process, result));
        }
        for (process, result) in running {
            squares.push(result.recv()?);
            process.join()?;
        }
    }
    check_squares(&squares)?;
    Ok((began.elapsed().as_secs_f64(), numbers.len()))
}

/// Both ways must have done the same work, or comparing them would mean nothing.
fn check_squares(squares: &[u64]) -> Result<(), LabError> {
    if squares
        .iter()
        .copied()
        .eq((0..SMALL_TASKS).map(small_square))
    {
        return Ok(());
    }
    Err(LabError::Worker(format!("wrong squares: {squares:?}")))
}

/// A task that takes almost no time.
pub fn small_square(number: u64) -> u64 {
    number * number
}

/// The same task for a process, which must send its result.
///
/// # Errors
/// If the parent is gone.
pub fn send_square(number: u64, parent: Connection<u64, ()>) -> Result<(), mp::Failure> {
    parent.send(small_square(number))?;
    Ok(())
}
