//! The report of `numbers`.

use std::collections::BTreeMap;

use super::stream::LineKind;
use crate::{
    lab::compare_backends,
    record::{Backend, Run, Value, Worker},
    report::{DemoPart, Picture, SummaryTable, Table, demo_parts, pictures, tables},
    text::format_count,
};

#[cfg(test)]
mod tests;

/// The maximum number of rows in the table of orders and in that of lines.
const MOST_ROWS: usize = 24;

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| build_part_tables(&part.run))
}

/// Which process printed what, and when that arrived. For many runs: which orders came; without a buffer: how many
/// lines stayed whole.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    if run.params().unbuffered {
        let figures = LineKind::ALL.map(LineKind::name);
        let build_table = |part: DemoPart| build_lines_table(&part.run);
        let title = build_lines_table(run).title;
        return SummaryTable::from_parts(run, &title, &figures, build_table);
    }
    let rounds = run.label_values("arrival", "run");
    if rounds.len() > 1 {
        let title = format!("Orders of arrival in {} runs", rounds.len());
        return SummaryTable::from_parts(run, &title, &["value"], |part| {
            summarize_orders(&part.run)
        });
    }
    let title = build_workers_table(run).title;
    SummaryTable::from_parts(run, &title, &["PID", "arrived"], |part| {
        let mut table = build_workers_table(&part.run);
        table.notes.clear();
        name_rows_by_number(&mut table);
        let parent = part.run.started_workers().find_map(|worker| worker.ppid);
        let place = table.columns.iter().position(|column| column.name == "PID");
        if let (Some(parent), Some(place)) = (parent, place) {
            let mut row = vec![Value::Nothing; table.columns.len()];
            row[0] = "the parent".into();
            row[place] = Value::Pid(parent);
            table.add_row(row);
        }
        table
    })
}

/// Adds its number to the name of each process, so that it needs no row: `Process-1: 7`.
fn name_rows_by_number(table: &mut Table) {
    let Some(place) = table
        .columns
        .iter()
        .position(|column| column.name == "number")
    else {
        return;
    };
    for row in &mut table.rows {
        if let (Value::Text(name), Some(number)) = (&row[0], row[place].number()) {
            row[0] = Value::text(format!("{name}: {number}"));
        }
    }
}

/// How many orders came, and the most frequent one.
fn summarize_orders(run: &Run) -> Table {
    let mut table = Table::new("", &["orders", "value"]);
    let counts = count_arrivals(run);
    let Some((order, times)) = counts.first() else {
        return table;
    };
    let possible = count_orders(run.params().workers.unwrap_or_default());
    let possible = possible.map_or(Value::Nothing, |count| Value::count(count as usize));
    table.add_row(["possible".into(), possible]);
    table.add_row(["seen".into(), Value::count(counts.len())]);
    table.add_row(["the most frequent".into(), format_order(order).into()]);
    table.add_row(["came".into(), format_count(*times, "time", "times").into()]);
    table
}

/// The orders of arrival with how often each came, and what each process did in the last run.
pub(super) fn build_pictures(run: &Run) -> Vec<Picture> {
    let parts = demo_parts(run).into_iter();
    let counts = parts.flat_map(|part| {
        let orders = count_arrivals(&part.run).into_iter();
        orders.map(move |(order, times)| (part.environment_name(), format_order(&order), times))
    });
    let rounds = run.label_values("arrival", "run").len();
    let title = format!("Orders of arrival in {rounds} runs");
    let orders = pictures::count_bars(&title, counts.collect()).filter(|_| rounds > 1);
    let timelines = pictures::worker_timelines(run);
    orders.into_iter().chain(timelines).collect()
}

/// Each order of arrival and how often it came, the most frequent first.
fn count_arrivals(run: &Run) -> Vec<(Vec<i64>, usize)> {
    let mut counts: BTreeMap<Vec<i64>, usize> = BTreeMap::new();
    for round in run.label_values("arrival", "run") {
        let numbers = run.number_series("number", &[("run", &round)]);
        let order = numbers.into_iter().map(|number| number as i64).collect();
        *counts.entry(order).or_default() += 1;
    }
    let mut counts: Vec<(Vec<i64>, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    counts
}

fn format_order(order: &[i64]) -> String {
    let numbers: Vec<String> = order.iter().map(i64::to_string).collect();
    numbers.join(" ")
}

fn build_part_tables(run: &Run) -> Vec<Table> {
    let mut tables = vec![build_workers_table(run).in_part("workers")];
    let rounds = run.label_values("arrival", "run");
    if rounds.len() > 1 {
        tables.push(build_orders_table(run, &rounds).in_part("orders"));
    }
    if run.params().unbuffered || rounds.len() > 1 {
        tables.push(build_lines_table(run).in_part("lines"));
    }
    if let Some(round) = find_first_glued(run) {
        tables.push(build_arrival_table(run, &round).in_part("lines"));
    }
    tables
}

/// One row per worker of the last round.
fn build_workers_table(run: &Run) -> Table {
    let backend = if run.interpreter().is_some() {
        Backend::PythonProcesses
    } else {
        Backend::Processes
    };
    let mut workers = run.workers(backend);
    tables::sort_by_name(&mut workers);
    let title = match run.trials(backend).len() {
        0 | 1 => format!(
            "{}, a number each",
            format_count(workers.len(), "process", "processes")
        ),
        rounds => format!("The last of {rounds} runs"),
    };
    let mut table = Table::new(
        title,
        &[
            "name",
            "PID",
            "parent PID",
            "number",
            "arrived",
            "start-up [s]",
            "cores",
            "CPU [s]",
            "exitcode",
        ],
    );
    for worker in &workers {
        table.add_row(build_worker_row(run, worker));
    }
    table.add_note(
        "All wait at a gate and print at the same moment of the clock: who arrives first is the \
         scheduler's choice. CPU is that of the whole life, start-up included.",
    );
    tables::without_gaps(table)
}

fn build_worker_row(run: &Run, worker: &Worker) -> [Value; 9] {
    let round = worker.trial.unwrap_or_default().to_string();
    let labels = [("run", round.as_str()), ("worker", worker.name.as_str())];
    let figure = |name, missing| {
        run.last_observed(name, &labels)
            .unwrap_or(Value::missing(missing))
    };
    let seconds = |seconds: Option<f64>| seconds.map(Value::Seconds).into();
    [
        Value::text(&worker.name),
        Value::Pid(worker.pid),
        worker.ppid.map(Value::Pid).into(),
        figure("number", "nothing of it arrived"),
        figure("arrival", "nothing of it arrived"),
        seconds(worker.startup_s),
        Value::Cores(worker.usage.cores.clone()),
        seconds(worker.usage.cpu_s),
        tables::exitcode_cell(worker),
    ]
}

/// How often each order occurred, the most frequent first.
fn build_orders_table(run: &Run, rounds: &[String]) -> Table {
    let counts = count_arrivals(run);
    let different = counts.len();
    let title = format!("Orders of arrival in {} runs", rounds.len());
    let mut table = Table::new(title, &["order", "times", "share"]);
    let share = |times: usize| Value::Share(times as f64 / rounds.len() as f64);
    // A row "others" for a single order would only hide it.
    let shown = if different > MOST_ROWS {
        MOST_ROWS - 1
    } else {
        different
    };
    for (order, times) in &counts[..shown] {
        table.add_row([
            format_order(order).into(),
            Value::count(*times),
            share(*times),
        ]);
    }
    if shown < different {
        let rest = counts[shown..].iter().map(|(_, times)| times).sum();
        let others = format!("{} other orders", different - shown);
        table.add_row([others.into(), Value::count(rest), share(rest)]);
    }
    let workers = run.params().workers.unwrap_or_default();
    let different = format_count(different, "order", "orders");
    table.add_note(match count_orders(workers) {
        Some(possible) => format!("{different} came, of {possible} possible."),
        None => format!("{different} came, of more than can be counted here."),
    });
    table
}

/// The number of orders in which `workers` numbers can arrive.
fn count_orders(workers: u32) -> Option<u64> {
    (1..=u64::from(workers)).try_fold(1_u64, u64::checked_mul)
}

/// How many lines arrived intact.
fn build_lines_table(run: &Run) -> Table {
    let unbuffered = run.params().unbuffered;
    let headings: Vec<&str> = ["written as", "lines"]
        .into_iter()
        .chain(LineKind::ALL.iter().map(|kind| kind.name()))
        .collect();
    let mut table = Table::new("Lines in the output that all share", &headings);
    let way = if unbuffered {
        "text, then newline: two writes"
    } else {
        "a whole line: one write"
    };
    let count = |kind: LineKind| count_lines(run, &[("kind", kind.name())]);
    let all = Value::count(count_lines(run, &[]));
    table.add_row(
        [way.into(), all]
            .into_iter()
            .chain(LineKind::ALL.map(|kind| Value::count(count(kind)))),
    );
    table.add_note(if unbuffered {
        "Between a text and its newline another process may write: then two texts share a line, and an \
         empty line follows."
    } else {
        "The system never puts one write inside another, so a line that is one write stays whole. Try \
         --unbuffered."
    });
    table
}

fn count_lines(run: &Run, labels: &[(&str, &str)]) -> usize {
    run.labelled_observations("line", labels).len()
}

/// The first round with a line that is not intact.
fn find_first_glued(run: &Run) -> Option<String> {
    let lines = run.observations("line");
    let glued = lines
        .iter()
        .find(|line| !line.has_labels(&[("kind", LineKind::Whole.name())]))?;
    glued.labels.get("run").map(str::to_owned)
}

fn build_arrival_table(run: &Run, round: &str) -> Table {
    let number = round.parse::<u64>().unwrap_or_default() + 1;
    let title = match run.label_values("line", "run").len() {
        1 => "The lines as they arrived".to_owned(),
        _ => format!("The lines of run {number}, as they arrived"),
    };
    let mut table = Table::new(title, &["line", "text", "kind"]);
    let lines = run.labelled_observations("line", &[("run", round)]);
    for (place, line) in lines.iter().enumerate().take(MOST_ROWS) {
        let kind = line.labels.get("kind").unwrap_or_default();
        table.add_row([Value::count(place + 1), line.value.clone(), kind.into()]);
    }
    if lines.len() > MOST_ROWS {
        table.add_note(format!(
            "{} more lines are not shown.",
            lines.len() - MOST_ROWS
        ));
    }
    table
}
