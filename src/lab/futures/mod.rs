//! `futures`: the same tasks by executors of several kinds: the first result, work that computes, and the order in which
//! results come.

mod executors;
mod report;

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

pub use executors::run_in_child;
use executors::{ExecutorTask, PendingResult, TaskExecutor, TaskResult, await_next, await_result};

use super::{Demo, DemoContext, LabError, compare_backends, trials, worker_group};
use crate::{
    catalog::demos,
    measure,
    record::{Backend, EventKind, ResourceUsage, TrialTimes, Value, WorkerId, WorkerKind},
    report::pictures,
    workload::{CpuWork, Job, WorkPart},
};

/// The waits that show the order of results: a slow one first.
const WAITS: [Duration; 3] = [
    Duration::from_millis(150),
    Duration::from_millis(10),
    Duration::from_millis(10),
];
/// The wait that each worker does first, so that all are there when the work begins.
const WARM_UP: Duration = Duration::from_millis(10);
/// After this many rounds of these waits, a worker that has done none is not waited for.
const MOST_WARM_UPS: u32 = 500;

/// One interface, several kinds of workers.
pub static DEMO: Demo = Demo {
    spec: &demos::FUTURES,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::times_and_timelines(run, summary, "speed-up"),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    let (job, _site) = compare_backends::prepare_job(context, CpuWork::Primes.into())?;
    let (workers, trials) = (context.workers(DEMO.spec), context.trials(DEMO.spec));
    let backends = compare_backends::chosen_backends(context, &DEMO);
    context.resolve_params(|params| {
        params.workers = Some(workers);
        params.trials = Some(trials);
        params.size = Some(job.size);
    });
    trials::run_in_turns(context, &backends, trials, |backend, trial| {
        if backend == Backend::Serial {
            return worker_group::run_trial(context, backend, trial, &job, workers);
        }
        let trial = ExecutorTrial {
            context,
            backend,
            trial,
            job: &job,
            workers,
        };
        trial.run()
    })
}

/// One trial of an executor.
struct ExecutorTrial<'a> {
    context: &'a DemoContext,
    backend: Backend,
    trial: Option<u32>,
    job: &'a Job,
    workers: u32,
}

/// What one worker did of the work, in all its tasks.
struct WorkerShare {
    pid: u32,
    tid: Option<u32>,
    name: String,
    usage: ResourceUsage,
}

impl ExecutorTrial<'_> {
    fn run(&self) -> Result<TrialTimes, LabError> {
        let began = Instant::now();
        let executor = executors::make_executor(self.context, self.backend, self.workers)?;
        self.await_all([ExecutorTask::Wait(Duration::ZERO)], &*executor)?;
        let first_result = began.elapsed();
        self.await_workers(&*executor)?;
        let startup_s = began.elapsed().as_secs_f64();

        let opened = Instant::now();
        let parts = WorkPart::all_of(self.workers);
        let tasks = parts.map(|part| ExecutorTask::Compute(self.job.with_part(part)));
        let results = self.await_all(tasks, &*executor)?;
        let work_s = opened.elapsed().as_secs_f64();

        let shares = collect_shares(&results);
        let recorded = self.record_starts(&shares, startup_s);
        if self.trial.is_some() {
            self.observe("first_result", None, first_result.into());
            self.observe_map(&*executor)?;
            self.observe_as_completed(&*executor)?;
        }
        let exits = executor.shut_down()?;
        self.record_ends(&recorded, &shares, &exits);
        self.observe_checksum(&results);
        Ok(TrialTimes {
            startup_s,
            work_s,
            total_s: began.elapsed().as_secs_f64(),
            cpu_s: shares.iter().map(|share| share.usage.cpu_s).sum(),
            run_queue_s: shares.iter().map(|share| share.usage.run_queue_s).sum(),
            voluntary_switches: shares
                .iter()
                .map(|share| share.usage.voluntary_switches)
                .sum(),
        })
    }

    /// Waits until each worker has done a task.
    fn await_workers(&self, executor: &dyn TaskExecutor) -> Result<(), LabError> {
        let mut seen = BTreeSet::new();
        for _ in 0..MOST_WARM_UPS {
            let tasks = (0..self.workers).map(|_| ExecutorTask::Wait(WARM_UP));
            let results = self.await_all(tasks, executor)?.into_iter();
            seen.extend(results.map(|result| (result.pid, result.worker)));
            if seen.len() >= self.workers as usize {
                break;
            }
        }
        Ok(())
    }

    /// Submits all tasks, then takes the results in the order of submission.
    fn await_all(
        &self,
        tasks: impl IntoIterator<Item = ExecutorTask>,
        executor: &dyn TaskExecutor,
    ) -> Result<Vec<TaskResult>, LabError> {
        let pending = submit_all(tasks, executor)?.into_iter();
        pending
            .map(|pending| await_result(self.context, pending))
            .collect()
    }

    fn observe(&self, name: &str, call: Option<&str>, value: Value) {
        let call = call.map(|call| ("call", call));
        let labels = std::iter::once(("backend", self.backend.name())).chain(call);
        self.context.observe(name, labels, value);
    }

    /// The results of the waits in the order of submission.
    fn observe_map(&self, executor: &dyn TaskExecutor) -> Result<(), LabError> {
        let began = Instant::now();
        let pending = submit_all(WAITS.map(ExecutorTask::Wait), executor)?;
        let mut order = Vec::new();
        for (number, pending) in pending.into_iter().enumerate() {
            await_result(self.context, pending)?;
            if order.is_empty() {
                self.observe("first_after", Some("map"), began.elapsed().into());
            }
            order.push(number);
        }
        self.observe("map_order", None, describe_order(&order));
        Ok(())
    }

    /// The results of the waits in the order in which they are there.
    fn observe_as_completed(&self, executor: &dyn TaskExecutor) -> Result<(), LabError> {
        let began = Instant::now();
        let pending = submit_all(WAITS.map(ExecutorTask::Wait), executor)?;
        let mut pending: Vec<_> = pending.into_iter().enumerate().collect();
        let mut order = Vec::new();
        while let Some((number, _)) = await_next(self.context, &mut pending)? {
            if order.is_empty() {
                self.observe("first_after", Some("as_completed"), began.elapsed().into());
            }
            order.push(number);
        }
        self.observe("completed_order", None, describe_order(&order));
        Ok(())
    }

    /// Records the workers. Each was ready when all of them had done a task.
    fn record_starts(&self, shares: &[WorkerShare], startup_s: f64) -> Vec<WorkerId> {
        let is_process = self.backend == Backend::Processes;
        let record = |share: &WorkerShare| {
            let worker = self.context.recorder.next_worker();
            self.context.emit(EventKind::WorkerStarted {
                worker,
                name: share.name.clone(),
                kind: if is_process {
                    WorkerKind::Process
                } else {
                    WorkerKind::Thread
                },
                backend: Some(self.backend),
                trial: self.trial,
                pid: share.pid,
                tid: share.tid,
                ppid: if is_process {
                    Some(std::process::id())
                } else {
                    measure::parent_pid()
                },
            });
            self.context
                .emit(EventKind::WorkerReady { worker, startup_s });
            worker
        };
        shares.iter().map(record).collect()
    }

    fn record_ends(
        &self,
        workers: &[WorkerId],
        shares: &[WorkerShare],
        exits: &[(u32, Option<i32>)],
    ) {
        for (&worker, share) in workers.iter().zip(shares) {
            let usage = share.usage.clone().into();
            self.context.emit(EventKind::WorkFinished { worker, usage });
            if let Some((_, exitcode)) = exits.iter().find(|(pid, _)| *pid == share.pid) {
                self.context.emit(EventKind::WorkerExited {
                    worker,
                    exitcode: *exitcode,
                    usage: None,
                });
            }
        }
    }

    /// Every backend must have done the same work, or comparing their times would mean nothing.
    fn observe_checksum(&self, results: &[TaskResult]) {
        let work = results.iter().filter_map(|result| result.work.as_ref());
        let checksum = work.fold(0_u64, |sum, done| sum.wrapping_add(done.checksum));
        self.observe("checksum", None, Value::text(format!("{checksum:016x}")));
    }
}

fn submit_all(
    tasks: impl IntoIterator<Item = ExecutorTask>,
    executor: &dyn TaskExecutor,
) -> Result<Vec<Box<dyn PendingResult>>, LabError> {
    tasks
        .into_iter()
        .map(|task| executor.submit(task))
        .collect()
}

/// Adds up what each worker used.
fn collect_shares(results: &[TaskResult]) -> Vec<WorkerShare> {
    let mut shares: Vec<WorkerShare> = Vec::new();
    for result in results {
        let Some(work) = &result.work else {
            continue;
        };
        let known = shares
            .iter_mut()
            .find(|share| (share.pid, &share.name) == (result.pid, &result.worker));
        match known {
            Some(share) => add_usage(&mut share.usage, &work.usage),
            None => shares.push(WorkerShare {
                pid: result.pid,
                tid: result.tid,
                name: result.worker.clone(),
                usage: work.usage.clone(),
            }),
        }
    }
    shares.sort_by(|one, other| one.name.cmp(&other.name));
    shares
}

fn add_usage(sum: &mut ResourceUsage, usage: &ResourceUsage) {
    fn add<T: std::ops::Add<Output = T>>(one: Option<T>, other: Option<T>) -> Option<T> {
        Some(one? + other?)
    }
    sum.work_s = add(sum.work_s, usage.work_s);
    sum.cpu_s = add(sum.cpu_s, usage.cpu_s);
    sum.run_queue_s = add(sum.run_queue_s, usage.run_queue_s);
    sum.voluntary_switches = add(sum.voluntary_switches, usage.voluntary_switches);
    sum.involuntary_switches = add(sum.involuntary_switches, usage.involuntary_switches);
    sum.tasks += usage.tasks;
    sum.cores.extend(&usage.cores);
    sum.cores.sort_unstable();
    sum.cores.dedup();
}

/// `2 3 1`: the tasks, counted from 1.
fn describe_order(order: &[usize]) -> Value {
    let numbers: Vec<String> = order
        .iter()
        .map(|number| (number + 1).to_string())
        .collect();
    Value::text(numbers.join(" "))
}

#[cfg(test)]
mod tests;
