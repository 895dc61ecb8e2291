use super::*;
use crate::{
    lab::testing::{column, observed, recording, recording_with, with_gil},
    record::{EventKind, Params},
};

/// Three trials of a way.
fn way(name: &str, waits: i64, threads: i64, took: [f64; 3], memory: u64) -> Vec<EventKind> {
    let labels = [("way", name)];
    let mut events = vec![
        observed("waits", &labels, Value::Count(waits)),
        observed("waiting", &labels, Value::Count(threads)),
        observed("threads", &labels, Value::Count(threads)),
        observed("memory_per_wait", &labels, Value::Bytes(memory)),
    ];
    for seconds in took {
        events.push(observed("took", &labels, Value::Seconds(seconds)));
        events.push(observed("cpu_time", &labels, Value::Seconds(0.002)));
    }
    events
}

fn delay(call: &str, seconds: f64) -> EventKind {
    observed("tick_delay", &[("call", call)], Value::Seconds(seconds))
}

fn all() -> Vec<EventKind> {
    let mut events = way("event loop", 1_000, 1, [0.10, 0.11, 0.30], 24);
    events.extend(way("pool of threads", 1_000, 100, [1.0, 1.1, 1.2], 9_000));
    events.extend(way("a process each", 10, 10, [0.2, 0.2, 0.2], 400_000));
    events.extend([delay("none", 0.001), delay("in the loop", 0.09)]);
    events
}

#[test]
fn each_way_has_the_median_of_its_trials_and_the_ticks_follow() {
    let recording = recording("thousand-waits", Params::default(), all());
    let tables = build_report(&recording.run());
    let took = column(&tables[0], "all done after");
    assert_eq!(took, [0.11, 1.1, 0.2].map(Value::Seconds));
    assert_eq!(
        column(&tables[0], "threads"),
        [1, 100, 10].map(Value::Count)
    );
    let delays = column(&tables[1], "longest delay of a tick");
    assert_eq!(delays, [0.001, 0.09].map(Value::Seconds));
}

#[test]
fn a_summary_row_says_how_many_threads_or_processes_there_are() {
    let recording = recording("thousand-waits", Params::default(), all());
    let summary = build_summary(&recording.run());
    let items: Vec<&Value> = summary.rows.iter().map(|row| &row.item).collect();
    let expected = [
        "event loop",
        "pool of 100 threads",
        "10 processes",
        "loop, nothing blocks",
        "loop, blocked in the loop",
    ];
    assert_eq!(items, expected.map(Value::text).iter().collect::<Vec<_>>());
}

#[test]
fn threads_that_the_system_refused_are_missing_with_the_reason() {
    let refused = Value::missing("starting thread 412 of 1000: too many");
    let python = vec![observed(
        "took",
        &[("way", "a thread each")],
        refused.clone(),
    )];
    let pythons = vec![(with_gil(), python)];
    let recording = recording_with("thousand-waits", &Params::default(), all(), pythons);
    let tables = build_report(&recording.run());
    assert_eq!(column(&tables[2], "all done after"), [refused]);
}
