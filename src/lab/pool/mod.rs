//! `pool`: four ways of submitting tasks to a pool, and what a pool saves.

mod report;

use std::{
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{
    Demo, DemoContext, LabError,
    children::PoolMembers,
    trials::{self, StepCounter},
};
use crate::{
    catalog::demos,
    measure::clock,
    mp::{self, AsyncResult, Connection, Pool},
    record::{Value, named_enum},
    report::pictures,
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
    pictures: |run, _| pictures::call_timelines(run),
};

named_enum! {
    /// A way of submitting tasks to a pool.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum PoolMethod {
        Apply = "apply",
        ApplyAsync = "apply_async",
        Map = "map",
        MapAsync = "map_async",
    }
}

/// The result of a task.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SquareResult {
    number: u64,
    square: u64,
    pid: u32,
    /// When the task began and ended, by the clock that all processes of the machine share.
    began_ns: u64,
    ended_ns: u64,
}

/// The result of a call with all its tasks.
struct CallOutcome {
    /// When the call was made, by the same clock.
    began_ns: u64,
    returned_s: f64,
    finished_s: f64,
    /// Whether the results were complete when the call returned.
    waited: bool,
    done: Vec<SquareResult>,
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.workers(2);
    context.resolve_params(|params| params.workers = Some(workers));
    let mut steps = StepCounter::start(context, PoolMethod::ALL.len() as u32 + 2 * ROUNDS);
    let members = PoolMembers::new(context);
    let pool = context.mp.pool(workers as usize)?;
    members.record_workers(&pool);
    for call in PoolMethod::ALL {
        steps.begin_step(format!("{TASKS} tasks by {}", call.name()))?;
        let outcome = trials::measure_undisturbed(context, || make_call(call, &pool))?;
        observe_call(context, call, &outcome);
    }
    pool.close();
    pool.join()?;
    members.record_exits(&pool);
    for _ in 0..ROUNDS {
        for way in SmallTaskWay::ALL {
            steps.begin_step(format!("{SMALL_TASKS} small tasks: {}", way.name()))?;
            let (seconds, starts) = trials::measure_undisturbed(context, || match way {
                SmallTaskWay::Pool => time_pool(context, workers),
                SmallTaskWay::Processes => time_processes(context, workers),
            })?;
            context.observe(
                "small_tasks",
                [("way", way.name())],
                Value::Seconds(seconds),
            );
            context.observe("starts", [("way", way.name())], Value::count(starts));
        }
    }
    steps.finish();
    Ok(())
}

/// Submits the tasks, and waits until all are done.
fn make_call(call: PoolMethod, pool: &Pool) -> Result<CallOutcome, LabError> {
    let (began, began_ns) = (Instant::now(), clock::now_ns());
    let since = || began.elapsed().as_secs_f64();
    let numbers = 1..=TASKS;
    let (returned_s, waited, done) = match call {
        PoolMethod::Apply => {
            let done = numbers
                .map(|number| pool.apply(slow_square, (number,)))
                .collect::<Result<Vec<_>, _>>()?;
            (since(), true, done)
        }
        PoolMethod::ApplyAsync => {
            let pending = numbers
                .map(|number| pool.apply_async(slow_square, (number,)))
                .collect::<Result<Vec<_>, _>>()?;
            let (returned_s, waited) = (since(), pending.iter().all(AsyncResult::ready));
            let done = pending.into_iter().map(AsyncResult::get);
            (returned_s, waited, done.collect::<Result<Vec<_>, _>>()?)
        }
        PoolMethod::Map => {
            let done = pool.map(slow_square, numbers)?;
            (since(), true, done)
        }
        PoolMethod::MapAsync => {
            let pending = pool.map_async(slow_square, numbers)?;
            let (returned_s, waited) = (since(), pending.ready());
            (returned_s, waited, pending.get()?)
        }
    };
    Ok(CallOutcome {
        began_ns,
        returned_s,
        finished_s: since(),
        waited,
        done,
    })
}

fn observe_call(context: &DemoContext, call: PoolMethod, outcome: &CallOutcome) {
    let labels = [("call", call.name())];
    context.observe("waited", labels, Value::Flag(outcome.waited));
    context.observe("returned_after", labels, Value::Seconds(outcome.returned_s));
    context.observe("finished_after", labels, Value::Seconds(outcome.finished_s));
    for SquareResult {
        number,
        square,
        pid,
        began_ns,
        ended_ns,
    } in &outcome.done
    {
        let task = number.to_string();
        let labels = [("call", call.name()), ("task", task.as_str())];
        context.observe("result", labels, Value::Count(*square as i64));
        context.observe("done_by", labels, Value::Pid(*pid));
        let seconds =
            |from: u64, until: u64| Value::Seconds(until.saturating_sub(from) as f64 / 1e9);
        context.observe("task_began", labels, seconds(outcome.began_ns, *began_ns));
        context.observe("task_took", labels, seconds(*began_ns, *ended_ns));
    }
}

/// A slow task that needs little processor time: it sleeps, so that it takes as long on one core.
pub fn slow_square(number: u64) -> SquareResult {
    let began_ns = clock::now_ns();
    thread::sleep(TASK);
    SquareResult {
        number,
        square: number * number,
        pid: std::process::id(),
        began_ns,
        ended_ns: clock::now_ns(),
    }
}

named_enum! {
    /// How small tasks are run.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum SmallTaskWay {
        Pool = "one pool",
        Processes = "a process per task",
    }
}

/// Seconds for all the small tasks, including creating and closing the pool, and the number of processes that
/// were started.
fn time_pool(context: &DemoContext, workers: u32) -> Result<(f64, usize), LabError> {
    let began = Instant::now();
    let pool = context.mp.pool(workers as usize)?;
    let squares = pool.map_chunked(small_square, 0..SMALL_TASKS, 1)?;
    pool.close();
    pool.join()?;
    check_squares(&squares)?;
    Ok((began.elapsed().as_secs_f64(), workers as usize))
}

/// The same with a new process for each task, with as many at a time as the pool has workers.
fn time_processes(context: &DemoContext, workers: u32) -> Result<(f64, usize), LabError> {
    let began = Instant::now();
    let numbers: Vec<u64> = (0..SMALL_TASKS).collect();
    let mut squares = Vec::new();
    for batch in numbers.chunks(workers as usize) {
        context.check_stop()?;
        let mut running = Vec::new();
        for &number in batch {
            let (result, theirs) = mp::pipe::<(), u64>()?;
            let mut process = context.mp.process(send_square, (number, theirs));
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
