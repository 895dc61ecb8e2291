//! The demo of many waits at the same time.

use super::{DemoSpec, WorkerCount};
use crate::catalog::observations::{BYTES, COUNT, SECONDS, measured, settled};

/// What it takes to wait for many things at once.
pub static THOUSAND_WAITS: DemoSpec = DemoSpec {
    name: "thousand-waits",
    summary: "1,000 waits: by a thread each, a pool of threads, one event loop; and what blocks the loop",
    settings: &["workers", "trials", "size", "python", "start_method"],
    python: Some("thousand_waits.py"),
    observations: Some(&[
        settled("waits", COUNT),
        settled("waiting", COUNT),
        settled("threads", COUNT),
        measured("took", SECONDS),
        measured("cpu_time", SECONDS),
        measured("memory_per_wait", BYTES),
        measured("tick_delay", SECONDS),
    ]),
    labels: &[
        (
            "way",
            &[
                "event loop",
                "pool of threads",
                "a thread each",
                "a process each",
            ],
        ),
        ("call", &["none", "in the loop", "in a thread"]),
    ],
    usual_workers: Some(WorkerCount::Exactly(100)),
    usual_trials: Some(3),
    ..DemoSpec::EMPTY
};
