//! `chunks`: how many tasks should be sent together?

use std::{
    collections::BTreeMap,
    hint::black_box,
    time::{Duration, Instant},
};

use super::{
    Demo, DemoContext, LabError,
    trials::{self, StepCounter},
};
use crate::{
    catalog::demos,
    mp::{self, Pool},
    record::{Run, Value},
    report::{DemoPart, SummaryTable, Table, TableByInterpreter, demo_parts, pictures, stats},
};

/// Trivial tasks: nearly all of their cost is the message.
const TRIVIAL: u64 = 10_000;
/// The label of the trivial tasks' figure without a pool: a message costs more than such a task.
const NO_POOL: &str = "no pool";
/// Uneven tasks: a few are long, and these are consecutive.
const UNEVEN: u64 = 32;
/// One in this many of the uneven tasks is long.
const LONG_TASKS: u64 = 4;
/// The duration of a short task.
const SHORT: Duration = Duration::from_millis(1);
/// The duration of a long task.
const LONG: Duration = Duration::from_millis(10);

/// Chunk size versus speed and balance.
pub static DEMO: Demo = Demo {
    spec: &demos::CHUNKS,
    run,
    report: build_report,
    summary: build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "tasks a second"),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.worker_per_core();
    let trials = context.trials(3);
    context.resolve_params(|params| {
        params.workers = Some(workers);
        params.trials = Some(trials);
    });
    let mut pool = context.mp.pool(workers as usize)?;
    let trivial = chunk_sizes(TRIVIAL, &[1, 10, 100, 1000], workers);
    let uneven = chunk_sizes(UNEVEN, &[1, 2, 4, 8, 16], workers);
    let runs = trivial.len() + uneven.len();
    let mut steps = StepCounter::start(context, (trials + 1) * runs as u32);
    for trial in 0..=trials {
        let rate = trials::measure_undisturbed(context, || Ok(rate_of_a_loop()))?;
        if trial > 0 {
            context.observe("tasks_per_second", [("chunk", NO_POOL)], Value::Rate(rate));
        }
        for &chunk in &trivial {
            steps.begin_step(format!("trivial tasks, chunks of {chunk}"))?;
            let rate = trials::measure_undisturbed(context, || trivial_rate(&mut pool, chunk))?;
            if trial > 0 {
                observe_chunk(context, "tasks_per_second", chunk, Value::Rate(rate));
            }
        }
        for &chunk in &uneven {
            steps.begin_step(format!("uneven tasks, chunks of {chunk}"))?;
            let (wall, balance) =
                trials::measure_undisturbed(context, || uneven_tasks(&mut pool, chunk, workers))?;
            if trial > 0 {
                observe_chunk(context, "wall", chunk, Value::Seconds(wall));
                observe_chunk(context, "balance", chunk, Value::Share(balance));
            }
        }
    }
    pool.close();
    pool.join()?;
    steps.finish();
    Ok(())
}

/// The sizes to try, including the default of `map`.
fn chunk_sizes(tasks: u64, some: &[u64], workers: u32) -> Vec<u64> {
    let mut sizes = some.to_vec();
    sizes.push(mp::default_chunksize(tasks as usize, workers as usize) as u64);
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

fn observe_chunk(context: &DemoContext, name: &str, chunk: u64, value: Value) {
    context.observe(name, [("chunk", chunk.to_string().as_str())], value);
}

/// The rate of trivial tasks in a plain loop.
fn rate_of_a_loop() -> f64 {
    let began = Instant::now();
    let done: Vec<u64> = (0..TRIVIAL)
        .map(|task| increment(black_box(task)))
        .collect();
    black_box(done);
    TRIVIAL as f64 / began.elapsed().as_secs_f64()
}

fn trivial_rate(pool: &mut Pool, chunk: u64) -> Result<f64, LabError> {
    let began = Instant::now();
    pool.map_chunked(increment, 0..TRIVIAL, chunk as usize)?;
    Ok(TRIVIAL as f64 / began.elapsed().as_secs_f64())
}

/// Wall seconds, and how evenly the workers were busy: 1.0 = equally.
fn uneven_tasks(pool: &mut Pool, chunk: u64, workers: u32) -> Result<(f64, f64), LabError> {
    let began = Instant::now();
    let done = pool.map_chunked(run_uneven_task, 0..UNEVEN, chunk as usize)?;
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

/// A task that takes as long as its number says. Returns the PID of its process and the time that it took.
pub fn run_uneven_task(number: u64) -> (u32, f64) {
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

fn build_summary(run: &Run) -> SummaryTable {
    let workers = run.params().workers.unwrap_or_default();
    let title = format!("Trivial and uneven tasks in chunks, on {workers} workers");
    let figures = ["tasks a second", "time"];
    SummaryTable::from_parts(run, &title, &figures, build_summary_part)
}

/// Both kinds of tasks, with one row for each chunk size.
fn build_summary_part(part: DemoPart) -> Table {
    let mut table = Table::new("", &["chunk size", "tasks a second", "time [s]"]);
    let run = part.run;
    let median = |name, chunk: &String, kind: fn(f64) -> Value| {
        let median = stats::median(&run.number_series(name, &[("chunk", chunk.as_str())]));
        median.map_or(Value::Nothing, kind)
    };
    for chunk in run.label_values("tasks_per_second", "chunk") {
        let rate = median("tasks_per_second", &chunk, Value::Rate);
        table.add_row([format!("trivial, {chunk}").into(), rate, Value::Nothing]);
    }
    for chunk in run.label_values("wall", "chunk") {
        let wall = median("wall", &chunk, Value::Seconds);
        table.add_row([format!("uneven, {chunk}").into(), Value::Nothing, wall]);
    }
    table
}

fn build_report(run: &Run) -> Vec<Table> {
    let uneven = build_uneven_table(run).in_part("uneven");
    vec![build_trivial_table(run).in_part("trivial"), uneven]
}

/// A single trial has no spread to show.
fn select_headings(run: &Run, all: &[&'static str]) -> Vec<&'static str> {
    let kept = all.iter();
    kept.filter(|name| has_repeats(run) || !name.starts_with('±'))
        .copied()
        .collect()
}

fn has_repeats(run: &Run) -> bool {
    run.params().trials.is_some_and(|trials| trials > 1)
}

fn describe_choice(run: &Run, tasks: u64, chunk: &str) -> Value {
    let workers = run.params().workers.unwrap_or_default();
    let default = mp::default_chunksize(tasks as usize, workers as usize);
    if chunk.parse() == Ok(default) {
        Value::text("map's own choice")
    } else if chunk == NO_POOL {
        Value::text("a plain loop")
    } else {
        Value::Nothing
    }
}

/// The chunk size, and the median and perhaps the spread of the figure.
fn build_figure_cells(
    run: &Run,
    whole: &Run,
    name: &str,
    chunk: &str,
    kind: fn(f64) -> Value,
) -> Vec<Value> {
    let measured = run.number_series(name, &[("chunk", chunk)]);
    let mut row = vec![
        chunk.parse().map_or_else(|_| chunk.into(), Value::Count),
        stats::median(&measured).map(kind).into(),
    ];
    if has_repeats(whole) {
        row.push(stats::spread(&measured).map_or(Value::Nothing, kind));
    }
    row
}

fn build_trivial_table(run: &Run) -> Table {
    let workers = run.params().workers.unwrap_or_default();
    let mut table = TableByInterpreter::new(
        run,
        format!("{TRIVIAL} trivial tasks on {workers} workers"),
        &select_headings(run, &["chunk size", "tasks a second", "±", "remark"]),
    );
    for part in demo_parts(run) {
        for chunk in part.run.label_values("tasks_per_second", "chunk") {
            let mut row =
                build_figure_cells(&part.run, run, "tasks_per_second", &chunk, Value::Rate);
            row.push(describe_choice(&part.run, TRIVIAL, &chunk));
            table.add_row(part, row);
        }
    }
    table.add_note(
        "Each chunk is one message: where the work is next to nothing, the messages are the cost.",
    );
    table.into_table()
}

fn build_uneven_table(run: &Run) -> Table {
    let mut table = TableByInterpreter::new(
        run,
        format!(
            "{UNEVEN} uneven tasks (the first {} are ten times as long)",
            UNEVEN / LONG_TASKS
        ),
        &select_headings(
            run,
            &["chunk size", "wall [s]", "± [s]", "balance", "remark"],
        ),
    );
    for part in demo_parts(run) {
        for chunk in part.run.label_values("wall", "chunk") {
            let mut row = build_figure_cells(&part.run, run, "wall", &chunk, Value::Seconds);
            let balance = part.run.number_series("balance", &[("chunk", &chunk)]);
            row.push(stats::median(&balance).map(Value::Share).into());
            row.push(describe_choice(&part.run, UNEVEN, &chunk));
            table.add_row(part, row);
        }
    }
    table.add_note(
        "Balance is the mean worker's busy time ÷ the busiest one's. In a large chunk the long tasks all \
         go to one worker, and the others wait for it.",
    );
    table.with_interpreters(run)
}
