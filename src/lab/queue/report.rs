//! The report of `queue`: what a limit changes, and whether a child ends before its result is read.

use crate::{
    lab::{
        compare_backends,
        figure_column::{FigureColumn, bytes_value, count_value, median_figure},
    },
    record::{Run, Value},
    report::{DemoPart, SummaryTable, Table},
    text::units::{BYTES, format_with_unit},
};

const TITLE: &str = "A fast producer and a slow consumer (medians)";

/// The heading of the memory that waiting messages take.
const MEMORY: &str = "memory gained";

/// The figures of each limit.
const FIGURES: [FigureColumn; 6] = [
    ("most_waiting", "most waiting", count_value),
    ("put_wait", "producer waited", Value::Seconds),
    ("produced_after", "all sent after", Value::Seconds),
    ("consumed_after", "all done after", Value::Seconds),
    ("messages_per_second", "messages", Value::Rate),
    ("memory_gained", MEMORY, bytes_value),
];

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| {
        vec![
            build_limits_table(&part, TITLE, &FIGURES.map(|(_, heading, _)| heading)),
            build_join_table(&part.run).in_part("join"),
        ]
    })
}

/// The most that waited, how long the producer waited, and the rate, for each limit; then the joins.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let figures = ["most waiting", "producer waited", "all done after", MEMORY];
    SummaryTable::from_parts(run, TITLE, &figures, |part| build_limits_table(&part, "", &figures))
        .with_note(
            "The consumer takes 1 ms for a message, so it decides how long all takes. The limit decides how many \
             messages wait, and whether the producer does. One that the consumer has just taken is counted too. The \
             memory is what 2,000 messages of 4 KiB made the producer's process gain.",
        )
}

fn build_limits_table(part: &DemoPart, title: &str, headings: &[&str]) -> Table {
    let all: Vec<&str> = std::iter::once(&"queue").chain(headings).copied().collect();
    let mut table = Table::new(title, &all);
    for limit in part.run.label_values("most_waiting", "limit") {
        let shown = FIGURES
            .iter()
            .filter(|(_, heading, _)| headings.contains(heading));
        let cells = shown.map(|figure| median_figure(&part.run, figure, &[("limit", &limit)]));
        table.add_row(std::iter::once(describe_limit(&limit)).chain(cells));
    }
    table
}

fn describe_limit(limit: &str) -> Value {
    match limit {
        "none" => Value::text("without a limit"),
        limit => Value::text(format!("at most {limit}")),
    }
}

fn build_join_table(run: &Run) -> Table {
    let headings = ["result", "the child ended before it was read"];
    let mut table = Table::new("Join a child, and read its result afterwards", &headings);
    for seen in run.observations("ended_unread") {
        let size = seen.labels.get("result").and_then(|size| size.parse().ok());
        let name = format_with_unit(BYTES, size.unwrap_or_default());
        table.add_row([Value::text(name), seen.value.clone()]);
    }
    table
}

#[cfg(test)]
mod tests;
