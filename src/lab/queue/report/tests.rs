use super::*;
use crate::{
    lab::testing::{column, observed, recording, recording_with, with_gil},
    record::{EventKind, Params},
};

/// Two trials with a limit or without one, and the memory that its messages took.
fn trials(limit: &str, most_waiting: [i64; 2], memory: Value) -> Vec<EventKind> {
    let labels = [("limit", limit)];
    let mut events = vec![observed("memory_gained", &labels, memory)];
    for most_waiting in most_waiting {
        events.push(observed(
            "most_waiting",
            &labels,
            Value::Count(most_waiting),
        ));
        events.push(observed("put_wait", &labels, Value::Seconds(0.2)));
        events.push(observed("produced_after", &labels, Value::Seconds(0.2)));
        events.push(observed("consumed_after", &labels, Value::Seconds(0.25)));
        events.push(observed("messages_per_second", &labels, Value::Rate(800.0)));
    }
    events
}

fn both() -> Vec<EventKind> {
    let mut events = trials("none", [190, 200], Value::Bytes(8 << 20));
    events.extend(trials("10", [10, 10], Value::Bytes(64 << 10)));
    for (size, ended) in [("1024", true), ("1048576", false)] {
        let labels = [("result", size)];
        events.push(observed("ended_unread", &labels, Value::Flag(ended)));
    }
    events
}

#[test]
fn each_limit_has_a_row_with_its_medians_and_its_memory() {
    let recording = recording("queue", Params::default(), both());
    let tables = build_report(&recording.run());
    let limits = ["without a limit", "at most 10"].map(Value::text);
    assert_eq!(column(&tables[0], "queue"), limits);
    assert_eq!(
        column(&tables[0], "most waiting"),
        [195, 10].map(Value::Count)
    );
    let memory = [8 << 20, 64 << 10].map(Value::Bytes);
    assert_eq!(column(&tables[0], MEMORY), memory);
}

#[test]
fn a_child_with_an_unread_result_is_named_by_the_size_of_that() {
    let recording = recording("queue", Params::default(), both());
    let joins = &build_report(&recording.run())[1];
    let sizes = ["1.00 KiB", "1.00 MiB"].map(Value::text);
    assert_eq!(column(joins, "result"), sizes);
    let ended = column(joins, "the child ended before it was read");
    assert_eq!(ended, [true, false].map(Value::Flag));
}

#[test]
fn the_summary_has_a_world_for_each_python_and_a_reason_for_missing_memory() {
    let why = Value::missing("not reported by this system");
    let python = trials("none", [200, 200], why.clone());
    let pythons = vec![(with_gil(), python)];
    let recording = recording_with("queue", &Params::default(), both(), pythons);
    let summary = build_summary(&recording.run());
    assert_eq!(summary.worlds, ["Rust", "CPython 3.11"]);
    let at = summary
        .figures
        .iter()
        .position(|figure| figure.name == MEMORY);
    let item = Value::text("without a limit");
    let memory = |world| summary.cell(world, &item, at.expect("memory"));
    assert_eq!(memory(0), Some(&Value::Bytes(8 << 20)));
    assert_eq!(memory(1), Some(&why));
}
