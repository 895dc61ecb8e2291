//! What one worker of a crew does behind the gate, and what it tells of it.

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::{
    gil::{self, Gil, GilBreaker},
    measure::{MeterScope, RealMeter, WorkMeter, clock},
    record::ResourceUsage,
    workload::{PreparedJob, WorkError, WorkOutcome, WorkPart},
};

/// What a worker did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WorkerResult {
    /// When it ended, by the machine's monotonic clock, in nanoseconds.
    pub finished_ns: u64,
    /// What it used.
    pub usage: ResourceUsage,
    /// Of its results: all workers' together add up to the same under every backend.
    pub checksum: u64,
    /// The share of its work's time that it waited for the GIL, under one.
    pub gil_wait: Option<f64>,
}

/// Does those parts, one after the other, with nothing in the way.
pub fn work_parts(
    prepared: &PreparedJob,
    parts: impl IntoIterator<Item = WorkPart>,
    scope: MeterScope,
    stop: &AtomicBool,
) -> Result<WorkerResult, WorkError> {
    measure_work(scope, |meter| {
        run_parts(parts, meter, |part| prepared.run_freely(part, stop))
    })
}

/// What a thread does that no lock holds back.
pub fn work_freely(
    prepared: &PreparedJob,
    part: WorkPart,
    stop: &AtomicBool,
) -> Result<WorkerResult, WorkError> {
    work_parts(prepared, [part], MeterScope::Thread, stop)
}

/// What a thread does under a lock that one of them has at a time: it waits for it, works, lets go. The wait is
/// part of the work's time, as it is in Python.
pub fn work_under(
    gil: &Gil,
    prepared: &PreparedJob,
    part: WorkPart,
    stop: &AtomicBool,
) -> Result<WorkerResult, WorkError> {
    let mut thread = gil.new_thread();
    let done = measure_work(MeterScope::Thread, |meter| {
        let mut breaker = GilBreaker::new(thread.attach(), stop);
        run_parts([part], meter, |part| {
            gil::run_under(prepared, part, &mut breaker)
        })
    })?;
    let waited = done.usage.work_s.filter(|work_s| *work_s > 0.0);
    let gil_wait = waited.map(|work_s| (thread.time_waited().as_secs_f64() / work_s).min(1.0));
    Ok(WorkerResult { gil_wait, ..done })
}

/// Measures work that ends in a checksum.
fn measure_work(
    scope: MeterScope,
    work: impl FnOnce(&mut RealMeter) -> Result<u64, WorkError>,
) -> Result<WorkerResult, WorkError> {
    let mut meter = RealMeter::new(scope);
    meter.begin();
    let checksum = work(&mut meter)?;
    let finished_ns = clock::now_ns();
    Ok(WorkerResult {
        finished_ns,
        usage: meter.finish(),
        checksum,
        gil_wait: None,
    })
}

fn run_parts(
    parts: impl IntoIterator<Item = WorkPart>,
    meter: &mut RealMeter,
    mut run: impl FnMut(WorkPart) -> Result<WorkOutcome, WorkError>,
) -> Result<u64, WorkError> {
    let mut checksum = 0_u64;
    for part in parts {
        let outcome = run(part)?;
        checksum = checksum.wrapping_add(outcome.checksum);
        meter.task_done();
    }
    Ok(checksum)
}

/// What a thread of a crew does behind the gate.
pub trait ThreadWork:
    Fn(&PreparedJob, WorkPart, &AtomicBool) -> Result<WorkerResult, WorkError> + Sync
{
}

impl<W: Fn(&PreparedJob, WorkPart, &AtomicBool) -> Result<WorkerResult, WorkError> + Sync>
    ThreadWork for W
{
}
