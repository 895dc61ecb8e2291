use super::*;
use crate::{
    lab::testing::{column, observed, recording, recording_with, with_gil},
    record::{EventKind, Params},
};

const CIRCLE: &str = "Thread-1 holds A and waits for B; Thread-2 holds B and waits for A";

/// Two trials of one way.
fn trials(backend: &str, order: &str, pause: &str, deadlocks: [i64; 2]) -> Vec<EventKind> {
    let labels = [("backend", backend), ("order", order), ("pause", pause)];
    let mut events = Vec::new();
    for deadlocks in deadlocks {
        events.push(observed("rounds", &labels, Value::Count(200)));
        events.push(observed("deadlocks", &labels, Value::Count(deadlocks)));
        if deadlocks > 0 {
            events.push(observed("detected_after", &labels, Value::Seconds(0.0002)));
            events.push(observed("circle", &labels, Value::text(CIRCLE)));
        }
    }
    events
}

fn all(none: [i64; 2], pause: [i64; 2], same: [i64; 2]) -> Vec<EventKind> {
    [
        trials("threads", "opposite", "none", none),
        trials("threads", "opposite", "0.1 ms", pause),
        trials("threads", "same", "0.1 ms", same),
    ]
    .concat()
}

fn notes(events: Vec<EventKind>) -> String {
    let recording = recording("deadlock", Params::default(), events);
    build_report(&recording.run())[0].notes.join("\n")
}

#[test]
fn rounds_and_deadlocks_add_up_over_the_trials() {
    let events = all([0, 3], [190, 180], [0, 0]);
    let recording = recording("deadlock", Params::default(), events);
    let table = &build_report(&recording.run())[0];
    assert_eq!(column(table, "rounds"), [400, 400, 400].map(Value::Count));
    assert_eq!(column(table, "deadlocks"), [3, 370, 0].map(Value::Count));
    let detected = column(table, "detected after (median)");
    assert_eq!(detected[1..], [Value::Seconds(0.0002), Value::Nothing]);
    assert!(table.notes[0].contains(CIRCLE), "{:?}", table.notes);
}

#[test]
fn what_was_not_seen_is_not_said_to_be_impossible() {
    let unseen = "\"not seen in 400 rounds\" is not \"never\"";
    assert!(notes(all([0, 0], [9, 9], [0, 0])).contains(unseen));
    assert!(!notes(all([1, 0], [9, 9], [0, 0])).contains("not seen"));
    let never = "there can be none";
    assert!(notes(all([1, 0], [9, 9], [0, 0])).contains(never));
    // That would be a fault of the demo, and must not be hidden.
    let processes = trials("processes", "same", "0.1 ms", [0, 0]);
    let events = [all([1, 0], [9, 9], [0, 1]), processes].concat();
    assert!(!notes(events).contains(never));
}

#[test]
fn every_world_has_its_rows() {
    let python = trials("python-processes", "same", "0.1 ms", [0, 0]);
    let events = all([0, 0], [9, 9], [0, 0]);
    let pythons = vec![(with_gil(), python)];
    let recording = recording_with("deadlock", &Params::default(), events, pythons);
    let summary = build_summary(&recording.run());
    assert_eq!(summary.worlds, ["Rust", "CPython 3.11"]);
    let of_python = |item: &str| (1, Value::text(item));
    let items: Vec<_> = summary
        .rows
        .into_iter()
        .map(|row| (row.world, row.item))
        .collect();
    assert!(
        items.contains(&of_python("processes, same, pause")),
        "{items:?}"
    );
}
