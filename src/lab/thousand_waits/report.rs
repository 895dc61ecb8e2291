//! The report of `thousand-waits`: time, threads and memory of each way, and the delay that a blocking call brings.

use crate::{
    lab::{
        compare_backends,
        figure_column::{FigureColumn, bytes_value, count_value, median_figure, median_value},
    },
    record::{Run, Value},
    report::{SummaryTable, Table},
};

const TITLE: &str = "Many waits at the same time (medians)";

/// The figures of each way.
const FIGURES: [FigureColumn; 5] = [
    ("waits", "waits", count_value),
    ("threads", "threads", count_value),
    ("took", "all done after", Value::Seconds),
    ("memory_per_wait", "memory per wait", bytes_value),
    ("cpu_time", "CPU time", Value::Seconds),
];

/// The heading of the longest delay.
const DELAY: &str = "longest delay";

/// The figures that decide.
const SUMMARY: [&str; 3] = ["all done after", "memory per wait", DELAY];

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| {
        let headings = FIGURES.map(|(_, heading, _)| heading);
        let headings: Vec<&str> = std::iter::once("way").chain(headings).collect();
        let mut ways = Table::new(TITLE, &headings);
        for way in measured_ways(&part.run) {
            let median = |figure| median_figure(&part.run, &figure, &[("way", &way)]);
            ways.add_row(std::iter::once(Value::text(&way)).chain(FIGURES.map(median)));
        }
        ways.add_note(
            "A thread can do one wait at a time; an event loop only keeps a record of each. `a process each` has few \
             waits, because so many processes would take too long to start.",
        );
        let mut ticks = Table::new(
            "An event loop ticks every 10 ms, and something blocks for 100 ms",
            &["the call that blocks", "longest delay of a tick"],
        );
        for call in part.run.label_values("tick_delay", "call") {
            let delay = latest_tick(&part.run, &call);
            ticks.add_row([Value::text(call), delay]);
        }
        vec![ways, ticks.in_part("ticks")]
    })
}

/// Time and memory of each way, then the longest delay of a tick for each place of the call that blocks.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    SummaryTable::from_parts(run, TITLE, &SUMMARY, |part| {
        let mut table = Table::new("", &["way", SUMMARY[0], SUMMARY[1], SUMMARY[2]]);
        for way in measured_ways(&part.run) {
            let name = describe_way(&part.run, &way);
            let figure = |heading: &str| {
                let figure = FIGURES.iter().find(|(_, known, _)| *known == heading);
                figure.map_or(Value::Nothing, |figure| median_figure(&part.run, figure, &[("way", &way)]))
            };
            table.add_row(std::iter::once(name).chain(SUMMARY.map(figure)));
        }
        for call in part.run.label_values("tick_delay", "call") {
            let delay = latest_tick(&part.run, &call);
            table.add_row([describe_call(&call), Value::Nothing, Value::Nothing, delay]);
        }
        table
    })
    .with_note(
        "Each wait takes 100 ms, and a process does one of them. The loop's ticks are due every 10 ms; the call blocks \
         for 100 ms.",
    )
}

/// The ways that were tried, in the order in which they ran.
fn measured_ways(run: &Run) -> Vec<String> {
    let mut ways = run.label_values("waits", "way");
    for way in run.label_values("took", "way") {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways
}

/// The median of the trials' longest delays.
fn latest_tick(run: &Run, call: &str) -> Value {
    median_value(run, "tick_delay", &[("call", call)], Value::Seconds)
}

/// `pool of 100 threads`: with the number of threads or processes where it is not that of the waits.
fn describe_way(run: &Run, way: &str) -> Value {
    let count = |name: &str| run.number_series(name, &[("way", way)]).first().copied();
    match (way, count("threads"), count("waits")) {
        ("pool of threads", Some(threads), _) => Value::text(format!("pool of {threads} threads")),
        ("a process each", _, Some(waits)) => Value::text(format!("{waits} processes")),
        _ => Value::text(way),
    }
}

fn describe_call(call: &str) -> Value {
    Value::text(match call {
        "none" => "loop, nothing blocks".to_owned(),
        call => format!("loop, blocked {call}"),
    })
}

#[cfg(test)]
mod tests;
