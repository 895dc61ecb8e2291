//! `chunks`: how many tasks should travel together?

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{Bench, Demo, LabError, trials};
use crate::{
    mp::{self, Pool},
    record::{Run, Value},
    report::{Table, stats},
};

/// Trivial tasks: the message is all the work there is.
const TRIVIAL: u64 = 10_000;
/// Uneven tasks: a few are long, and they lie together.
const UNEVEN: u64 = 32;
/// One in this many of the uneven tasks is long.
const LONG_TASKS: u64 = 4;
/// What an uneven task costs.
const SHORT: Duration = Duration::from_millis(1);
/// What a long one costs.
const LONG: Duration = Duration::from_millis(10);

/// Chunk size against speed and balance.
pub static DEMO: Demo = Demo {
    name: "chunks",
    summary: "chunk size: many trivial tasks want large chunks, uneven tasks want small ones",
    takes: &["workers", "trials", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("chunks.py"),
    run,
    report,
};

fn run(bench: &Bench) -> Result<(), LabError> {
    let workers = bench.worker_per_core();
    let trials = bench.trials(3);
    bench.resolve(|params| {
        params.workers = Some(workers);
        params.trials = Some(trials);
    });
    let mut pool = bench.mp.pool(workers as usize)?;
    let trivial = sizes(TRIVIAL, &[1, 10, 100, 1000], workers);
    let uneven = sizes(UNEVEN, &[1, 2, 4, 8, 16], workers);
    let steps = (trials + 1) * (trivial.len() + uneven.len()) as u32;
    let mut done = 0;
    for trial in 0..=trials {
        for &chunk in &trivial {
            bench.progress(done, steps, format!("trivial tasks, chunks of {chunk}"));
            done += 1;
            let rate = trials::undisturbed(bench, || trivial_rate(&mut pool, chunk))?;
            if trial > 0 {
                observe(bench, "tasks_per_second", chunk, Value::Rate(rate));
            }
        }
        for &chunk in &uneven {
            bench.progress(done, steps, format!("uneven tasks, chunks of {chunk}"));
            done += 1;
            let (wall, balance) =
                trials::undisturbed(bench, || uneven_tasks(&mut pool, chunk, workers))?;
            if trial > 0 {
                observe(bench, "wall", chunk, Value::Seconds(wall));
                observe(bench, "balance", chunk, Value::Share(balance));
            }
        }
    }
    pool.close();
    pool.join()?;
    Ok(())
}

/// The sizes to try, with the one that `map` takes by itself among them.
fn sizes(tasks: u64, some: &[u64], workers: u32) -> Vec<u64> {
    let mut sizes = some.to_vec();
    sizes.push(mp::default_chunksize(tasks as usize, workers as usize) as u64);
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

fn observe(bench: &Bench, name: &str, chunk: u64, value: Value) {
    bench.observe(name, [("chunk", chunk.to_string().as_str())], value);
}

fn trivial_rate(pool: &mut Pool, chunk: u64) -> Result<f64, LabError> {
    let began = Instant::now();
    pool.map_chunked(increment, 0..TRIVIAL, chunk as usize)?;
    Ok(TRIVIAL as f64 / began.elapsed().as_secs_f64())
}

/// Wall seconds, and how evenly the workers were busy: 1.0 = all the same.
fn uneven_tasks(pool: &mut Pool, chunk: u64, workers: u32) -> Result<(f64, f64), LabError> {
    let began = Instant::now();
    let done = pool.map_chunked(uneven, 0..UNEVEN, chunk as usize)?;
    let wall = began.elapsed().as_secs_f64();
    let mut busy: BTreeMap<u32, f64> = BTreeMap::new();
    for (pid, seconds) in done {
        *busy.entry(pid).or_default() += seconds;
    }
    let most = busy.values().copied().fold(0.0, f64::max);
    let mean = busy.values().sum::<f64>() / f64::from(workers);
    Ok((wall, if most > 0.0 { mean / most } else { 1.0 }))
}

/// A trivial task.
pub fn increment(number: u64) -> u64 {
    number + 1
}

/// A task of its number's length; returns who did it and what it took.
pub fn uneven(number: u64) -> (u32, f64) {
    let length = if number < UNEVEN / LONG_TASKS {
        LONG
    } else {
        SHORT
    };
    let began = Instant::now();
    while began.elapsed() < length {
        std::hint::spin_loop();
    }
    (std::process::id(), began.elapsed().as_secs_f64())
}

fn report(run: &Run) -> Vec<Table> {
    let workers = run.params().workers.unwrap_or_default();
    let chosen = |tasks: u64, chunk: &str| {
        let default = mp::default_chunksize(tasks as usize, workers as usize);
        if chunk.parse() == Ok(default) {
            Value::text("map's own choice")
        } else {
            Value::Nothing
        }
    };
    let repeated = run.params().trials.is_some_and(|trials| trials > 1);
    let headings = |all: &[&'static str]| -> Vec<&'static str> {
        let kept = all.iter().filter(|name| repeated || !name.starts_with('±'));
        kept.copied().collect()
    };
    let mut trivial = Table::new(
        format!("{TRIVIAL} trivial tasks on {workers} workers"),
        &headings(&["chunk size", "tasks a second", "±", "remark"]),
    );
    for chunk in run.label_values("tasks_per_second", "chunk") {
        let rates = run.series("tasks_per_second", &[("chunk", &chunk)]);
        let mut row = vec![
            Value::Count(chunk.parse().unwrap_or_default()),
            stats::median(&rates).map(Value::Rate).into(),
        ];
        if repeated {
            row.push(stats::spread(&rates).map_or(Value::Nothing, Value::Rate));
        }
        row.push(chosen(TRIVIAL, &chunk));
        trivial.row(row);
    }
    trivial.note(
        "Each chunk is one message: where the work is next to nothing, the messages are the cost.",
    );
    let mut uneven = Table::new(
        format!(
            "{UNEVEN} uneven tasks (the first {} are ten times as long)",
            UNEVEN / LONG_TASKS
        ),
        &headings(&["chunk size", "wall [s]", "± [s]", "balance", "remark"]),
    );
    for chunk in run.label_values("wall", "chunk") {
        let labels = [("chunk", chunk.as_str())];
        let walls = run.series("wall", &labels);
        let mut row = vec![
            Value::Count(chunk.parse().unwrap_or_default()),
            stats::median(&walls).map(Value::Seconds).into(),
        ];
        if repeated {
            row.push(stats::spread(&walls).map_or(Value::Nothing, Value::Seconds));
        }
        let balance = stats::median(&run.series("balance", &labels));
        row.push(balance.map(Value::Share).into());
        row.push(chosen(UNEVEN, &chunk));
        uneven.row(row);
    }
    uneven.note(
        "Balance is the mean worker's busy time ÷ the busiest one's. In a large chunk the long tasks all \
         go to one worker, and the others wait for it.",
    );
    vec![trivial, uneven]
}
