//! Tables of `numbers` from small recordings.

use super::*;
use crate::{
    lab::testing::{column, observed, recording},
    record::{EventKind, Params, Recording, ResourceUsage, TrialTimes, WorkerId, WorkerKind},
};

/// Three runs of two processes: twice 7 before 14, once 14 before 7 in a glued line.
fn three_runs() -> Recording {
    let mut events = Vec::new();
    for (run, order) in [("0", [1, 2]), ("1", [2, 1]), ("2", [1, 2])] {
        let trial = Some(run.parse().unwrap());
        events.push(EventKind::TrialStarted {
            backend: Backend::Processes,
            trial,
        });
        events.extend((1..=2).flat_map(|worker| life(worker, trial)));
        for (place, worker) in (1..).zip(order) {
            let name = format!("Process-{worker}");
            let labels = [("run", run), ("worker", name.as_str())];
            events.push(observed(
                "number",
                &labels,
                Value::Count(7 * i64::from(worker)),
            ));
            events.push(observed("arrival", &labels, Value::Count(place)));
        }
        for (text, kind) in lines_of(run) {
            events.push(observed("line", &[("run", run), ("kind", kind)], *text));
        }
        let times = TrialTimes::default();
        events.push(EventKind::TrialFinished {
            backend: Backend::Processes,
            trial,
            times: times.into(),
        });
    }
    let params = Params {
        workers: Some(2),
        unbuffered: true,
        ..Params::default()
    };
    recording("numbers", params, events)
}

fn lines_of(run: &str) -> &'static [(&'static str, &'static str)] {
    if run == "1" {
        return &[("my number is 14my number is 7", "glued"), ("", "empty")];
    }
    &[("my number is 7", "whole"), ("my number is 14", "whole")]
}

fn life(worker: u32, trial: Option<u32>) -> Vec<EventKind> {
    let id = WorkerId(10 * trial.unwrap_or_default() + worker);
    let started = EventKind::WorkerStarted {
        worker: id,
        name: format!("Process-{worker}"),
        kind: WorkerKind::Process,
        backend: Some(Backend::Processes),
        trial,
        pid: 4000 + id.0,
        tid: None,
        ppid: Some(4000),
    };
    let usage = ResourceUsage {
        cores: vec![1],
        ..ResourceUsage::default()
    };
    vec![
        started,
        EventKind::WorkerReady {
            worker: id,
            startup_s: 0.002,
        },
        EventKind::WorkFinished {
            worker: id,
            usage: usage.into(),
        },
        EventKind::WorkerExited {
            worker: id,
            exitcode: Some(0),
            usage: None,
        },
    ]
}

#[test]
fn the_most_frequent_order_comes_first() {
    let recording = three_runs();
    let tables = build_report(&recording.run());
    assert_eq!(
        column(&tables[1], "order"),
        ["7 14", "14 7"].map(Value::from)
    );
    assert_eq!(column(&tables[1], "times"), [2, 1].map(Value::Count));
    assert_eq!(
        column(&tables[1], "share"),
        [2.0 / 3.0, 1.0 / 3.0].map(Value::Share)
    );
    assert_eq!(tables[1].notes, ["2 orders came, of 2 possible."]);
}

#[test]
fn lines_are_counted_by_kind_and_the_first_glued_run_is_shown() {
    let recording = three_runs();
    let tables = build_report(&recording.run());
    let counts: Vec<Value> = tables[2].rows[0][1..].to_vec();
    assert_eq!(counts, [6, 4, 1, 1, 0].map(Value::Count));
    assert_eq!(tables[3].title, "The lines of run 2, as they arrived");
    assert_eq!(
        column(&tables[3], "text"),
        ["my number is 14my number is 7", ""].map(Value::from)
    );
}

#[test]
fn many_orders_are_cut_and_the_rest_is_summed_up() {
    let mut events = Vec::new();
    for run in 0..30 {
        let run_name = run.to_string();
        let labels = [("run", run_name.as_str()), ("worker", "Process-1")];
        events.push(observed("number", &labels, Value::Count(run)));
        events.push(observed("arrival", &labels, Value::Count(1)));
    }
    let params = Params {
        workers: Some(40),
        ..Params::default()
    };
    let recording = recording("numbers", params, events);
    let tables = build_report(&recording.run());
    assert_eq!(tables[1].rows.len(), MOST_ROWS);
    assert_eq!(
        tables[1].rows[23][..2],
        ["7 other orders".into(), Value::Count(7)]
    );
    assert!(tables[1].notes[0].contains("more than can be counted"));
}

#[test]
fn the_orders_of_four_are_twenty_four() {
    assert_eq!(count_orders(4), Some(24));
    assert_eq!(count_orders(20), Some(2_432_902_008_176_640_000));
    assert_eq!(count_orders(21), None);
}
