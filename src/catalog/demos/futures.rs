//! The demo of executors.

use super::{DemoSpec, WorkerCount};
use crate::{
    catalog::observations::{ObservationNature, SECONDS, ValueKind, measured, observed, settled},
    record::Backend,
};

/// One interface, several kinds of workers.
pub static FUTURES: DemoSpec = DemoSpec {
    name: "futures",
    summary: "one interface for threads, processes and interpreters: submit, map, as_completed",
    settings: &[
        "workers",
        "trials",
        "size",
        "backends",
        "python",
        "start_method",
    ],
    backends: &Backend::ALL,
    python: Some("executors.py"),
    observations: Some(&[
        measured("first_result", SECONDS),
        settled("map_order", ValueKind::Text),
        observed(
            "completed_order",
            ValueKind::Text,
            ObservationNature::Chance,
        ),
        measured("first_after", SECONDS),
    ]),
    labels: &[("call", &["map", "as_completed"])],
    usual_workers: Some(WorkerCount::PerCore(1)),
    usual_trials: Some(3),
    ..DemoSpec::EMPTY
};
