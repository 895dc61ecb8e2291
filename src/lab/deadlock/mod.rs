//! `deadlock`: two workers, two locks, and the order in which they are acquired.
//!
//! In each round, both workers acquire both locks. If they do so in opposite orders, each may hold the lock that the
//! other one waits for. Who holds and who waits is in a table that both workers share ([`rounds`]). A watcher reads the
//! table, finds the circle, and ends the round.

mod report;
mod rounds;

use std::{cell::RefCell, convert::Infallible, thread, time::Duration};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::{
    Demo, DemoContext, LabError, compare_backends,
    start_barrier::{BarrierHandle, StartBarrier, WorkerLabels},
    trials::{self, StepCounter},
    wait_log::WaitLog,
};
use crate::{
    catalog::demos,
    mp::{self, Lock},
    record::{Backend, Value, WaitKind, WaitSpan},
    report::pictures,
};
use rounds::{LockPlan, RoundLimit, RoundTable, SLICE, TrialResult, WORKERS, name_workers};

/// The rounds of each trial.
const ROUNDS: u64 = 200;
/// A trial of a size that was not asked for ends after this time.
const TRIAL_TIME: Duration = Duration::from_millis(250);

/// How often two workers stop each other, and what the order of their locks has to do with it.
pub static DEMO: Demo = Demo {
    spec: &demos::DEADLOCK,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "deadlocks"),
};

/// What both workers do, in each order that can be asked for.
const PLANS: [LockPlan; 3] = [
    LockPlan {
        opposite: true,
        pause: false,
    },
    LockPlan {
        opposite: true,
        pause: true,
    },
    LockPlan {
        opposite: false,
        pause: true,
    },
];

fn run(context: &DemoContext) -> Result<(), LabError> {
    let trials = context.trials(DEMO.spec);
    let limit = RoundLimit {
        rounds: context.params.size.unwrap_or(ROUNDS),
        time: context.params.size.is_none().then_some(TRIAL_TIME),
    };
    let backends = compare_backends::chosen_backends(context, &DEMO);
    context.resolve_params(|params| {
        params.trials = Some(trials);
        params.size = Some(limit.rounds);
    });
    let mut plans = PLANS.to_vec();
    if let Some(order) = &context.params.order {
        plans.retain(|plan| plan.order_label() == order);
    }
    let mut steps = StepCounter::start(context, trials * (backends.len() * plans.len()) as u32);
    for trial in 0..trials {
        for &backend in &backends {
            for &plan in &plans {
                steps.begin_step(format!("{backend}, {} order", plan.order_label()))?;
                let result = trials::measure_undisturbed(context, || match backend {
                    Backend::Threads => run_threads(context, plan, limit),
                    _ => run_processes(context, plan, trial, limit),
                })?;
                observe_trial(context, backend, plan, &result);
            }
        }
    }
    steps.finish();
    Ok(())
}

fn observe_trial(context: &DemoContext, backend: Backend, plan: LockPlan, result: &TrialResult) {
    let observe = |name: &str, value: Value| {
        let labels = [
            ("backend", backend.name()),
            ("order", plan.order_label()),
            ("pause", plan.pause_label()),
        ];
        context.observe(name, labels, value);
    };
    observe("rounds", Value::Count(result.rounds as i64));
    observe("deadlocks", Value::Count(result.detected.len() as i64));
    if let Some(seconds) = result.median_detected() {
        observe("detected_after", Value::Seconds(seconds));
    }
    if let Some(circle) = &result.circle {
        observe("circle", Value::text(circle));
    }
}

fn run_threads(
    context: &DemoContext,
    plan: LockPlan,
    limit: RoundLimit,
) -> Result<TrialResult, LabError> {
    let table = RoundTable::new()?;
    let locks = [Mutex::new(()), Mutex::new(())];
    thread::scope(|scope| {
        // However the watching ends, the threads end too.
        let _end = table.end_on_drop();
        for worker in 0..WORKERS {
            let (table, locks) = (&table, &locks);
            scope.spawn(move || {
                let acquire = |lock: usize| Ok::<_, Infallible>(locks[lock].try_lock_for(SLICE));
                table.run_worker(worker, plan, acquire)
            });
        }
        let result =
            table.watch_rounds(&|| context.check_stop(), limit, &name_workers("Thread"))?;
        result.ok_or_else(stalled_error)
    })
}

fn run_processes(
    context: &DemoContext,
    plan: LockPlan,
    trial: u32,
    limit: RoundLimit,
) -> Result<TrialResult, LabError> {
    let table = RoundTable::new()?;
    let locks = [context.mp.lock()?, context.mp.lock()?];
    let mut line = StartBarrier::new(
        context,
        WorkerLabels {
            backend: Some(Backend::Processes),
            trial: Some(trial),
        },
    );
    for worker in 0..WORKERS {
        let (table, locks) = (table.clone(), locks.clone());
        line.start_child(|gate| {
            let task = LockTask {
                worker,
                plan,
                table,
                locks,
            };
            context.mp.process(acquire_in_child, (task, gate))
        })?;
    }
    line.wait_until_ready()?;
    line.open_barrier()?;
    let result = {
        let _end = table.end_on_drop();
        table.watch_rounds(&|| context.check_stop(), limit, &name_workers("Process"))?
    };
    // If a child has died, this says how.
    for (worker, waits) in line.collect_results()? {
        context.record_waits(worker, waits);
    }
    line.join_children()?;
    result.ok_or_else(stalled_error)
}

fn stalled_error() -> LabError {
    LabError::Worker("a round did not end, and there was no deadlock".to_owned())
}

/// A child's task.
#[derive(Serialize, Deserialize)]
pub struct LockTask {
    worker: usize,
    plan: LockPlan,
    table: RoundTable,
    locks: [Lock; 2],
}

/// The child's part: acquires both locks in each round.
///
/// # Errors
/// If the parent or a lock is gone.
pub fn acquire_in_child(
    task: LockTask,
    gate: BarrierHandle<Vec<WaitSpan>>,
) -> Result<(), mp::Failure> {
    gate.wait()?;
    let waits = RefCell::new(WaitLog::new(WaitKind::Lock, "A or B"));
    let acquire = |lock: usize| match task.locks[lock].try_acquire()? {
        None => {
            let mut waits = waits.borrow_mut();
            waits.wait(|| task.locks[lock].acquire_timeout(SLICE))
        }
        acquired => Ok(acquired),
    };
    task.table.run_worker(task.worker, task.plan, acquire)?;
    gate.send_result(waits.into_inner().into_spans())
}

#[cfg(test)]
mod tests;
