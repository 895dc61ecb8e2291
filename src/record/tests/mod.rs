//! What a recording answers, and what a file of one survives.

mod cores;
mod files;
mod metrics;
mod questions;
mod round_trip;

use super::{
    Backend, Event, EventKind, Machine, PackedValue, Params, ResourceUsage, TrialTimes, WorkerId,
    WorkerKind, testing::test_machine,
};

fn machine() -> Machine {
    Machine {
        cores_why: Some("affinity".to_owned()),
        memory_bytes: Some(8 << 30),
        build: "dev, optimised".to_owned().into(),
        ..test_machine(4, 2)
    }
}

/// Events one microsecond apart, in run 0.
fn events(what: impl IntoIterator<Item = EventKind>) -> Vec<Event> {
    what.into_iter()
        .zip(1..)
        .map(|(what, at)| Event {
            at_ns: at * 1_000,
            run: 0,
            what,
        })
        .collect()
}

fn run_started(demo: &str) -> EventKind {
    EventKind::RunStarted {
        demo: demo.to_owned(),
        params: Params::default().into(),
        interpreter: None,
    }
}

fn worker_started(id: u32, backend: Backend, trial: Option<u32>) -> EventKind {
    EventKind::WorkerStarted {
        worker: WorkerId(id),
        name: format!("Process-{id}"),
        kind: WorkerKind::Process,
        backend: Some(backend),
        trial,
        pid: 4000 + id,
        tid: None,
        ppid: Some(4000),
    }
}

fn work_finished(id: u32, cpu_s: Option<f64>) -> EventKind {
    EventKind::WorkFinished {
        worker: WorkerId(id),
        usage: PackedValue::from(ResourceUsage {
            cpu_s,
            tasks: 1,
            ..ResourceUsage::default()
        }),
    }
}

fn trial_finished(backend: Backend, trial: Option<u32>, work_s: f64) -> EventKind {
    EventKind::TrialFinished {
        backend,
        trial,
        times: Box::new(TrialTimes {
            work_s,
            ..TrialTimes::default()
        }),
    }
}
