//! The report of `failures`: what the caller gets, and what becomes of the rest.

use crate::{
    lab::compare_backends,
    record::{Run, Value},
    report::{SummaryTable, Table, demo_parts},
};

const TITLE: &str = "A task fails: what its caller gets";

/// The kinds of pools, in the order of the columns.
const WAYS: [&str; 3] = ["Pool", "executor", "threads"];

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| {
        vec![
            build_callers_table(&part.run),
            build_rest_table(&part.run).in_part("rest"),
        ]
    })
}

/// Failures as rows, kinds of pools as columns.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let summary = SummaryTable::from_parts(run, TITLE, &WAYS, |part| {
        let mut table = Table::new("", &["failure", WAYS[0], WAYS[1], WAYS[2]]);
        for failure in part.run.label_values("outcome", "failure") {
            let cells = WAYS.map(|way| {
                let labels = [("way", way), ("failure", failure.as_str())];
                part.run.last_cell("outcome", &labels)
            });
            table.add_row(std::iter::once(Value::text(&failure)).chain(cells));
        }
        table
    })
    .with_all_figures();
    match describe_unended(run) {
        Some(note) => summary.with_note(note),
        None => summary,
    }
}

/// Which of the tasks that never end could not be ended.
fn describe_unended(run: &Run) -> Option<String> {
    let parts = demo_parts(run).into_iter();
    let ends = parts.flat_map(|part| part.run.observations("ended_by"));
    let unended = ends.filter(|end| *end.value == Value::text("nothing"));
    let mut ways: Vec<&str> = unended.filter_map(|end| end.labels.get("way")).collect();
    ways.dedup();
    let is_threads = ways == ["threads"];
    is_threads.then(|| {
        "A process of a pool can be ended, whatever it does. A thread that never returns cannot: it ends with the program."
            .to_owned()
    })
}

/// Each way and failure, with these observations as columns.
fn build_cases_table(run: &Run, title: &str, columns: &[(&str, &str)]) -> Table {
    let headings = columns.iter().map(|(_, heading)| *heading);
    let all: Vec<&str> = ["failure", "in"].into_iter().chain(headings).collect();
    let mut table = Table::new(title, &all);
    for failure in run.label_values("outcome", "failure") {
        for way in WAYS {
            let labels = [("way", way), ("failure", failure.as_str())];
            if run.last_observed("outcome", &labels).is_none() {
                continue;
            }
            let cells = columns.iter().map(|(name, _)| run.last_cell(name, &labels));
            let row = [Value::text(&failure), Value::text(way)];
            table.add_row(row.into_iter().chain(cells));
        }
    }
    table
}

fn build_callers_table(run: &Run) -> Table {
    let columns = [("after", "after [s]"), ("error", "what the caller gets")];
    build_cases_table(run, TITLE, &columns)
}

fn build_rest_table(run: &Run) -> Table {
    let columns = [
        ("others_done", "other tasks with a result"),
        ("others", "of"),
        ("usable", "takes new tasks"),
        ("ended_by", "ended by"),
    ];
    build_cases_table(run, "What becomes of the rest", &columns)
}

#[cfg(test)]
mod tests;
