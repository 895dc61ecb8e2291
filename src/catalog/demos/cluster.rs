//! Workers that are reached over the network.

use super::{DemoSpec, WorkerCount};
use crate::{
    catalog::observations::{BYTES, COUNT, RATE, SECONDS, ValueKind, measured, settled},
    record::Backend,
};

/// One map on a pool, an executor and a cluster.
pub static CLUSTER: DemoSpec = DemoSpec {
    name: "cluster",
    summary: "one map on a pool, an executor and Dask: start-up, tasks a second, bytes, a killed worker",
    settings: &[
        "workers",
        "trials",
        "size",
        "scheduler",
        "backends",
        "python",
        "start_method",
    ],
    backends: &[Backend::Processes, Backend::PythonProcesses],
    python: Some("cluster.py"),
    package: Some("distributed"),
    observations: Some(&[
        measured("startup", SECONDS),
        measured("tasks_per_second", RATE),
        measured("waits", SECONDS),
        settled("moved", BYTES),
        settled("outcome", ValueKind::Text),
        settled("lost_runs", COUNT),
        settled("host_workers", COUNT),
    ]),
    labels: &[("engine", &["pool", "executor", "dask"]), ("host", &[])],
    usual_workers: Some(WorkerCount::Exactly(2)),
    usual_trials: Some(3),
    ..DemoSpec::EMPTY
};
