//! `handoff`: two threads compute; who holds the lock when.

mod report;

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use super::{Bench, Demo, LabError, shared, trials};
use crate::{
    gil::{Gil, GilBreaker, History, Moment, SWITCH_INTERVAL},
    record::{Backend, Value},
    report::stats,
    workload::{EvalBreaker, StopFlag},
};

/// How long the two compute: some sixty turns.
const COMPUTES: Duration = Duration::from_millis(300);
/// Two threads, so that whoever does not hold the lock is the one who waits for it.
const THREADS: u32 = 2;
/// More than two threads can write in that time, unless the interval is far below CPython's.
const LOG_ENTRIES: usize = 10_000;

/// Who holds the lock when.
pub static DEMO: Demo = Demo {
    name: "handoff",
    summary: "two computing threads and one GIL: who holds it when",
    takes: &["backends", "python", "start_method"],
    workloads: &[],
    backends: &[
        Backend::Threads,
        Backend::GilThreads,
        Backend::PythonThreads,
    ],
    python: Some("handoff.py"),
    run,
    report: report::report,
};

/// A stretch of time in which a thread ran.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Hold {
    thread: u32,
    began: Duration,
    ended: Duration,
}

fn run(bench: &Bench) -> Result<(), LabError> {
    let backends = shared::backends(bench, &DEMO);
    bench.resolve(|params| params.backends.clone_from(&backends));
    let steps = backends.len() as u32;
    for (done, &backend) in (0..).zip(&backends) {
        bench.check()?;
        bench.progress(done, steps, backend.name());
        let holds = trials::undisturbed(bench, || measured(bench, backend))?;
        observe(bench, backend, &holds);
    }
    bench.progress(steps, steps, "done");
    Ok(())
}

fn measured(bench: &Bench, backend: Backend) -> Result<Vec<Hold>, LabError> {
    let gil = (backend == Backend::GilThreads).then(|| Gil::logged(SWITCH_INTERVAL, LOG_ENTRIES));
    let began = Instant::now();
    let done = AtomicBool::new(false);
    let mut freely: Vec<Hold> = thread::scope(|scope| {
        let mut threads = Vec::new();
        for number in 1..=THREADS {
            let body = {
                let (gil, done) = (gil.as_ref(), &done);
                move || compute(gil, done, number, began)
            };
            match thread::Builder::new().spawn_scoped(scope, body) {
                Ok(thread) => threads.push(thread),
                Err(source) => {
                    done.store(true, Relaxed);
                    let what = format!("starting computing thread {number}");
                    return Err(LabError::System { what, source });
                }
            }
        }
        while began.elapsed() < COMPUTES && !bench.stop.is_stopped() {
            thread::sleep(Duration::from_millis(5));
        }
        done.store(true, Relaxed);
        Ok(threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect())
    })?;
    bench.check()?;
    if let Some(gil) = gil {
        return Ok(holds(&gil.history()));
    }
    freely.sort_by_key(|hold| hold.began);
    Ok(freely)
}

/// Computes until `done`, and says from when to when it was there.
fn compute(gil: Option<&Gil>, done: &AtomicBool, thread: u32, started: Instant) -> Hold {
    let began = started.elapsed();
    match gil {
        Some(gil) => spin(GilBreaker::new(gil.thread().attach(), done)),
        None => spin(StopFlag(done)),
    }
    Hold {
        thread,
        began,
        ended: started.elapsed(),
    }
}

fn spin(mut breaker: impl EvalBreaker) {
    let mut sum = 0_u64;
    while breaker.check().is_ok() {
        sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(1));
    }
}

fn holds(history: &History) -> Vec<Hold> {
    let entries = history.entries.iter();
    entries
        .filter_map(|entry| match entry.moment {
            Moment::Held { from, until, .. } => Some(Hold {
                thread: entry.thread.0,
                began: from,
                ended: until,
            }),
            _ => None,
        })
        .collect()
}

fn observe(bench: &Bench, backend: Backend, holds: &[Hold]) {
    let start = holds.first().map_or(Duration::ZERO, |hold| hold.began);
    let mut lengths = Vec::new();
    for (n, hold) in (1..).zip(holds) {
        let length = hold.ended.saturating_sub(hold.began).as_secs_f64();
        lengths.push(length);
        let (thread, n) = (hold.thread.to_string(), i32::to_string(&n));
        let labels = [
            ("backend", backend.name()),
            ("thread", thread.as_str()),
            ("n", n.as_str()),
        ];
        bench.observe("hold", labels, Value::Seconds(length));
        let began = hold.began.saturating_sub(start).as_secs_f64();
        bench.observe("began", labels, Value::Seconds(began));
    }
    if let Some(period) = stats::median(&lengths) {
        let labels = [("backend", backend.name())];
        bench.observe("handoff_period", labels, Value::Seconds(period));
    }
}
