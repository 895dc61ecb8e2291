//! `squares`: a pool of four workers squares five numbers, step by step.

mod report;

use std::{collections::BTreeMap, time::Instant};

use super::{Demo, DemoContext, LabError, children::PoolMembers};
use crate::{
    catalog::demos,
    mp::{self, Pool, TaskRecord},
    record::Value,
};

/// The numbers to square.
const NUMBERS: [u64; 5] = [1, 2, 3, 4, 5];

/// These numbers of tasks are mapped only to observe the chunk sizes.
const CHUNKED: [usize; 3] = [NUMBERS.len(), 17, 100];
const CHUNKED_ON: usize = 4;

/// How often the numbers are mapped, to see in which orders the tasks end.
const MAPS: usize = 20;

/// A pool from its creation to its end.
pub static DEMO: Demo = Demo {
    spec: &demos::SQUARES,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, _| report::build_pictures(run),
};

/// The function that the pool maps over the numbers.
pub fn square(number: u64) -> u64 {
    number * number
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.workers(DEMO.spec);
    context.resolve_params(|params| params.workers = Some(workers));
    context.check_stop()?;
    let steps = StepRecorder { context };
    let targets = super::worker_targets();
    let known = targets
        .iter()
        .any(|target| target.name() == std::any::type_name_of_val(&square));
    context.observe("registered", [], Value::Flag(known));
    context.observe("targets", [], Value::count(targets.len()));

    let members = PoolMembers::new(context);
    let pool = steps.time_step("pool", || {
        Ok(context
            .mp
            .pool_builder()
            .processes(workers as usize)
            .task_log(true)
            .build()?)
    })?;
    for pid in members.record_workers(&pool) {
        context.observe("worker", [], Value::Pid(pid));
    }

    let chunk = mp::default_chunksize(NUMBERS.len(), workers as usize);
    context.observe("chunksize", [], Value::count(chunk));
    let squares = steps.time_step("map", || Ok(pool.map(square, NUMBERS)?))?;
    steps.record_results(&pool, &squares);
    for _ in 1..MAPS {
        context.check_stop()?;
        pool.map(square, NUMBERS)?;
        steps.record_order(&mut pool.take_task_log());
    }

    steps.time_step("close", || {
        pool.close();
        Ok(())
    })?;
    let refused = pool.apply(square, (6,)).err();
    let refused = refused.map_or_else(|| "it did".into(), |error| Value::Text(error.to_string()));
    context.observe("after_close", [], refused);

    steps.time_step("join", || Ok(pool.join()?))?;
    members.record_exits(&pool);
    observe_chunks_sent(context)
}

/// The chunk sizes that `map` really uses, counted in the log of another pool. The formula next to them only
/// predicts them.
fn observe_chunks_sent(context: &DemoContext) -> Result<(), LabError> {
    let pool = context
        .mp
        .pool_builder()
        .processes(CHUNKED_ON)
        .task_log(true)
        .build()?;
    for tasks in CHUNKED {
        context.check_stop()?;
        pool.map(square, 0..tasks as u64)?;
        let sent = Value::count(largest_chunk(&pool.take_task_log()));
        let tasks = tasks.to_string();
        context.observe("chunk_sent", [("tasks", tasks.as_str())], sent);
    }
    pool.close();
    Ok(pool.join()?)
}

/// The last chunk of a call may be smaller than the others.
fn largest_chunk(log: &[TaskRecord]) -> usize {
    let mut chunks: BTreeMap<usize, usize> = BTreeMap::new();
    for task in log {
        *chunks.entry(task.chunk).or_default() += 1;
    }
    chunks.into_values().max().unwrap_or_default()
}

struct StepRecorder<'a> {
    context: &'a DemoContext,
}

impl StepRecorder<'_> {
    fn time_step<T>(
        &self,
        step: &str,
        work: impl FnOnce() -> Result<T, LabError>,
    ) -> Result<T, LabError> {
        self.context.check_stop()?;
        let began = Instant::now();
        let done = work()?;
        let took = began.elapsed();
        // A stop ends workers too, but that is not what this step shows.
        self.context.check_stop()?;
        self.context.observe("took", [("step", step)], took);
        Ok(done)
    }

    /// Sorts the tasks of a `map` by their ends, and records this order.
    fn record_order(&self, log: &mut [TaskRecord]) {
        log.sort_by_key(|task| task.ended_ns);
        let numbers = log.iter().filter_map(|task| NUMBERS.get(task.task));
        let numbers: Vec<String> = numbers.map(u64::to_string).collect();
        self.context.observe("order", [], numbers.join(" "));
    }

    /// Records each number's square, and when which worker found it.
    fn record_results(&self, pool: &Pool, squares: &[u64]) {
        for (number, square) in NUMBERS.iter().zip(squares) {
            let number = number.to_string();
            let labels = [("number", number.as_str())];
            self.context
                .observe("square", labels, Value::Count(*square as i64));
        }
        let mut log = pool.take_task_log();
        self.record_order(&mut log);
        for task in log {
            let Some(number) = NUMBERS.get(task.task) else {
                continue;
            };
            let number = number.to_string();
            let labels = [("number", number.as_str())];
            self.context
                .observe("done_by", labels, Value::Pid(task.worker.pid));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mp::WorkerName;

    #[test]
    fn the_largest_chunk_is_counted_and_not_worked_out() {
        let ran = |task, chunk| TaskRecord {
            target: "square",
            task,
            chunk,
            worker: WorkerName {
                name: "PoolWorker-1".to_owned(),
                pid: 4001,
            },
            began_ns: 0,
            ended_ns: 1,
        };
        let log = [ran(3, 3), ran(0, 0), ran(1, 0), ran(2, 0), ran(4, 3)];
        assert_eq!(largest_chunk(&log), 3);
        assert_eq!(largest_chunk(&[]), 0);
    }
}
