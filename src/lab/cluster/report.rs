//! The report of `cluster`: what each engine costs, what it sends, and what becomes of a map whose worker dies.

use super::{BLOCK_BYTES, BLOCK_TASKS};
use crate::{
    lab::{compare_backends, figure_column::median_value},
    record::{Run, Value},
    report::{DemoPart, SummaryTable, Table, demo_parts, tables},
    text::units::{BYTES, format_with_unit},
};

const TITLE: &str = "One map on each engine (medians)";
const ENGINES: [(&str, &str); 3] = [("pool", "pool"), ("executor", "executor"), ("dask", "Dask")];
const HEADINGS: [&str; 7] = [
    "engine",
    "start-up [s]",
    "small tasks",
    "moved [B]",
    "after a kill",
    "runs",
    "16 × 50 ms [s]",
];

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    let mut all = compare_backends::build_tables_by_part(run, |part| {
        let workers = part.run.all_workers();
        vec![
            build_engines_table(&part),
            build_hosts_table(&part.run).in_part("hosts"),
            tables::workers_table("The workers", &workers).in_part("workers"),
        ]
    });
    if let Some(first) = all.first_mut() {
        first.add_note(describe_figures());
    }
    all
}

/// What decides, for each engine of each world; and what is missing where no Dask took part.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let figures = [
        "small tasks",
        "runs",
        "moved",
        "after a kill",
        "start-up",
        "16 × 50 ms",
    ];
    let summary = SummaryTable::from_parts(run, TITLE, &figures, |part| build_engines_table(&part))
        .with_note(describe_figures());
    let parts = demo_parts(run);
    let has_dask = |part: &DemoPart| {
        let engines = part.run.label_values("startup", "engine");
        engines.iter().any(|engine| engine == "dask")
    };
    if parts.iter().any(has_dask) {
        return summary;
    }
    let notes = parts.iter().flat_map(|part| part.run.notes());
    let why = notes.into_iter().find(|note| note.starts_with("Dask"));
    let why = why.unwrap_or("Dask cannot be shown here: it needs a Python.");
    summary.with_note(why)
}

fn describe_figures() -> String {
    let block = format_with_unit(BYTES, BLOCK_BYTES as f64);
    format!(
        "Moved: {BLOCK_TASKS} tasks read one block of {block}. After a kill: what `map` gives; runs: how often the lost task \
         was started."
    )
}

fn build_engines_table(part: &DemoPart) -> Table {
    let run = &part.run;
    let mut table = Table::new(TITLE, &HEADINGS);
    let shown = run.label_values("startup", "engine");
    for (engine, name) in ENGINES {
        if !shown.iter().any(|one| one == engine) {
            continue;
        }
        let labels = [("engine", engine)];
        let median = |name, into_value| median_value(run, name, &labels, into_value);
        table.add_row([
            name.into(),
            median("startup", Value::Seconds),
            median("tasks_per_second", Value::Rate),
            run.last_cell("moved", &labels),
            run.last_cell("outcome", &labels),
            run.last_cell("lost_runs", &labels),
            median("waits", Value::Seconds),
        ]);
    }
    table
}

fn build_hosts_table(run: &Run) -> Table {
    let mut table = Table::new("Where the workers are", &["engine", "host", "workers"]);
    for seen in run.observations("host_workers") {
        let label = |name| Value::text(seen.labels.get(name).unwrap_or_default());
        table.add_row([label("engine"), label("host"), seen.value.clone()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{observed, recording_with, with_gil},
        record::{EventKind, Params, Recording},
    };

    fn engine(engine: &str, startup: f64) -> Vec<EventKind> {
        let labels = [("engine", engine)];
        vec![
            observed("startup", &labels, Value::Seconds(startup)),
            observed("tasks_per_second", &labels, Value::Rate(500.0)),
            observed("waits", &labels, Value::Seconds(0.4)),
            observed("moved", &labels, Value::Bytes(8 << 20)),
            observed("outcome", &labels, Value::text("all results")),
            observed("lost_runs", &labels, Value::Count(2)),
        ]
    }

    fn note(text: &str) -> EventKind {
        EventKind::Noted {
            text: text.to_owned(),
        }
    }

    fn run_with(python: Vec<EventKind>) -> Recording {
        let python = vec![(with_gil(), python)];
        recording_with("cluster", &Params::default(), engine("pool", 0.01), python)
    }

    #[test]
    fn each_engine_of_each_world_is_a_row() {
        let recording = run_with([engine("pool", 0.1), engine("dask", 1.5)].concat());
        let summary = build_summary(&recording.run());
        let rows = summary.rows.iter().map(|row| (row.world, row.item.clone()));
        let expected = [(0, "pool"), (1, "pool"), (1, "Dask")];
        assert!(rows.eq(expected.map(|(world, name)| (world, Value::text(name)))));
        assert_eq!(summary.notes.len(), 1, "{:?}", summary.notes);
    }

    #[test]
    fn a_missing_package_says_how_to_get_it() {
        let missing = "Dask cannot be shown here: pip install distributed";
        let recording = run_with([engine("pool", 0.1), vec![note("slow"), note(missing)]].concat());
        let summary = build_summary(&recording.run());
        assert_eq!(summary.notes.last().map(String::as_str), Some(missing));
    }
}
