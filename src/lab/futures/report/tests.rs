use super::*;
use crate::{
    lab::testing::{column, observed, recording},
    record::{EventKind, Params, TrialTimes},
};

/// A trial of a backend, and the order of its results.
fn trial(backend: Backend, work_s: f64, order: &str) -> Vec<EventKind> {
    let labels = [("backend", backend.name())];
    let finished = EventKind::TrialFinished {
        backend,
        trial: Some(0),
        times: TrialTimes {
            work_s,
            total_s: work_s,
            ..TrialTimes::default()
        }
        .into(),
    };
    let started = EventKind::TrialStarted {
        backend,
        trial: Some(0),
    };
    let after = |call, ms: f64| {
        let labels = [("backend", backend.name()), ("call", call)];
        observed("first_after", &labels, Value::Seconds(ms / 1e3))
    };
    vec![
        started,
        observed("first_result", &labels, Value::Seconds(0.002)),
        observed("map_order", &labels, Value::text("1 2 3")),
        observed("completed_order", &labels, Value::text(order)),
        after("map", 80.0),
        after("as_completed", 10.0),
        finished,
    ]
}

#[test]
fn each_executor_has_its_orders_and_one_thread_has_none() {
    let mut events = trial(Backend::Threads, 0.1, "2 3 1");
    events.extend(trial(Backend::Processes, 0.1, "3 2 1"));
    let recording = recording("futures", Params::default(), events);
    let tables = build_report(&recording.run());
    let orders = tables.iter().find(|table| table.title.contains("waits"));
    let orders = orders.expect("a table of orders");
    assert_eq!(
        column(orders, "map gave"),
        ["1 2 3", "1 2 3"].map(Value::text)
    );
    let completed = column(orders, "as_completed gave");
    assert_eq!(completed, ["2 3 1", "3 2 1"].map(Value::text));
    assert_eq!(
        column(orders, "the first after"),
        [0.08, 0.08].map(Value::Seconds)
    );
}

#[test]
fn the_summary_has_the_first_result_and_the_order_beside_the_time() {
    let events = trial(Backend::Threads, 0.1, "2 3 1");
    let recording = recording("futures", Params::default(), events);
    let summary = build_summary(&recording.run());
    let figure = |name: &str| {
        let at = summary
            .figures
            .iter()
            .position(|figure| figure.name == name);
        summary.rows[0].cells[at.expect("a figure")].clone()
    };
    assert_eq!(figure("time"), Value::Seconds(0.1));
    assert_eq!(figure(FIRST_RESULT), Value::Seconds(0.002));
    assert_eq!(figure(COMPLETED), Value::text("2 3 1"));
}
