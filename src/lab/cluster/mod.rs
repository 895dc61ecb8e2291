//! `cluster`: the same map on a pool of this machine and on workers that are reached over the network.
//!
//! The native part is the pool of `mp`. The Pythons' part has `multiprocessing.Pool`, `ProcessPoolExecutor` and Dask,
//! where that is installed.

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
    bench::CrashKind,
    catalog::demos,
    mp::{Bytes, Error, Failure, Pool, SharedArray, TaskErrorCause},
    record::Value,
    report::pictures,
};

/// The default number of tasks that are so small that sending them is what takes the time.
const TINY_TASKS: u64 = 200;
/// The largest one: all results are kept at the same time.
const MOST_TASKS: u64 = 1_000_000;
/// Tasks that take far longer than sending them.
const WAITS: u64 = 16;
/// How long each of those waits.
const WAIT: Duration = Duration::from_millis(50);
/// A block that each of these tasks reads.
const BLOCK_BYTES: usize = 1 << 20;
const BLOCK_TASKS: u64 = 8;
/// The task that ends its worker, and the number of all tasks beside it.
const DOOMED: u64 = 3;
const DOOMED_TASKS: u64 = 8;
/// The engine of the native part.
const LABELS: [(&str, &str); 2] = [("backend", "processes"), ("engine", "pool")];

/// What a map costs on each engine, and what happens if a worker dies.
pub static DEMO: Demo = Demo {
    spec: &demos::CLUSTER,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "start-up"),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.workers(DEMO.spec);
    let trials = context.trials(DEMO.spec);
    let tasks = context.params.size.unwrap_or(TINY_TASKS);
    DemoContext::check_limit(DEMO.spec, tasks, MOST_TASKS, "tasks")?;
    context.resolve_params(|params| {
        params.workers = Some(workers);
        params.trials = Some(trials);
        params.size = Some(tasks);
    });
    let mut steps = StepCounter::start(context, trials + 3);
    steps.begin_step("start the pool".to_owned())?;
    let members = PoolMembers::new(context);
    let began = Instant::now();
    let pool = context.mp.pool(workers as usize)?;
    pool.map_chunked(square, 0..u64::from(workers), 1)?;
    observe(context, "startup", began.elapsed().into());
    members.record_workers(&pool);
    let labels = [LABELS[0], LABELS[1], ("host", "this machine")];
    context.observe("host_workers", labels, Value::Count(i64::from(workers)));
    for trial in 0..trials {
        steps.begin_step(format!("trial {}", trial + 1))?;
        let (tiny, waits) = trials::measure_undisturbed(context, || time_maps(&pool, tasks))?;
        let rate = tasks as f64 / tiny.as_secs_f64();
        observe(context, "tasks_per_second", Value::Rate(rate));
        observe(context, "waits", waits.into());
    }
    steps.begin_step("send a block along".to_owned())?;
    observe(context, "moved", Value::Bytes(count_moved(&pool)?));
    steps.begin_step("lose a worker".to_owned())?;
    let (outcome, runs) = lose_worker(&pool)?;
    observe(context, "outcome", outcome.into());
    observe(context, "lost_runs", Value::Count(runs as i64));
    pool.close();
    pool.join()?;
    members.record_exits(&pool);
    steps.finish();
    Ok(())
}

fn observe(context: &DemoContext, name: &str, value: Value) {
    context.observe(name, LABELS, value);
}

/// Times many small tasks, and a few long ones. Each task is sent by itself.
fn time_maps(pool: &Pool, tasks: u64) -> Result<(Duration, Duration), LabError> {
    let began = Instant::now();
    pool.map_chunked(square, 0..tasks, 1)?;
    let tiny = began.elapsed();
    let began = Instant::now();
    pool.map_chunked(wait_and_square, 0..WAITS, 1)?;
    Ok((tiny, began.elapsed()))
}

/// The bytes of a block that arrive in workers, if each task reads the block.
fn count_moved(pool: &Pool) -> Result<u64, LabError> {
    let block = Bytes::from(vec![0_u8; BLOCK_BYTES]);
    let tasks = (0..BLOCK_TASKS).map(|_| block.clone());
    Ok(pool.map_chunked(measure_block, tasks, 1)?.iter().sum())
}

/// Lets a task kill its worker. Returns what became of the map, and how often that task was started.
fn lose_worker(pool: &Pool) -> Result<(String, u64), LabError> {
    let runs = SharedArray::zeroed(1)?;
    let tasks = (0..DOOMED_TASKS).map(|number| DoomedTask {
        number,
        runs: runs.clone(),
    });
    let outcome = match pool.map_chunked(die_once, tasks, 1) {
        Ok(_) => "all results".to_owned(),
        Err(Error::Task(error)) if matches!(error.cause, TaskErrorCause::Died(_)) => {
            "an error".to_owned()
        }
        Err(error) => return Err(error.into()),
    };
    Ok((outcome, runs.load(0)))
}

/// A task that takes almost no time.
pub fn square(number: u64) -> u64 {
    number * number
}

/// A task that needs no core while it lasts, so that it takes as long on one core.
pub fn wait_and_square(number: u64) -> u64 {
    thread::sleep(WAIT);
    number * number
}

/// A task that reads a block.
pub fn measure_block(block: Bytes) -> u64 {
    block.len() as u64
}

/// One of the tasks beside one that kills its worker.
#[derive(Serialize, Deserialize)]
pub struct DoomedTask {
    number: u64,
    /// How often the doomed one was started.
    runs: SharedArray<u64>,
}

/// A task that kills its worker the first time it runs, if it is the doomed one.
///
/// # Errors
/// If it cannot.
pub fn die_once(task: DoomedTask) -> Result<u64, Failure> {
    if task.number == DOOMED && task.runs.fetch_add(0, 1) == 0 {
        CrashKind::Kill.crash_now()?;
    }
    thread::sleep(WAIT);
    Ok(task.number)
}
