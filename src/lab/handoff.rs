//! `handoff`: two threads compute; who holds the lock when.

mod report;

use std::{
    sync::atomic::AtomicBool,
    thread,
    time::{Duration, Instant},
};

use super::{
    Bench, Demo, LabError,
    busy::{self, EndsThem},
    shared, trials,
};
use crate::{
    gil::{Gil, History, Moment, SWITCH_INTERVAL},
    record::{Backend, Value},
    report::stats,
};

/// How long the two compute: some sixty turns.
const COMPUTES: Duration = Duration::from_millis(300);
/// How often somebody looks whether the demo is to stop.
const LOOKS_EVERY: Duration = Duration::from_millis(5);
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

/// What was seen under one backend.
#[derive(Debug)]
struct Seen {
    /// In the order of time.
    holds: Vec<Hold>,
    /// Requests for the lock, and turns that ended because of one; `None` without a lock.
    requests: Option<(usize, usize)>,
}

fn run(bench: &Bench) -> Result<(), LabError> {
    let backends = shared::backends(bench, &DEMO);
    bench.resolve(|_| {});
    let steps = backends.len() as u32;
    trials::probe(bench, "start");
    for (done, &backend) in (0..).zip(&backends) {
        bench.check()?;
        bench.progress(done, steps, backend.name());
        let seen = trials::undisturbed(bench, || measured(bench, backend))?;
        observe(bench, backend, &seen);
    }
    trials::probe(bench, "end");
    bench.progress(steps, steps, "done");
    Ok(())
}

fn measured(bench: &Bench, backend: Backend) -> Result<Seen, LabError> {
    let gil = (backend == Backend::GilThreads).then(|| Gil::logged(SWITCH_INTERVAL, LOG_ENTRIES));
    let mut holds = computing(bench, gil.as_ref())?;
    bench.check()?;
    if let Some(gil) = gil {
        return Ok(of_the_log(&gil.history()));
    }
    // Nothing holds them back: each runs from its beginning to its end.
    holds.sort_by_key(|hold| hold.began);
    Ok(Seen {
        holds,
        requests: None,
    })
}

/// Lets the threads compute for a while, and says from when to when each was there.
fn computing(bench: &Bench, gil: Option<&Gil>) -> Result<Vec<Hold>, LabError> {
    let (started, done) = (Instant::now(), AtomicBool::new(false));
    thread::scope(|scope| {
        let ends_them = EndsThem(&done);
        let mut threads = Vec::new();
        for thread in 1..=THREADS {
            let done = &done;
            let body = move || {
                let began = started.elapsed();
                busy::compute(gil, done);
                let ended = started.elapsed();
                Hold {
                    thread,
                    began,
                    ended,
                }
            };
            threads.push(busy::start(scope, thread, body)?);
        }
        while started.elapsed() < COMPUTES && !bench.stop.is_stopped() {
            thread::sleep(LOOKS_EVERY);
        }
        drop(ends_them);
        let ended = threads.into_iter().filter_map(|thread| thread.join().ok());
        Ok(ended.collect())
    })
}

fn of_the_log(history: &History) -> Seen {
    let (mut holds, mut asked, mut gave_way) = (Vec::new(), 0, 0);
    for entry in &history.entries {
        match entry.moment {
            Moment::Held {
                from,
                until,
                forced,
            } => {
                gave_way += usize::from(forced);
                holds.push(Hold {
                    thread: entry.thread.0,
                    began: from,
                    ended: until,
                });
            }
            Moment::Asked { .. } => asked += 1,
            Moment::Waited { .. } => {}
        }
    }
    Seen {
        holds,
        requests: Some((asked, gave_way)),
    }
}

fn observe(bench: &Bench, backend: Backend, seen: &Seen) {
    let start = seen.holds.first().map_or(Duration::ZERO, |hold| hold.began);
    let mut lengths = Vec::new();
    for (n, hold) in (1..).zip(&seen.holds) {
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
    let labels = [("backend", backend.name())];
    if let Some(period) = stats::median(&lengths) {
        bench.observe("handoff_period", labels, Value::Seconds(period));
    }
    if let Some((asked, gave_way)) = seen.requests {
        bench.observe("drop_requests", labels, Value::count(asked));
        bench.observe("forced_switches", labels, Value::count(gave_way));
    }
}
