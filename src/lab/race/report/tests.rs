use super::*;
use crate::{
    lab::testing::{column, observed, recording, recording_with, with_gil},
    record::{EventKind, Params},
};

/// Some trials of one way, which lost this many of 200,000.
fn trials(backend: &str, memory: &str, lock: &str, form: &str, lost: &[i64]) -> Vec<EventKind> {
    let mut labels = vec![("backend", backend), ("memory", memory), ("lock", lock)];
    if !form.is_empty() {
        labels.push(("form", form));
    }
    let mut events = Vec::new();
    for lost in lost {
        events.push(observed("seen", &labels, Value::Count(200_000 - lost)));
        events.push(observed("expected", &labels, Value::Count(200_000)));
    }
    events
}

fn python(plain: i64, with_call: i64) -> Vec<EventKind> {
    let (one, call) = ("counter += 1", "counter += one()");
    [
        trials("python-threads", "shared", "no", one, &[plain, 0]),
        trials(
            "python-threads",
            "shared",
            "no",
            call,
            &[with_call, 0, 95_159],
        ),
        trials("python-threads", "shared", "yes", call, &[0]),
        trials("python-threads", "private", "no", call, &[0]),
        trials(
            "python-processes",
            "shared",
            "no",
            "value.value += 1",
            &[67_092],
        ),
        trials("python-processes", "private", "no", call, &[0]),
    ]
    .concat()
}

#[test]
fn plain_counting_keeps_its_columns() {
    let events = trials("threads", "shared", "no", "", &[5]);
    let recording = recording("race", Params::default(), events);
    let tables = build_report(&recording.run());
    assert_eq!(column(&tables[0], "seen (median)"), [Value::Count(199_995)]);
}

#[test]
fn an_old_gil_is_not_said_to_lose_nothing() {
    let events = python(36_000, 90_000);
    let pythons = vec![(with_gil(), events)];
    let recording = recording_with("race", &Params::default(), Vec::new(), pythons);
    let notes = build_report(&recording.run())[0].notes.join(" ");
    assert!(notes.contains("`counter += 1` loses additions"), "{notes}");
    assert!(!notes.contains("loses nothing"), "{notes}");
}
