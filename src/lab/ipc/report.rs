//! Round trips and throughput, size by way.

use super::ways::{self, Way};
use crate::{
    record::{Run, Value},
    report::{Table, stats},
};

pub fn report(run: &Run) -> Vec<Table> {
    let mut latency = by_size(
        run,
        "There and back (median)",
        |_| true,
        |_, seconds| Value::Seconds(seconds),
    );
    latency.note(
        "A small message costs a wake-up, whatever the way. A large one costs its copies: threads pass \
         only its owner or the turn; a Pipe and a Queue write every byte into a message and out again.",
    );
    let mut throughput = by_size(
        run,
        "Bytes a second, there and back",
        |way| way.moves,
        |bytes, seconds| Value::Bytes((2.0 * bytes as f64 / seconds) as u64),
    );
    throughput.note(
        "Through shared memory: written once by one side, and checked in place by the other.",
    );
    vec![latency, throughput]
}

fn by_size(
    run: &Run,
    title: &str,
    shown: impl Fn(&Way) -> bool,
    cell: impl Fn(u64, f64) -> Value,
) -> Table {
    let ways: Vec<&Way> = ways::ALL.iter().filter(|way| shown(way)).collect();
    let mut headings = vec!["message [B]"];
    headings.extend(ways.iter().map(|way| way.name));
    let mut table = Table::new(title, &headings);
    for size in run.label_values("round_trip", "size") {
        let bytes: u64 = size.parse().unwrap_or_default();
        let mut row = vec![Value::Bytes(bytes)];
        for way in &ways {
            let labels = [("size", size.as_str()), ("way", way.name)];
            let median = stats::median(&run.series("round_trip", &labels));
            row.push(median.map_or(Value::Nothing, |seconds| cell(bytes, seconds)));
        }
        table.row(row);
    }
    table
}
