//! A process of `oversubscribe`: several threads, each with data of its own, that do a share of the work.

use std::{
    sync::{atomic::AtomicBool, mpsc},
    thread,
};

use serde::{Deserialize, Serialize};

use crate::{
    lab::start_barrier::BarrierHandle,
    measure::{self, MeterScope, RealMeter, WorkMeter, clock},
    mp,
    record::ResourceUsage,
    workload::{Job, PreparedJob, WorkError, WorkPart, WorkStopped},
};

/// What the threads of a process did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CrewResult {
    /// When the last one ended, by the machine's monotonic clock, in nanoseconds.
    pub(super) finished_ns: u64,
    /// What each thread used.
    pub(super) usages: Vec<ResourceUsage>,
    /// The private memory of the process while all threads were still there.
    pub(super) private_bytes: Option<u64>,
    pub(super) checksum: u64,
}

/// What a thread did.
struct WorkedPart {
    finished_ns: u64,
    usage: ResourceUsage,
    checksum: u64,
}

/// The ends of a thread's channels: the thread waits until each of them is used or dropped.
struct ThreadGates {
    start: mpsc::Sender<()>,
    /// Held until the memory was read.
    stay: mpsc::Sender<()>,
}

/// The child's part: makes its threads ready, waits at the barrier, and lets them work.
///
/// # Errors
/// If the data cannot be prepared, a thread cannot be started, or the parent is gone.
pub fn work_with_threads(
    job: Job,
    threads: u32,
    gate: BarrierHandle<CrewResult>,
) -> Result<(), mp::Failure> {
    let (ready, is_ready) = mpsc::channel();
    let (done, is_done) = mpsc::channel::<Result<WorkedPart, WorkError>>();
    let result = thread::scope(|scope| {
        let mut gates = Vec::new();
        for number in 0..threads {
            let (start, started) = mpsc::channel::<()>();
            let (stay, leave) = mpsc::channel::<()>();
            let part = WorkPart {
                index: job.part.index * threads + number,
                of: job.part.of * threads,
            };
            let (job, ready, done) = (job.with_part(part), ready.clone(), done.clone());
            thread::Builder::new().spawn_scoped(scope, move || {
                let prepared = job.prepare();
                let _ = ready.send(());
                // So that the wait for all threads ends if another one panics.
                drop(ready);
                let prepared = match prepared {
                    Ok(prepared) => prepared,
                    Err(error) => return drop(done.send(Err(error))),
                };
                let _ = done.send(work_when_started(&prepared, job.part, &started));
                drop(done);
                // Its data stay until the sender is dropped.
                let _ = leave.recv();
            })?;
            gates.push(ThreadGates { start, stay });
        }
        drop((ready, done));
        gates.iter().try_for_each(|_| is_ready.recv())?;
        gate.wait()?;
        for gates in &gates {
            // A thread that could not prepare its data has ended; its result says why.
            let _ = gates.start.send(());
        }
        let worked: Vec<WorkedPart> = is_done.iter().take(gates.len()).collect::<Result<_, _>>()?;
        let memory = measure::own_memory();
        for ThreadGates { stay, .. } in gates {
            drop(stay);
        }
        Ok::<_, mp::Failure>(CrewResult {
            finished_ns: worked
                .iter()
                .map(|each| each.finished_ns)
                .max()
                .unwrap_or_default(),
            private_bytes: memory.private,
            checksum: worked
                .iter()
                .fold(0, |sum: u64, each| sum.wrapping_add(each.checksum)),
            usages: worked.into_iter().map(|each| each.usage).collect(),
        })
    })?;
    gate.send_result(result)
}

/// Waits for the start, and does a part of the work.
fn work_when_started(
    prepared: &PreparedJob,
    part: WorkPart,
    started: &mpsc::Receiver<()>,
) -> Result<WorkedPart, WorkError> {
    static NEVER: AtomicBool = AtomicBool::new(false);
    started.recv().map_err(|_| WorkStopped)?;
    let mut meter = RealMeter::new(MeterScope::Thread);
    meter.begin();
    let outcome = prepared.run_freely(part, &NEVER, &mut || u32::MAX)?;
    Ok(WorkedPart {
        finished_ns: clock::now_ns(),
        usage: meter.finish(),
        checksum: outcome.checksum,
    })
}
