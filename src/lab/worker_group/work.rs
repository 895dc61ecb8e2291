//! The work of one worker of a group after the barrier, and its result.

use std::{sync::atomic::AtomicBool, time::Instant};

use serde::{Deserialize, Serialize};

use crate::{
    gil::{self, Gil, GilBreaker, GilThread},
    lab::{core_log::CoreLog, wait_log::WaitLog},
    measure::{MeterScope, RealMeter, WorkMeter, clock},
    record::{ResourceUsage, WaitKind, WaitSpan, WorkSpans},
    workload::{PreparedJob, WorkError, WorkOutcome, WorkPart},
};

/// The result of a worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WorkerResult {
    /// When it ended, by the machine's monotonic clock, in nanoseconds.
    pub finished_ns: u64,
    /// The resources that it used.
    pub usage: ResourceUsage,
    /// The checksum of its results. The sum over all workers is the same with every backend.
    pub checksum: u64,
    /// The share of its work time that it waited for the GIL, if there is one.
    pub gil_wait: Option<f64>,
    /// When it was on which core and waited for the GIL, by the clock of the machine.
    pub spans: WorkSpans,
}

/// The most events in the log of a thread under the lock.
pub const MOST_LOGGED: usize = 2000;

/// Does these parts one after the other, without any lock.
pub fn work_parts(
    prepared: &PreparedJob,
    parts: impl IntoIterator<Item = WorkPart>,
    scope: MeterScope,
    stop: &AtomicBool,
) -> Result<WorkerResult, WorkError> {
    measure_work(scope, |meter, sample| {
        run_parts(parts, meter, |part| prepared.run_freely(part, stop, sample))
    })
}

/// The work of a thread without a lock.
pub fn work_freely(
    prepared: &PreparedJob,
    part: WorkPart,
    stop: &AtomicBool,
) -> Result<WorkerResult, WorkError> {
    work_parts(prepared, [part], MeterScope::Thread, stop)
}

/// The work of a thread with a lock that one thread holds at a time: waits for it, works, and releases it. The
/// wait is part of the work's time, as it is in Python.
pub fn work_under(
    gil: &Gil,
    prepared: &PreparedJob,
    part: WorkPart,
    stop: &AtomicBool,
) -> Result<WorkerResult, WorkError> {
    let mut thread = gil.new_thread();
    let mut done = measure_work(MeterScope::Thread, |meter, sample| {
        let mut breaker = GilBreaker::new(thread.attach(), stop);
        run_parts([part], meter, |part| {
            gil::run_under(prepared, part, &mut breaker, sample)
        })
    })?;
    done.spans.waits = gil_waits(&thread);
    let waited = done.usage.work_s.filter(|work_s| *work_s > 0.0);
    let gil_wait = waited.map(|work_s| (thread.time_waited().as_secs_f64() / work_s).min(1.0));
    Ok(WorkerResult { gil_wait, ..done })
}

/// Measures work that returns a checksum.
fn measure_work(
    scope: MeterScope,
    work: impl FnOnce(&mut RealMeter, &mut dyn FnMut() -> u32) -> Result<u64, WorkError>,
) -> Result<WorkerResult, WorkError> {
    let mut meter = RealMeter::new(scope);
    let mut cores = CoreLog::new();
    meter.begin();
    let checksum = work(&mut meter, &mut || cores.take_sample())?;
    let finished_ns = clock::now_ns();
    let usage = meter.finish();
    cores.take_sample();
    Ok(WorkerResult {
        finished_ns,
        usage,
        checksum,
        gil_wait: None,
        spans: WorkSpans {
            cores: cores.into_spans(),
            waits: Vec::new(),
        },
    })
}

/// The waits of a thread for the lock, by the clock of the machine.
fn gil_waits(thread: &GilThread) -> Vec<WaitSpan> {
    let (now, now_ns) = (Instant::now(), clock::now_ns());
    let to_ns = |at: Instant| now_ns.saturating_sub((now - at).as_nanos() as u64);
    let (waits, left_out) = thread.logged_waits();
    // A log without its end would look as if there were no waits any more.
    if left_out > 0 {
        return Vec::new();
    }
    let mut log = WaitLog::new(WaitKind::Gil, "GIL");
    for [from, until] in waits {
        log.add_wait(to_ns(from), to_ns(until));
    }
    log.into_spans()
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

/// The work of a group's thread after the barrier.
pub trait ThreadWork:
    Fn(&PreparedJob, WorkPart, &AtomicBool) -> Result<WorkerResult, WorkError> + Sync
{
}

impl<W: Fn(&PreparedJob, WorkPart, &AtomicBool) -> Result<WorkerResult, WorkError> + Sync>
    ThreadWork for W
{
}
