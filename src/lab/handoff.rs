//! `handoff`: two threads compute; which of them holds the lock at which time.

mod report;

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use super::{
    Demo, DemoContext, LabError,
    busy_threads::{self, StopOnDrop},
    compare_backends,
    trials::{self, StepCounter},
};
use crate::{
    catalog::demos,
    gil::{Gil, GilEventKind, GilHistory, SWITCH_INTERVAL},
    record::{Backend, Value},
    report::{pictures, stats},
};

/// How long the two threads compute: about sixty turns.
const COMPUTES: Duration = Duration::from_millis(300);
/// How often to check for a stop.
const LOOKS_EVERY: Duration = Duration::from_millis(5);
/// With two threads, the one that does not hold the lock waits for it.
const THREADS: u32 = 2;
/// More entries than two threads can write in that time, unless the interval is far below CPython's.
const LOG_ENTRIES: usize = 10_000;

/// A thread that continuously reads the clock did not run while the clock jumped by more than this.
const GAP: Duration = Duration::from_millis(1);
/// At most this many turns, waits and requests of each backend are recorded.
const MOST_TOLD: usize = 500;

/// Which thread holds the lock at which time.
pub static DEMO: Demo = Demo {
    spec: &demos::HANDOFF,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, _| pictures::lock_timeline(run).into_iter().collect(),
};

/// A period in which a thread ran.
#[derive(Debug, Clone, Copy, PartialEq)]
struct HoldSpan {
    thread: u32,
    began: Duration,
    ended: Duration,
    /// Whether it ended because another thread requested the lock; `None` without a lock.
    forced: Option<bool>,
}

/// A period in which a thread waited for the lock.
#[derive(Debug, Clone, Copy, PartialEq)]
struct GilWait {
    thread: u32,
    began: Duration,
    ended: Duration,
}

/// A thread's request for the lock.
#[derive(Debug, Clone, Copy, PartialEq)]
struct DropRequest {
    thread: u32,
    at: Duration,
}

/// The measurement of one backend.
#[derive(Debug, Default)]
struct HandoffMeasurement {
    /// Sorted by time.
    holds: Vec<HoldSpan>,
    waits: Vec<GilWait>,
    requests: Vec<DropRequest>,
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let backends = compare_backends::chosen_backends(context, &DEMO);
    context.resolve_params(|_| {});
    let mut steps = StepCounter::start(context, backends.len() as u32);
    for &backend in &backends {
        steps.begin_step(backend.name())?;
        let seen = trials::measure_undisturbed(context, || measure_backend(context, backend))?;
        observe_spans(context, backend, &seen);
    }
    steps.finish();
    Ok(())
}

fn measure_backend(
    context: &DemoContext,
    backend: Backend,
) -> Result<HandoffMeasurement, LabError> {
    let gil = (backend == Backend::GilThreads).then(|| Gil::with_log(SWITCH_INTERVAL, LOG_ENTRIES));
    let mut holds = run_computing_threads(context, gil.as_ref())?;
    context.check_stop()?;
    if let Some(gil) = gil {
        return Ok(read_gil_history(&gil.take_history()));
    }
    // Only the scheduler stops these threads.
    holds.sort_by_key(|hold| hold.began);
    Ok(HandoffMeasurement {
        holds,
        ..HandoffMeasurement::default()
    })
}

/// Lets the threads compute for a while, and returns when each ran. With a lock, this comes from its log.
fn run_computing_threads(
    context: &DemoContext,
    gil: Option<&Gil>,
) -> Result<Vec<HoldSpan>, LabError> {
    let (started, done) = (Instant::now(), AtomicBool::new(false));
    thread::scope(|scope| {
        let ends_them = StopOnDrop(&done);
        let mut threads = Vec::new();
        for thread in 1..=THREADS {
            let done = &done;
            let body = move || {
                if gil.is_none() {
                    return watch_turns(thread, started, done);
                }
                busy_threads::compute_until(gil, done);
                Vec::new()
            };
            threads.push(busy_threads::spawn_computing(scope, thread, body)?);
        }
        while started.elapsed() < COMPUTES && !context.stop.is_stopped() {
            thread::sleep(LOOKS_EVERY);
        }
        drop(ends_them);
        let ended = threads.into_iter().filter_map(|thread| thread.join().ok());
        Ok(ended.flatten().collect())
    })
}

/// Reads the clock until `done` is set. In a gap, the thread had no core.
fn watch_turns(thread: u32, started: Instant, done: &AtomicBool) -> Vec<HoldSpan> {
    let mut gaps = GapDetector::new(thread, started.elapsed());
    while !done.load(Relaxed) {
        gaps.note_time(started.elapsed());
    }
    gaps.into_turns()
}

/// Records a thread's readings of the clock, and the turns between gaps.
struct GapDetector {
    thread: u32,
    began: Duration,
    last: Duration,
    turns: Vec<HoldSpan>,
}

impl GapDetector {
    fn new(thread: u32, now: Duration) -> Self {
        Self {
            thread,
            began: now,
            last: now,
            turns: Vec::new(),
        }
    }

    fn note_time(&mut self, now: Duration) {
        if now.saturating_sub(self.last) > GAP {
            self.end_turn();
            self.began = now;
        }
        self.last = now;
    }

    fn end_turn(&mut self) {
        // A turn with a single reading of the clock does not count.
        if self.last > self.began {
            self.turns.push(HoldSpan {
                thread: self.thread,
                began: self.began,
                ended: self.last,
                forced: None,
            });
        }
    }

    fn into_turns(mut self) -> Vec<HoldSpan> {
        self.end_turn();
        self.turns
    }
}

fn read_gil_history(history: &GilHistory) -> HandoffMeasurement {
    let mut seen = HandoffMeasurement::default();
    for entry in &history.entries {
        let thread = entry.thread.0;
        match entry.moment {
            GilEventKind::Held {
                from,
                until,
                forced,
            } => seen.holds.push(HoldSpan {
                thread,
                began: from,
                ended: until,
                forced: Some(forced),
            }),
            GilEventKind::Asked { at, .. } => seen.requests.push(DropRequest { thread, at }),
            GilEventKind::Waited { from, until } => seen.waits.push(GilWait {
                thread,
                began: from,
                ended: until,
            }),
        }
    }
    seen
}

fn observe_spans(context: &DemoContext, backend: Backend, seen: &HandoffMeasurement) {
    let start = seen.holds.first().map_or(Duration::ZERO, |hold| hold.began);
    let since_start = |at: Duration| Value::Seconds(at.saturating_sub(start).as_secs_f64());
    let observe = |name: &str, thread: u32, n: usize, value: Value| {
        let (thread, n) = (thread.to_string(), n.to_string());
        let labels = [
            ("backend", backend.name()),
            ("thread", thread.as_str()),
            ("n", n.as_str()),
        ];
        context.observe(name, labels, value);
    };
    let lasted = |began: Duration, ended: Duration| {
        Value::Seconds(ended.saturating_sub(began).as_secs_f64())
    };
    for (n, hold) in (1..=MOST_TOLD).zip(&seen.holds) {
        observe("hold", hold.thread, n, lasted(hold.began, hold.ended));
        observe("began", hold.thread, n, since_start(hold.began));
        if let Some(forced) = hold.forced {
            observe("forced", hold.thread, n, Value::Flag(forced));
        }
    }
    for (n, wait) in (1..=MOST_TOLD).zip(&seen.waits) {
        observe("wait", wait.thread, n, lasted(wait.began, wait.ended));
        observe("wait_began", wait.thread, n, since_start(wait.began));
    }
    for (n, request) in (1..=MOST_TOLD).zip(&seen.requests) {
        observe("request", request.thread, n, since_start(request.at));
    }
    observe_totals(context, backend, seen);
}

fn observe_totals(context: &DemoContext, backend: Backend, seen: &HandoffMeasurement) {
    let labels = [("backend", backend.name())];
    let lengths = seen.holds.iter();
    let lengths: Vec<f64> = lengths
        .map(|hold| hold.ended.saturating_sub(hold.began).as_secs_f64())
        .collect();
    if let Some(period) = stats::median(&lengths) {
        context.observe("handoff_period", labels, Value::Seconds(period));
    }
    if seen.holds.iter().any(|hold| hold.forced.is_some()) {
        let forced = seen.holds.iter().filter(|hold| hold.forced == Some(true));
        context.observe("drop_requests", labels, Value::count(seen.requests.len()));
        context.observe("forced_switches", labels, Value::count(forced.count()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_of_the_clock_ends_a_turn() {
        let mut gaps = GapDetector::new(1, Duration::ZERO);
        for us in [400, 800, 5_000, 5_500, 9_000] {
            gaps.note_time(Duration::from_micros(us));
        }
        let turns: Vec<(u128, u128)> = gaps
            .into_turns()
            .iter()
            .map(|turn| (turn.began.as_micros(), turn.ended.as_micros()))
            .collect();
        assert_eq!(turns, [(0, 800), (5_000, 5_500)]);
    }
}
