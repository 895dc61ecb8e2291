//! `race`: lost updates, and how to prevent them.
//!
//! Each worker repeatedly adds 1 by *loading* the counter and *storing* the sum. Both steps are atomic, so this
//! is valid Rust without undefined behaviour, but another worker's update between the load and the store is
//! lost. `counter.value += 1` in Python does the same.

mod report;
mod under_gil;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{
            AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
};

use serde::{Deserialize, Serialize};

use super::{
    Demo, DemoContext, LabError, compare_backends,
    start_barrier::{BarrierHandle, StartBarrier, WorkerLabels},
    trials::{self, StepCounter},
    wait_log::WaitLog,
};
use crate::{
    catalog::demos,
    gil::AdditionForm,
    mp::{self, Lock, LockError, LockGuard, Value as SharedValue},
    record::{Backend, Value, WaitKind, WaitSpan},
    report::pictures,
};

/// Additions by each worker: some milliseconds, so that two workers overlap even on a busy machine.
const ADDITIONS: u64 = 2_000_000;
/// With a lock each addition waits for its turn. This fraction is enough to see that none is lost.
const LOCKED_SHARE: u64 = 20;

/// Which workers lose updates, and which do not.
pub static DEMO: Demo = Demo {
    spec: &demos::RACE,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "lost"),
};

/// One way of counting together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CountingWay {
    backend: Backend,
    shared: bool,
    lock: bool,
    /// How the addition is written, if that matters.
    form: Option<AdditionForm>,
}

impl CountingWay {
    /// The number of additions by each worker for this request.
    fn additions(self, asked: u64) -> u64 {
        let times = self.form.map_or(1, |_| under_gil::TIMES);
        let share = if self.lock { LOCKED_SHARE } else { 1 };
        (asked.saturating_mul(times) / share).max(1)
    }
}

const WAYS: [CountingWay; 6] = [
    native_way(Backend::Threads, true, false),
    native_way(Backend::Threads, true, true),
    native_way(Backend::Threads, false, false),
    native_way(Backend::Processes, true, false),
    native_way(Backend::Processes, true, true),
    native_way(Backend::Processes, false, false),
];

const fn native_way(backend: Backend, shared: bool, lock: bool) -> CountingWay {
    CountingWay {
        backend,
        shared,
        lock,
        form: None,
    }
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.workers(DEMO.spec);
    let trials = context.trials(DEMO.spec);
    let additions = context.params.size.unwrap_or(ADDITIONS);
    let backends = compare_backends::chosen_backends(context, &DEMO);
    context.resolve_params(|params| {
        params.workers = Some(workers);
        params.trials = Some(trials);
        params.size = Some(additions);
    });
    if backends.contains(&Backend::GilThreads) {
        context.add_note(under_gil::NOTE);
    }
    let mut ways = [&WAYS[..], &under_gil::WAYS].concat();
    ways.retain(|way| backends.contains(&way.backend));
    let mut steps = StepCounter::start(context, trials * ways.len() as u32);
    for trial in 0..trials {
        for &way in &ways {
            steps.begin_step(describe_way(way))?;
            let additions = way.additions(additions);
            let seen = trials::measure_undisturbed(context, || match way.backend {
                Backend::Threads => Ok(count_in_threads(way, workers, additions)),
                Backend::GilThreads => Ok(under_gil::count_under_gil(way, workers, additions)),
                _ => count_in_processes(context, way, trial, workers, additions),
            })?;
            observe_count(context, way, "seen", seen);
            observe_count(context, way, "expected", additions * u64::from(workers));
        }
    }
    steps.finish();
    Ok(())
}

fn describe_way(way: CountingWay) -> String {
    let (memory, lock) = way_labels(way);
    let form = way.form.map_or("counter", under_gil::addition_code);
    format!("{}, {form}, {memory}, lock: {lock}", way.backend)
}

fn way_labels(way: CountingWay) -> (&'static str, &'static str) {
    (
        if way.shared { "shared" } else { "private" },
        if way.lock { "yes" } else { "no" },
    )
}

fn observe_count(context: &DemoContext, way: CountingWay, name: &str, count: u64) {
    let (memory, lock) = way_labels(way);
    let labels = [
        ("backend", way.backend.name()),
        ("memory", memory),
        ("lock", lock),
    ];
    let form = way
        .form
        .map(|form| ("form", under_gil::addition_code(form)));
    let labels = labels.into_iter().chain(form);
    context.observe(name, labels, Value::Count(count as i64));
}

fn count_in_threads(way: CountingWay, workers: u32, additions: u64) -> u64 {
    let shared = Arc::new(AtomicU64::new(0));
    let lock = Mutex::new(());
    let arrived = AtomicU64::new(0);
    thread::scope(|scope| {
        let bodies: Vec<_> = (0..workers)
            .map(|_| {
                let own = if way.shared {
                    Arc::clone(&shared)
                } else {
                    Arc::new(AtomicU64::new(0))
                };
                let (lock, arrived) = (way.lock.then_some(&lock), &arrived);
                scope.spawn(move || {
                    arrived.fetch_add(1, SeqCst);
                    wait_for_all(|| arrived.load(SeqCst), workers);
                    for _ in 0..additions {
                        let _held =
                            lock.map(|lock| lock.lock().unwrap_or_else(PoisonError::into_inner));
                        let counter = own.load(Relaxed);
                        own.store(counter + 1, Relaxed);
                    }
                    own.load(Relaxed)
                })
            })
            .collect();
        let counted: Vec<u64> = bodies
            .into_iter()
            .filter_map(|body| body.join().ok())
            .collect();
        if way.shared {
            shared.load(Relaxed)
        } else {
            counted.iter().sum()
        }
    })
}

fn count_in_processes(
    context: &DemoContext,
    way: CountingWay,
    trial: u32,
    workers: u32,
    additions: u64,
) -> Result<u64, LabError> {
    let shared = context.mp.value(0_u64)?;
    let lock = if way.lock {
        Some(context.mp.lock()?)
    } else {
        None
    };
    let arrived = context.mp.value(0_u32)?;
    let mut line = StartBarrier::new(
        context,
        WorkerLabels {
            backend: Some(way.backend),
            trial: Some(trial),
        },
    );
    for _ in 0..workers {
        let counter = if way.shared {
            shared.clone()
        } else {
            context.mp.value(0_u64)?
        };
        line.start_child(|gate| {
            context.mp.process(
                count_in_child,
                (
                    counter,
                    lock.clone(),
                    CountTask {
                        additions,
                        workers,
                        arrived: arrived.clone(),
                    },
                    gate,
                ),
            )
        })?;
    }
    line.wait_until_ready()?;
    line.open_barrier()?;
    let results = line.collect_results()?;
    line.join_children()?;
    let mut counted = 0;
    for (worker, (own, waits)) in results {
        counted += own;
        context.record_waits(worker, waits);
    }
    if way.shared {
        return Ok(shared.get());
    }
    Ok(counted)
}

/// Waits without sleeping until all have arrived. If threads were woken one after the other, the first might
/// finish before the second begins, and no updates would collide.
fn wait_for_all(arrived: impl Fn() -> u64, workers: u32) {
    while arrived() < u64::from(workers) {
        thread::yield_now();
    }
}

/// A child's task: what to count, and with how many others.
#[derive(Serialize, Deserialize)]
pub struct CountTask {
    additions: u64,
    workers: u32,
    arrived: SharedValue<u32>,
}

/// The child's part: counts in the memory that it received.
///
/// # Errors
/// If the parent or the lock is gone.
pub fn count_in_child(
    counter: SharedValue<u64>,
    lock: Option<Lock>,
    task: CountTask,
    gate: BarrierHandle<(u64, Vec<WaitSpan>)>,
) -> Result<(), mp::Failure> {
    gate.wait()?;
    let mut waits = WaitLog::new(WaitKind::Lock, "counter");
    task.arrived.fetch_add(1);
    wait_for_all(|| u64::from(task.arrived.get()), task.workers);
    for _ in 0..task.additions {
        let _held = lock
            .as_ref()
            .map(|lock| acquire_logged(lock, &mut waits))
            .transpose()?;
        let seen = counter.get();
        counter.set(seen + 1);
    }
    gate.send_result((counter.get(), waits.into_spans()))
}

/// Acquires a lock, and logs the wait if another worker holds it.
fn acquire_logged<'l>(lock: &'l Lock, waits: &mut WaitLog) -> Result<LockGuard<'l>, LockError> {
    match lock.try_acquire()? {
        Some(guard) => Ok(guard),
        None => waits.wait(|| lock.acquire()),
    }
}
