use super::*;
use crate::{
    lab::testing::{column, observed, recording, recording_with, with_gil},
    record::{EventKind, Params},
};

fn case(way: &str, failure: &str, outcome: &str, done: i64) -> Vec<EventKind> {
    let labels = [("way", way), ("failure", failure)];
    vec![
        observed("outcome", &labels, outcome),
        observed("others_done", &labels, Value::Count(done)),
        observed("usable", &labels, Value::Flag(done == 4)),
    ]
}

fn ended_by(way: &str, call: &str) -> EventKind {
    observed("ended_by", &[("way", way), ("failure", "never ends")], call)
}

#[test]
fn each_way_has_its_column_and_each_failure_its_row() {
    let native = case("Pool", "killed", "worker died", 4);
    let python = [
        case("threads", "killed", "program ends", 0),
        case("executor", "killed", "broken pool", 2),
        case("Pool", "killed", "no answer", 4),
    ];
    let pythons = vec![(with_gil(), python.concat())];
    let recording = recording_with("failures", &Params::default(), native, pythons);
    let summary = build_summary(&recording.run());
    let cells = |world| {
        let item = Value::text("killed");
        [0, 1, 2].map(|figure| summary.cell(world, &item, figure).cloned())
    };
    let nothing = Some(Value::Nothing);
    let words = ["no answer", "broken pool", "program ends"];
    assert_eq!(
        cells(0),
        [Some(Value::text("worker died")), nothing.clone(), nothing]
    );
    assert_eq!(cells(1), words.map(|word| Some(Value::text(word))));
}

#[test]
fn a_way_that_was_not_run_has_no_row() {
    let events = case("threads", "panic", "its error", 4);
    let recording = recording("failures", Params::default(), events);
    let tables = build_report(&recording.run());
    assert_eq!(column(&tables[1], "in"), [Value::text("threads")]);
    let done = column(&tables[1], "other tasks with a result");
    assert_eq!(done, [Value::Count(4)]);
}

#[test]
fn that_only_threads_cannot_be_ended_is_said_if_it_was_seen() {
    let notes = |ends: [&str; 2]| {
        let events = vec![ended_by("Pool", ends[0]), ended_by("threads", ends[1])];
        build_summary(&recording("failures", Params::default(), events).run()).notes
    };
    assert_eq!(notes(["terminate()", "nothing"]).len(), 1);
    // That would be a fault of the demo, and must not be hidden.
    assert!(notes(["nothing", "nothing"]).is_empty());
    assert!(notes(["terminate()", "shutdown()"]).is_empty());
}
