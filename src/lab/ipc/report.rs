//! Round trips and throughput, by size and by way.

use super::ways;
use crate::{
    lab::compare_backends,
    record::{Run, Value},
    report::{DemoPart, SummaryTable, Table, stats},
    text::units::{BYTES, format_with_unit},
};

pub fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| build_tables(&part.run))
}

/// How long the smallest and the largest message take by each way.
pub fn build_summary(run: &Run) -> SummaryTable {
    let title = "A message there and back: the median";
    let sizes = run.label_values("round_trip", "size");
    let ends = [sizes.first(), sizes.last().filter(|_| sizes.len() > 1)];
    let ends: Vec<&String> = ends.into_iter().flatten().collect();
    let names: Vec<String> = ends
        .iter()
        .map(|size| format_with_unit(BYTES, size.parse().unwrap_or_default()))
        .collect();
    let figures: Vec<&str> = names.iter().map(String::as_str).collect();
    SummaryTable::from_parts(run, title, &figures, |part| {
        build_ways_table(part, &ends, &figures)
    })
}

/// One row for each way, one column for each size.
fn build_ways_table(part: DemoPart, sizes: &[&String], names: &[&str]) -> Table {
    let headings: Vec<&str> = std::iter::once("by").chain(names.iter().copied()).collect();
    let mut table = Table::new("", &headings);
    for way in measured_ways(&part.run) {
        let median = |size: &&String| {
            let labels = [("size", size.as_str()), ("way", way.as_str())];
            let median = stats::median(&part.run.number_series("round_trip", &labels));
            median.map_or(Value::Nothing, Value::Seconds)
        };
        let cells: Vec<Value> = sizes.iter().map(median).collect();
        table.add_row(std::iter::once(Value::text(&way)).chain(cells));
    }
    table
}

fn build_tables(run: &Run) -> Vec<Table> {
    let mut latency = build_size_table(
        run,
        "There and back (median)",
        |_| true,
        |_, seconds| Value::Seconds(seconds),
    );
    latency.add_note(
        "For a small message, most of the time goes into waking the other side. A large one has to be copied through a \
         Pipe or a Queue; threads only pass a reference.",
    );
    let mut throughput = build_size_table(
        run,
        "Bytes a second, there and back",
        moves_bytes,
        |bytes, seconds| Value::Bytes((2.0 * bytes as f64 / seconds) as u64),
    );
    throughput.add_note(
        "Through shared memory: written once by one side, and checked in place by the other.",
    );
    vec![latency, throughput.in_part("throughput")]
}

/// Whether the bytes themselves are sent that way. An unknown way is Python's.
fn moves_bytes(way: &str) -> bool {
    let known = ways::ALL.iter().find(|known| known.name == way);
    known.map_or(!way.contains("thread"), |known| known.moves)
}

/// The measured ways: the known ones in their order, then the others.
fn measured_ways(run: &Run) -> Vec<String> {
    let mut ways = run.label_values("round_trip", "way");
    ways.sort_by_key(|way| {
        let place = ways::ALL.iter().position(|known| known.name == way);
        place.unwrap_or(usize::MAX)
    });
    ways
}

fn build_size_table(
    run: &Run,
    title: &str,
    shown: impl Fn(&str) -> bool,
    cell: impl Fn(u64, f64) -> Value,
) -> Table {
    let mut ways = measured_ways(run);
    ways.retain(|way| shown(way));
    let mut headings = vec!["message [B]"];
    headings.extend(ways.iter().map(String::as_str));
    let mut table = Table::new(title, &headings);
    for size in run.label_values("round_trip", "size") {
        let bytes: u64 = size.parse().unwrap_or_default();
        let mut row = vec![Value::Bytes(bytes)];
        for way in &ways {
            let labels = [("size", size.as_str()), ("way", way.as_str())];
            let median = stats::median(&run.number_series("round_trip", &labels));
            row.push(median.map_or(Value::Nothing, |seconds| cell(bytes, seconds)));
        }
        table.add_row(row);
    }
    table
}
