//! The demos that do the same under several backends.

use super::{DemoSpec, WorkerCount};
use crate::{
    catalog::observations::{
        COUNT, ObservationNature, RATE, SECONDS, ValueKind, measured, observed, parallel, settled,
    },
    record::Backend,
};

/// The settings of a demo that does one piece of work in several ways.
const COMPARING: &[&str] = &[
    "workers",
    "trials",
    "size",
    "workload",
    "backends",
    "python",
    "start_method",
];

/// The work that computes.
const CPU_BOUND: &[&str] = &["primes", "matmul", "blur", "mandelbrot", "frames", "words"];

/// CPU-bound work, side by side.
pub static PARALLEL: DemoSpec = DemoSpec {
    name: "parallel",
    summary: "CPU-bound work on one thread, on threads and on processes",
    settings: COMPARING,
    workloads: CPU_BOUND,
    backends: &Backend::ALL,
    python: Some("parallel.py"),
    observations: Some(&[parallel("hashing", SECONDS)]),
    usual_workers: Some(WorkerCount::PerCore(1)),
    usual_trials: Some(5),
    ..DemoSpec::EMPTY
};

/// I/O-bound work, side by side.
pub static IO: DemoSpec = DemoSpec {
    name: "io",
    summary: "work that waits (sleeps, HTTP requests, file reads) on one thread, on threads, on processes",
    settings: COMPARING,
    workloads: &["wait", "http", "files"],
    backends: &Backend::ALL,
    python: Some("io.py"),
    observations: Some(&[]),
    usual_workers: Some(WorkerCount::Exactly(4)),
    usual_trials: Some(3),
    ..DemoSpec::EMPTY
};

/// Speed-up and efficiency by the number of workers.
pub static SCALING: DemoSpec = DemoSpec {
    name: "scaling",
    summary: "1 to 2×cores workers: how far more workers help, and why not further",
    settings: COMPARING,
    workloads: CPU_BOUND,
    backends: &[
        Backend::Threads,
        Backend::GilThreads,
        Backend::Processes,
        Backend::PythonSerial,
        Backend::PythonThreads,
        Backend::PythonProcesses,
        Backend::PythonInterpreters,
    ],
    python: Some("scaling.py"),
    observations: Some(&[parallel("work", SECONDS), measured("cpu", SECONDS)]),
    labels: &[("workers", &[])],
    usual_workers: Some(WorkerCount::PerCore(2)),
    usual_trials: Some(3),
    ..DemoSpec::EMPTY
};

/// Who loses updates, and who does not.
pub static RACE: DemoSpec = DemoSpec {
    name: "race",
    summary: "two workers count together: how many additions get lost, and what a lock changes",
    settings: &[
        "workers",
        "trials",
        "size",
        "backends",
        "python",
        "start_method",
    ],
    backends: &[
        Backend::Threads,
        Backend::GilThreads,
        Backend::Processes,
        Backend::PythonThreads,
        Backend::PythonProcesses,
    ],
    python: Some("race.py"),
    // `lost` is what is expected and not seen.
    observations: Some(&[
        observed("seen", COUNT, ObservationNature::ChanceOfLess),
        settled("expected", COUNT),
        observed("lost", COUNT, ObservationNature::ChanceOfMore),
    ]),
    labels: &[
        ("memory", &["shared", "private"]),
        ("lock", &["no", "yes"]),
        (
            "form",
            &["counter += 1", "counter += one()", "value.value += 1"],
        ),
    ],
    usual_workers: Some(WorkerCount::Exactly(2)),
    usual_trials: Some(5),
    ..DemoSpec::EMPTY
};

/// Who stops whom.
pub static DEADLOCK: DemoSpec = DemoSpec {
    name: "deadlock",
    summary: "two workers acquire two locks: how many rounds end in a deadlock, by the order of the locks",
    settings: &[
        "trials",
        "size",
        "order",
        "backends",
        "python",
        "start_method",
    ],
    backends: &[
        Backend::Threads,
        Backend::Processes,
        Backend::PythonThreads,
        Backend::PythonProcesses,
    ],
    python: Some("deadlock.py"),
    observations: Some(&[
        measured("rounds", COUNT),
        observed("deadlocks", COUNT, ObservationNature::ChanceOfMore),
        measured("detected_after", SECONDS),
        observed("circle", ValueKind::Text, ObservationNature::Chance),
    ]),
    labels: &[
        ("order", &["opposite", "same"]),
        ("pause", &["none", "0.1 ms"]),
    ],
    usual_trials: Some(5),
    ..DemoSpec::EMPTY
};

/// What waiting costs beside computing.
pub static CONVOY: DemoSpec = DemoSpec {
    name: "convoy",
    summary: "a thread that waits 1 ms beside computing threads: how much longer it waits under a GIL",
    settings: &["workers", "backends", "python", "start_method"],
    backends: &[
        Backend::Threads,
        Backend::GilThreads,
        Backend::PythonThreads,
    ],
    python: Some("convoy.py"),
    observations: Some(&[
        measured("overshoot", SECONDS),
        measured("switches_per_second", RATE),
    ]),
    labels: &[
        ("interval", &["none", "0.1", "1", "5", "20"]),
        ("busy", &[]),
    ],
    usual_workers: Some(WorkerCount::Exactly(2)),
    ..DemoSpec::EMPTY
};

/// Who holds the lock when.
pub static HANDOFF: DemoSpec = DemoSpec {
    name: "handoff",
    summary: "two computing threads and one GIL: which thread holds it, and when",
    settings: &["backends", "python", "start_method"],
    backends: &[
        Backend::Threads,
        Backend::GilThreads,
        Backend::PythonThreads,
    ],
    python: Some("handoff.py"),
    observations: Some(&[
        measured("hold", SECONDS),
        measured("began", SECONDS),
        measured("handoff_period", SECONDS),
        measured("drop_requests", COUNT),
        measured("forced_switches", COUNT),
        measured("wait", SECONDS),
        measured("wait_began", SECONDS),
        measured("request", SECONDS),
        measured("forced", ValueKind::Flag),
    ]),
    labels: &[("thread", &[]), ("n", &[])],
    ..DemoSpec::EMPTY
};
