use super::*;
use crate::{
    lab::testing::{column, observed, recording, recording_with, with_gil},
    record::{EventKind, Params},
};

/// What a child started by this method reported.
fn child(method: &str, inherits: bool, waited: f64) -> Vec<EventKind> {
    let of_thing = |thing| [("thing", thing), ("method", method)];
    let of_method = [("method", method)];
    let mut events = Vec::new();
    for thing in ["global", "address", "folder"] {
        events.push(observed(
            "inherited",
            &of_thing(thing),
            Value::Flag(inherits),
        ));
        events.push(observed("parent_has", &of_thing(thing), "changed"));
    }
    events.push(observed("thread_runs", &of_method, Value::Flag(false)));
    events.push(observed("lock_held", &of_method, Value::Flag(inherits)));
    events.push(observed("lock_wait", &of_method, Value::Seconds(waited)));
    events
}

#[test]
fn each_method_has_its_column_and_each_thing_its_row() {
    let python = [child("spawn", false, 1e-6), child("fork", true, 0.3)].concat();
    let native = child("spawn", false, 1e-6);
    let pythons = vec![(with_gil(), python)];
    let recording = recording_with("inherit", &Params::default(), native, pythons);
    let summary = build_summary(&recording.run());
    assert_eq!(summary.worlds, ["Rust", "CPython 3.11"]);
    let figures: Vec<&str> = summary.figures.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(figures, ["fork", "spawn"]);
    let cells = |world, item: &str| {
        let item = Value::text(item);
        [0, 1].map(|figure| summary.cell(world, &item, figure).cloned())
    };
    let words = |fork: Value, spawn: &str| [Some(fork), Some(Value::text(spawn))];
    assert_eq!(cells(1, "global variable"), words("copied".into(), "fresh"));
    assert_eq!(cells(1, "the thread's lock"), words("held".into(), "free"));
    assert_eq!(cells(0, "the thread's lock"), words(Value::Nothing, "free"));
    // Nothing was seen of a file.
    assert!(!summary.items().contains(&&Value::text("open file")));
}

#[test]
fn only_a_wait_in_vain_is_called_one() {
    let notes = |held| {
        let events = child("fork", held, 0.3);
        build_summary(&recording("inherit", Params::default(), events).run()).notes
    };
    assert!(notes(true)[0].contains("the child waited 300 ms and gave up"));
    assert_eq!(notes(false), Vec::<String>::new());
}

#[test]
fn the_methods_keep_their_order() {
    let events = [child("forkserver", false, 0.0), child("fork", true, 0.3)].concat();
    let recording = recording("inherit", Params::default(), events);
    let tables = build_report(&recording.run());
    let methods = ["fork", "forkserver"].map(Value::text);
    assert_eq!(column(&tables[1], "start method"), methods);
    assert_eq!(column(&tables[0], "start method")[..2], methods);
}
