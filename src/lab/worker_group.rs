//! A group of workers that wait at a start barrier, do one job together, and report their costs.
//!
//! The barrier keeps *start-up* separate from *work*: with every backend, each worker has prepared its data and
//! waits when the barrier opens.

mod work;

use std::{
    sync::{atomic::AtomicBool, mpsc},
    thread::{self, ScopedJoinHandle},
    time::Instant,
};

use work::{MOST_LOGGED, ThreadWork, work_parts};
pub use work::{WorkerResult, work_freely, work_under};

use super::{
    DemoContext, LabError,
    start_barrier::{BarrierHandle, StartBarrier, WorkerLabels},
};
use crate::{
    gil::{Gil, SWITCH_INTERVAL},
    measure::{self, MeterScope, clock},
    mp,
    record::{Backend, EventKind, TrialTimes, Value, WorkerId, WorkerKind},
    workload::{Job, PreparedJob, WorkError, WorkPart},
};

/// A warm-up does a fraction of the work, which is enough for all code and data to be there once.
const WARM_UP_DIVISOR: u64 = 3;
/// The note where the platform does not say which core a thread runs on.
const NO_CORES: &str =
    "This system does not say which core a thread runs on, so no cores are drawn.";

/// Runs one trial of a job under a backend; without a number, a warm-up.
///
/// # Errors
/// Any error that keeps a worker from starting or from ending well.
pub fn run_trial(
    context: &DemoContext,
    backend: Backend,
    trial: Option<u32>,
    job: &Job,
    workers: u32,
) -> Result<TrialTimes, LabError> {
    let warm_up = shrink_to_warm_up(job);
    let crew = WorkerGroup {
        context,
        backend,
        trial,
        job: trial.map_or(&warm_up, |_| job),
        workers,
    };
    match backend {
        Backend::Serial => crew.run_serial(),
        Backend::Threads => crew.run_threads(work_freely),
        Backend::GilThreads => crew.run_gil_threads(),
        Backend::Processes => crew.run_processes(),
        other => Err(LabError::Setting(format!(
            "`{other}` is not one of this demo's backends"
        ))),
    }
}

fn shrink_to_warm_up(job: &Job) -> Job {
    Job {
        size: job.size.div_ceil(WARM_UP_DIVISOR),
        ..job.clone()
    }
}

/// The child's part: prepares its data, waits at the barrier, works, and reports.
///
/// # Errors
/// If the data cannot be prepared, or the parent is gone.
pub fn run_worker(job: Job, gate: BarrierHandle<WorkerResult>) -> Result<(), mp::Failure> {
    // The same check point as in the parent's threads, so that both run the same machine code.
    static NEVER: AtomicBool = AtomicBool::new(false);
    let prepared = job.prepare()?;
    gate.wait()?;
    gate.send_result(work_parts(
        &prepared,
        [job.part],
        MeterScope::Process,
        &NEVER,
    )?)
}

struct WorkerGroup<'a> {
    context: &'a DemoContext,
    backend: Backend,
    trial: Option<u32>,
    job: &'a Job,
    workers: u32,
}

impl WorkerGroup<'_> {
    fn run_serial(&self) -> Result<TrialTimes, LabError> {
        let began = Instant::now();
        let prepared = self.prepare_job()?;
        let worker = self.record_start(WorkerKind::Main, "main".to_owned());
        self.record_ready(worker, began);
        let startup_s = began.elapsed().as_secs_f64();
        let opened_ns = clock::now_ns();
        let stop = self.context.stop.flag();
        let done = work_parts(
            &prepared,
            WorkPart::all_of(self.workers),
            MeterScope::Process,
            stop,
        );
        let done = done.map_err(|error| self.work_error(&error))?;
        Ok(self.record_finish(
            began.elapsed().as_secs_f64(),
            startup_s,
            opened_ns,
            &[(worker, done)],
        ))
    }

    fn run_gil_threads(&self) -> Result<TrialTimes, LabError> {
        let gil = Gil::with_log(SWITCH_INTERVAL, MOST_LOGGED);
        self.context.add_note(format!(
            "`gil-threads` are native threads under our model of CPython's GIL, with CPython's rules and its \
             switch interval of {} ms.",
            gil.switch_interval().as_millis()
        ));
        self.run_threads(|prepared, part, stop| work_under(&gil, prepared, part, stop))
    }

    fn run_threads(&self, work: impl ThreadWork) -> Result<TrialTimes, LabError> {
        let began = Instant::now();
        let prepared = self.prepare_job()?;
        let (tell, ready) = mpsc::channel();
        thread::scope(|scope| {
            let mut workers = Vec::new();
            for part in WorkPart::all_of(self.workers) {
                let (open, gate) = mpsc::channel::<()>();
                let (tell, prepared, work) = (tell.clone(), &prepared, &work);
                let body = move || -> Result<(WorkerId, WorkerResult), LabError> {
                    let worker = self.wait_at_barrier(part, began, &gate, tell)?;
                    let done = work(prepared, part, self.context.stop.flag());
                    Ok((worker, done.map_err(|error| self.work_error(&error))?))
                };
                // If the system refuses a thread, the barrier handles of the others are dropped, and they exit.
                let handle = thread::Builder::new().spawn_scoped(scope, body);
                let what = format!("starting thread {} of {}", part.index + 1, self.workers);
                workers.push((open, handle.map_err(LabError::from_system(what))?));
            }
            drop(tell);
            if workers.iter().any(|_| ready.recv().is_err()) {
                return Err(ended_early_error(workers));
            }
            let startup_s = began.elapsed().as_secs_f64();
            let opened_ns = clock::now_ns();
            for (gate, _) in &workers {
                // A thread that has ended is noticed when it is joined.
                let _ = gate.send(());
            }
            let mut done = Vec::new();
            for (_, handle) in workers {
                let result = handle.join();
                done.push(result.map_err(|_| LabError::Worker("a thread panicked".to_owned()))??);
            }
            Ok(self.record_finish(began.elapsed().as_secs_f64(), startup_s, opened_ns, &done))
        })
    }

    /// Reports that this thread is ready, and waits for the barrier to open.
    fn wait_at_barrier(
        &self,
        part: WorkPart,
        began: Instant,
        gate: &mpsc::Receiver<()>,
        ready: mpsc::Sender<()>,
    ) -> Result<WorkerId, LabError> {
        let worker = self.record_start(WorkerKind::Thread, thread_name(part.index));
        self.record_ready(worker, began);
        let _ = ready.send(());
        // The thread that waits for the others must notice if one ends before it is ready.
        drop(ready);
        gate.recv()
            .map_err(|_| LabError::Worker("the gate never opened".to_owned()))?;
        Ok(worker)
    }

    /// A stop is not an error of the work.
    fn work_error(&self, error: &WorkError) -> LabError {
        self.context
            .check_stop()
            .err()
            .unwrap_or_else(|| LabError::Worker(error.to_string()))
    }

    fn run_processes(&self) -> Result<TrialTimes, LabError> {
        let place = WorkerLabels {
            backend: Some(self.backend),
            trial: self.trial,
        };
        let mut line = StartBarrier::new(self.context, place);
        for part in WorkPart::all_of(self.workers) {
            line.start_child(|gate| {
                self.context
                    .mp
                    .process(run_worker, (self.job.with_part(part), gate))
            })?;
        }
        let startup_s = line.wait_until_ready()?;
        let opened_ns = line.open_barrier()?;
        let done = line.collect_results()?;
        line.join_children()?;
        Ok(self.record_finish(line.elapsed_s(), startup_s, opened_ns, &done))
    }

    fn prepare_job(&self) -> Result<PreparedJob, LabError> {
        self.job
            .prepare()
            .map_err(|error| LabError::Worker(error.to_string()))
    }

    fn record_start(&self, kind: WorkerKind, name: String) -> WorkerId {
        let worker = self.context.recorder.next_worker();
        let (pid, tid) = (std::process::id(), measure::current_tid());
        let ppid = measure::parent_pid();
        let (backend, trial) = (Some(self.backend), self.trial);
        self.context.emit(EventKind::WorkerStarted {
            worker,
            name,
            kind,
            backend,
            trial,
            pid,
            tid,
            ppid,
        });
        worker
    }

    fn record_ready(&self, worker: WorkerId, began: Instant) {
        self.context.emit(EventKind::WorkerReady {
            worker,
            startup_s: began.elapsed().as_secs_f64(),
        });
    }

    /// The workers' figures become events after all timing is over.
    fn record_finish(
        &self,
        total_s: f64,
        startup_s: f64,
        opened_ns: u64,
        done: &[(WorkerId, WorkerResult)],
    ) -> TrialTimes {
        let last_ns = done
            .iter()
            .map(|(_, done)| done.finished_ns)
            .max()
            .unwrap_or(opened_ns);
        for (worker, done) in done {
            self.context.emit(EventKind::WorkFinished {
                worker: *worker,
                usage: done.usage.clone().into(),
            });
            self.context.record_spans(*worker, done.spans.clone());
        }
        if measure::current_core().is_none() {
            self.context.add_note(NO_CORES);
        }
        if self.trial.is_some() {
            self.observe_trial(done);
        }
        let usages = || done.iter().map(|(_, done)| &done.usage);
        TrialTimes {
            startup_s,
            work_s: last_ns.saturating_sub(opened_ns) as f64 / 1e9,
            total_s,
            cpu_s: usages().map(|usage| usage.cpu_s).sum(),
            run_queue_s: usages().map(|usage| usage.run_queue_s).sum(),
            voluntary_switches: usages().map(|usage| usage.voluntary_switches).sum(),
        }
    }

    fn observe_trial(&self, done: &[(WorkerId, WorkerResult)]) {
        for (index, (_, done)) in done.iter().enumerate() {
            let Some(share) = done.gil_wait else {
                continue;
            };
            let name = thread_name(index as u32);
            let labels = [("backend", self.backend.name()), ("worker", name.as_str())];
            self.context
                .observe("gil_wait", labels, Value::Share(share));
        }
        let checksum = done
            .iter()
            .fold(0_u64, |sum, (_, done)| sum.wrapping_add(done.checksum));
        // Every backend must have done the same work, or comparing their times would mean nothing.
        let labels = [("backend", self.backend.name())];
        self.context
            .observe("checksum", labels, format!("{checksum:016x}"));
    }
}

/// The error for a thread that ended before it reached the barrier. The others exit once their handles are
/// dropped; each is joined, because an unjoined thread's panic would become ours.
fn ended_early_error<T>(workers: Vec<(mpsc::Sender<()>, ScopedJoinHandle<'_, T>)>) -> LabError {
    let (gates, handles): (Vec<_>, Vec<_>) = workers.into_iter().unzip();
    drop(gates);
    for handle in handles {
        let _ = handle.join();
    }
    LabError::Worker("a thread ended before it was ready".to_owned())
}

/// The name that Python gives such a thread.
fn thread_name(index: u32) -> String {
    format!("Thread-{}", index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::CpuWork;

    #[test]
    fn a_warm_up_does_a_fraction_of_the_work_but_some() {
        let size_of = |size| shrink_to_warm_up(&Job::new(CpuWork::Primes, size)).size;
        assert_eq!([1, 9, 1000].map(size_of), [1, 3, 334]);
    }

    #[test]
    fn a_thread_that_dies_before_the_gate_is_an_error_and_no_panic_of_ours() {
        let error = thread::scope(|scope| {
            let (open, gate) = mpsc::channel::<()>();
            let waits = scope.spawn(move || gate.recv().is_ok());
            let (closed, _) = mpsc::channel::<()>();
            let dies = scope.spawn(|| -> bool { panic!("before the gate") });
            ended_early_error(vec![(open, waits), (closed, dies)])
        });
        assert_eq!(error.to_string(), "a thread ended before it was ready");
    }
}
