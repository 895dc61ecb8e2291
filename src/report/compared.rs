//! The table that compares backends: the native ones, then those of each Python.

use super::{
    BackendSummary, DemoPart, SummaryTable, Table, TableByInterpreter, demo_parts, short_name,
    stats::{self, median_cell, spread_cell},
    summary::explain_missing_speedup,
    tables::{NO_CPU, pid_cell},
};
use crate::{
    record::{
        Backend, Run, Value,
        metrics::{self, Metric, WorkOverlap},
    },
    text::format_count,
};

/// The column with the words of [`WorkOverlap`].
pub(super) const THEY_RAN: &str = "they ran";
/// The same of workers for which only those count that take turns and those that don't.
pub const CAN_RUN: &str = "can run";
const CORES_WANTED: &str = "cores wanted";

/// Why a figure of a trial is missing.
const NO_TRIAL: &str = "no trial was finished";

/// Why a worker's wait for a core is missing.
const NO_WAIT: &str = "this platform tells no wait for a core";

/// One row per backend: its workers and their PIDs, the three times, the processor time, and the figures
/// derived from them.
///
/// If Pythons ran their part of the demo, their rows follow, each compared with that Python's own
/// `python-serial`.
pub fn backend_table(run: &Run) -> Table {
    let headings = [
        "backend",
        "workers",
        "PIDs",
        "start-up [s]",
        "work [s]",
        "work ± [s]",
        "total [s]",
        "CPU [s]",
        "cores used",
        THEY_RAN,
        "speed-up [×]",
        "efficiency",
        CORES_WANTED,
    ];
    let mut table = TableByInterpreter::new(run, "Backends compared", &headings);
    let parts = demo_parts(run);
    let most = parts.iter().map(|part| add_rows(*part, &mut table)).max();
    let most = most.unwrap_or_default();
    if most > 1 {
        let rule = stats::spread_rule(most);
        let has_speedup = |part: &DemoPart| {
            let serial = [Backend::Serial, Backend::PythonSerial];
            serial.iter().any(|it| !part.run.trials(*it).is_empty())
        };
        table.add_note(if parts.iter().any(has_speedup) {
            format!("Medians of {most} trials; {rule}. {}", stats::SPEEDUP_RULE)
        } else {
            format!("Medians of {most} trials; {rule}.")
        });
    }
    if parts.len() > 1 {
        table.add_note(
            "Speed-ups are against the serial row of the same group. Python's work is not as large as the \
             native work, so compare speed-ups and cores used from group to group, never seconds.",
        );
    }
    let table = without_silent(table.with_interpreters(run));
    if parts.len() > 1 {
        order_columns(table)
    } else {
        table
    }
}

/// The figures of each backend, most telling first: with the worlds side by side, and one item for each kind of
/// worker.
pub fn backend_summary(run: &Run, title: &str, figures: &[&str]) -> SummaryTable {
    summarize_backends(run, title, figures, &[], |backend| {
        is_summarized(run, backend)
    })
}

/// A heading, and a figure that a demo has for each backend beside the common ones.
pub type OwnFigure = (&'static str, fn(&Run, Backend) -> Value);

/// The same with figures of the demo's own, and only of backends that are to be shown.
pub fn summarize_backends(
    run: &Run,
    title: &str,
    figures: &[&str],
    own: &[OwnFigure],
    is_shown: impl Fn(Backend) -> bool + Copy,
) -> SummaryTable {
    let common = [
        "workers",
        "PIDs",
        "time [s]",
        "speed-up [×]",
        THEY_RAN,
        "cores used",
    ];
    let headings = common.into_iter().chain(own.iter().map(|(name, _)| *name));
    let headings: Vec<&str> = headings.collect();
    let rows = demo_parts(run).into_iter().flat_map(|part| {
        let shown = part.run.backends().into_iter();
        shown
            .filter(move |backend| is_shown(*backend))
            .map(move |backend| {
                let summary = BackendSummary::from_trials(&part.run, backend);
                let mut row = summary_row(&part.run, &summary);
                row.extend(own.iter().map(|(_, figure)| figure(&part.run, backend)));
                (part.world_of(backend.name()), row)
            })
    });
    SummaryTable::from_rows(title, &headings, figures, rows)
}

/// Subinterpreters are shown where they were asked for.
pub(super) fn is_summarized(run: &Run, backend: Backend) -> bool {
    backend != Backend::PythonInterpreters || run.params().backends.contains(&backend)
}

fn summary_row(run: &Run, summary: &BackendSummary) -> Vec<Value> {
    let skipped = run.skipped_backends().into_iter();
    let why = skipped
        .filter(|(backend, _)| *backend == summary.backend)
        .map(|(_, why)| why)
        .next()
        .unwrap_or(NO_TRIAL);
    let without_cpu = if summary.trials == 0 { why } else { NO_CPU };
    let is_serial = matches!(summary.backend, Backend::Serial | Backend::PythonSerial);
    let of_several = |metric, missing| match summary.figure(metric) {
        _ if is_serial => Value::Nothing,
        figure => median_cell(figure, Value::Ratio, missing),
    };
    let without_serial = explain_missing_speedup(run, summary.backend);
    vec![
        Value::text(worker_kind(summary.backend, summary.workers)),
        pid_cell(&run.workers(summary.backend)),
        median_cell(summary.figure(Metric::Work), Value::Seconds, why),
        of_several(
            Metric::Speedup,
            if summary.trials == 0 {
                why
            } else {
                &without_serial
            },
        ),
        overlap_cell(run, summary.backend),
        of_several(Metric::CoresUsed, without_cpu),
    ]
}

/// `one thread`, `2 processes`.
pub(super) fn worker_kind(backend: Backend, workers: usize) -> String {
    let (one, many) = match backend {
        Backend::Serial | Backend::PythonSerial => return "one thread".to_owned(),
        Backend::Threads | Backend::GilThreads | Backend::PythonThreads => ("thread", "threads"),
        Backend::PythonInterpreters => ("subinterpreter", "subinterpreters"),
        Backend::Processes | Backend::PythonProcesses | Backend::Try => ("process", "processes"),
    };
    format_count(workers, one, many)
}

/// Few screens can show so many rows in one piece, so the columns that can be compared between groups come
/// first.
fn order_columns(mut table: Table) -> Table {
    const FIRST: [&str; 8] = [
        "backend",
        "under",
        "workers",
        "work",
        "cores used",
        THEY_RAN,
        "speed-up",
        "efficiency",
    ];
    let place = |at: &usize| {
        let name = table.columns[*at].name.as_str();
        let place = FIRST.iter().position(|first| *first == name);
        place.unwrap_or(FIRST.len())
    };
    let mut order: Vec<usize> = (0..table.columns.len()).collect();
    order.sort_by_key(place);
    let columns = order.iter().map(|at| table.columns[*at].clone());
    table.columns = columns.collect();
    for row in &mut table.rows {
        let cells = order.iter().map(|at| row[*at].clone());
        *row = cells.collect();
    }
    table
}

/// The table without the columns that old recordings, other platforms and work that waits have no figures for.
pub fn without_silent(mut table: Table) -> Table {
    for name in [THEY_RAN, CAN_RUN, CORES_WANTED] {
        let at = table.columns.iter().position(|column| column.name == name);
        let is_empty =
            |row: &Vec<Value>, at: usize| matches!(row[at], Value::Missing(_) | Value::Nothing);
        if let Some(at) = at.filter(|at| table.rows.iter().all(|row| is_empty(row, *at))) {
            table.columns.remove(at);
            table.rows.iter_mut().for_each(|row| drop(row.remove(at)));
        }
    }
    table
}

/// Adds the rows of one part. Returns the largest number of trials that one of its backends finished.
fn add_rows(part: DemoPart, table: &mut TableByInterpreter) -> usize {
    let run = part.run;
    let skipped = run.skipped_backends();
    let never_ran = |backend: &Backend| {
        let was_skipped = skipped.iter().any(|(skipped, _)| skipped == backend);
        was_skipped && run.trials(*backend).is_empty()
    };
    let mut most = 0;
    for backend in run.backends() {
        if never_ran(&backend) {
            continue;
        }
        let summary = BackendSummary::from_trials(&run, backend);
        most = most.max(summary.trials);
        table.add_row(part, backend_row(&run, &summary));
    }
    for (backend, why) in &skipped {
        if !never_ran(backend) {
            table.add_note(skipped_note(part, *backend, why));
            continue;
        }
        let mut row = vec![Value::text(backend.name())];
        row.extend((1..table.column_count()).map(|_| Value::missing(*why)));
        table.add_row(part, row);
    }
    most
}

fn skipped_note(part: DemoPart, backend: Backend, why: &str) -> String {
    let under = part.interpreter().map(short_name);
    let under = under.map_or_else(String::new, |name| format!(" under {name}"));
    format!("`{backend}`{under} was given up before its last trial: {why}.")
}

/// Whether the workers ran at once or by turns; a single one has no other.
fn overlap_cell(run: &Run, backend: Backend) -> Value {
    if metrics::count_workers(*run, backend) == Some(1) {
        return Value::Nothing;
    }
    let overlap = metrics::work_overlap(*run, backend).map(WorkOverlap::name);
    overlap.map_or_else(Value::missing, Value::text)
}

fn backend_row(run: &Run, summary: &BackendSummary) -> Vec<Value> {
    let (without_cpu, without_serial) = if summary.trials == 0 {
        (NO_TRIAL, NO_TRIAL.to_owned())
    } else {
        (NO_CPU, explain_missing_speedup(run, summary.backend))
    };
    let median = |metric, kind, missing: &str| median_cell(summary.figure(metric), kind, missing);
    vec![
        Value::text(summary.backend.name()),
        Value::count(summary.workers),
        pid_cell(&run.workers(summary.backend)),
        median(Metric::Startup, Value::Seconds, NO_TRIAL),
        median(Metric::Work, Value::Seconds, NO_TRIAL),
        spread_cell(summary.figure(Metric::Work), Value::Seconds),
        median(Metric::Total, Value::Seconds, NO_TRIAL),
        median(Metric::Cpu, Value::Seconds, without_cpu),
        median(Metric::CoresUsed, Value::Ratio, without_cpu),
        overlap_cell(run, summary.backend),
        median(Metric::Speedup, Value::Ratio, &without_serial),
        median(Metric::Efficiency, Value::Share, &without_serial),
        median(Metric::CoresWanted, Value::Ratio, NO_WAIT),
    ]
}
