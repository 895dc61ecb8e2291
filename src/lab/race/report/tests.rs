use super::*;
use crate::{
    lab::testing::{column, free_threaded, observed, recording, recording_with, with_gil},
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

fn both() -> crate::record::Recording {
    let native = [
        trials("processes", "shared", "no", "", &[90_000]),
        trials("gil-threads", "shared", "no", "counter += 1", &[0, 0]),
        trials(
            "gil-threads",
            "shared",
            "no",
            "counter += one()",
            &[81_016, 12],
        ),
        trials("threads", "private", "no", "", &[0]),
        trials("threads", "shared", "yes", "", &[0]),
        trials("threads", "shared", "no", "", &[1_234, 99_000]),
    ];
    let params = Params {
        workers: Some(2),
        ..Params::default()
    };
    let pythons = vec![
        (with_gil(), python(0, 81_016)),
        (free_threaded(), python(120_000, 90_000)),
    ];
    recording_with("race", &params, native.concat(), pythons)
}

#[test]
fn every_way_that_was_counted_has_a_row_by_backend() {
    let recording = both();
    let tables = build_report(&recording.run());
    assert_eq!(tables.len(), 3, "the native part and two Pythons");
    let native = &tables[0];
    assert_eq!(
        column(native, "workers"),
        [
            "threads",
            "threads",
            "threads",
            "gil-threads",
            "gil-threads",
            "processes"
        ]
        .map(Value::from)
    );
    assert_eq!(
        column(native, "counter")[..3],
        ["shared", "shared", "private"].map(Value::from)
    );
    assert_eq!(column(native, "code")[0], Value::Nothing);
    assert_eq!(column(native, "code")[4], "+= one()".into());
    assert_eq!(column(native, "lost, min–max")[0], "1234–99,000".into());
    assert_eq!(column(&tables[1], "lost, min–max")[1], "0–95,159".into());
}

#[test]
fn plain_counting_keeps_its_columns() {
    let events = trials("threads", "shared", "no", "", &[5]);
    let recording = recording("race", Params::default(), events);
    let tables = build_report(&recording.run());
    assert_eq!(column(&tables[0], "seen (median)"), [Value::Count(199_995)]);
}

#[test]
fn each_table_says_why_additions_were_lost_or_not() {
    let recording = both();
    let tables = build_report(&recording.run());
    let said = |table: usize, words: &str| {
        let text = tables[table].notes.join(" ");
        assert!(text.contains(words), "`{words}` is not in: {text}");
    };
    said(0, "model of the GIL `counter += 1` loses nothing");
    said(1, "none between load and store");
    said(1, "has one there, the call: another thread adds");
    said(1, "get_lock()");
    said(1, "with a GIL; start method: fork.");
    said(2, "even `counter += 1` loses additions");
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
