//! The demo of more threads than cores.

use super::{DemoSpec, WorkerCount};
use crate::catalog::observations::{BYTES, COUNT, PLAIN, SECONDS, measured, parallel};

/// What more threads than cores change.
pub static OVERSUBSCRIBE: DemoSpec = DemoSpec {
    name: "oversubscribe",
    summary: "the same work by one, two and eight threads in each process: time, cores, switches, memory",
    settings: &["workers", "trials", "size", "python", "start_method"],
    python: Some("oversubscribe.py"),
    observations: Some(&[
        parallel("work", SECONDS),
        measured("used_cores", PLAIN),
        measured("wanted_cores", PLAIN),
        measured("preempted", COUNT),
        measured("memory", BYTES),
        // Of Pythons that have numpy.
        measured("blas", SECONDS),
    ]),
    labels: &[
        ("amount", &["one", "right", "twice", "eight times"]),
        ("processes", &[]),
        ("threads", &[]),
        ("blas_threads", &["its own", "1"]),
    ],
    usual_workers: Some(WorkerCount::PerCore(1)),
    usual_trials: Some(3),
    alone: Some(("amount", "one")),
    ..DemoSpec::EMPTY
};
