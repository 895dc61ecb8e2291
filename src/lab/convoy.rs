//! `convoy`: a thread that repeatedly waits 1 ms, next to threads that compute.
//!
//! It needs the lock only briefly, but waits a whole switch interval for it each time: a computing thread
//! releases the lock only on request. This is the *convoy effect*, and the cost of every wait in a program that
//! also computes.

mod report;

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
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
    gil::{Gil, GilBreaker},
    measure::{self, ContextSwitches},
    record::{Backend, Value},
    report::pictures,
    workload::{EvalBreaker, StopFlag},
};

/// The requested wait.
const NAP: Duration = Duration::from_millis(1);
/// The GIL's switch intervals that are tried, in milliseconds, as in the labels.
const INTERVALS: [(&str, Duration); 4] = [
    ("0.1", Duration::from_micros(100)),
    ("1", Duration::from_millis(1)),
    ("5", Duration::from_millis(5)),
    ("20", Duration::from_millis(20)),
];
/// The label if there is no switch interval.
const NO_INTERVAL: &str = "none";
/// The number of waits for a row of the table.
const WAITS: std::ops::RangeInclusive<usize> = 10..=60;
/// After this time a row ends, if it has the minimum number of waits.
const LONG_ENOUGH: Duration = Duration::from_millis(400);

/// The cost of waiting next to computing threads.
pub static DEMO: Demo = Demo {
    spec: &demos::CONVOY,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "too late"),
};

/// One row of the table.
#[derive(Debug, Clone, Copy)]
struct ConvoySetting {
    backend: Backend,
    interval: Option<(&'static str, Duration)>,
    busy: u32,
}

/// The measurement for a row.
struct ConvoyMeasurement {
    overshoots: Vec<f64>,
    switches_per_second: Option<f64>,
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let most = context.workers(2);
    let backends = compare_backends::chosen_backends(context, &DEMO);
    context.resolve_params(|params| {
        params.workers = Some(most);
    });
    let settings = list_settings(&backends, most);
    let mut steps = StepCounter::start(context, settings.len() as u32);
    for setting in settings {
        steps.begin_step(describe_setting(setting))?;
        let seen = trials::measure_undisturbed(context, || measure_setting(context, setting))?;
        observe_setting(context, setting, &seen);
    }
    steps.finish();
    Ok(())
}

fn list_settings(backends: &[Backend], most: u32) -> Vec<ConvoySetting> {
    let mut all = Vec::new();
    for &backend in backends {
        let intervals: Vec<_> = match backend {
            Backend::GilThreads => INTERVALS.into_iter().map(Some).collect(),
            _ => vec![None],
        };
        for interval in intervals {
            let counts = busy_counts(most).into_iter();
            all.extend(counts.map(|busy| ConvoySetting {
                backend,
                interval,
                busy,
            }));
        }
    }
    all
}

/// 0, 1, 2, then doubled.
fn busy_counts(most: u32) -> Vec<u32> {
    let doubling = std::iter::successors(Some(1_u32), |busy| busy.checked_mul(2));
    let mut counts = vec![0];
    counts.extend(doubling.take_while(|busy| *busy < most));
    counts.push(most);
    counts
}

fn interval_label(setting: ConvoySetting) -> &'static str {
    setting.interval.map_or(NO_INTERVAL, |(label, _)| label)
}

fn describe_setting(setting: ConvoySetting) -> String {
    let ConvoySetting { backend, busy, .. } = setting;
    match setting.interval {
        Some((ms, _)) => format!("{backend}, interval {ms} ms, {busy} computing"),
        None => format!("{backend}, {busy} computing"),
    }
}

fn observe_setting(context: &DemoContext, setting: ConvoySetting, seen: &ConvoyMeasurement) {
    let busy = setting.busy.to_string();
    let labels = [
        ("backend", setting.backend.name()),
        ("interval", interval_label(setting)),
        ("busy", busy.as_str()),
    ];
    for &overshoot in &seen.overshoots {
        context.observe("overshoot", labels, Value::Seconds(overshoot));
    }
    if let Some(rate) = seen.switches_per_second {
        context.observe("switches_per_second", labels, Value::Rate(rate));
    }
}

fn measure_setting(
    context: &DemoContext,
    setting: ConvoySetting,
) -> Result<ConvoyMeasurement, LabError> {
    let gil = setting.interval.map(|(_, interval)| Gil::new(interval));
    let (done, started) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        let ends_them = StopOnDrop(&done);
        let mut computing = Vec::new();
        for number in 0..setting.busy {
            let body = || compute_counting_switches(gil.as_ref(), &done, &started);
            computing.push(busy_threads::spawn_computing(scope, number + 1, body)?);
        }
        while started.load(Relaxed) < setting.busy {
            thread::yield_now();
        }
        let began = Instant::now();
        let (before, held_before) = (measure::context_switches(), gil.as_ref().map(Gil::switches));
        let overshoots = measure_waits(context, gil.as_ref())?;
        let seconds = began.elapsed().as_secs_f64();
        let own = switches_since(before);
        let passed_on = gil.as_ref().map(Gil::switches);
        drop(ends_them);
        let others = computing.into_iter().map(|thread| thread.join().ok()?);
        let by_the_system = std::iter::once(own).chain(others).sum::<Option<u64>>();
        let switches = match (held_before, passed_on) {
            (Some(before), Some(after)) => Some(after - before),
            _ => by_the_system,
        };
        Ok(ConvoyMeasurement {
            overshoots,
            switches_per_second: switches.map(|switches| switches as f64 / seconds),
        })
    })
}

/// Context switches of this thread since `before`.
fn switches_since(before: Option<ContextSwitches>) -> Option<u64> {
    let (before, after) = (before?, measure::context_switches()?);
    Some(after.voluntary + after.involuntary - before.voluntary - before.involuntary)
}

/// Computes until `done` is set, and counts the context switches.
fn compute_counting_switches(
    gil: Option<&Gil>,
    done: &AtomicBool,
    started: &AtomicU32,
) -> Option<u64> {
    let before = measure::context_switches();
    started.fetch_add(1, Relaxed);
    busy_threads::compute_until(gil, done);
    switches_since(before)
}

/// How much longer than requested each wait took.
fn measure_waits(context: &DemoContext, gil: Option<&Gil>) -> Result<Vec<f64>, LabError> {
    let stop = context.stop.flag();
    match gil {
        Some(gil) => collect_overshoots(context, GilBreaker::new(gil.new_thread().attach(), stop)),
        None => collect_overshoots(context, StopFlag(stop)),
    }
}

fn collect_overshoots(
    context: &DemoContext,
    mut breaker: impl EvalBreaker,
) -> Result<Vec<f64>, LabError> {
    let mut overshoots = Vec::with_capacity(*WAITS.end());
    let began = Instant::now();
    while overshoots.len() < *WAITS.end() {
        if overshoots.len() >= *WAITS.start() && began.elapsed() > LONG_ENOUGH {
            break;
        }
        let asked = Instant::now();
        breaker.run_blocking(|| thread::sleep(NAP));
        overshoots.push(asked.elapsed().saturating_sub(NAP).as_secs_f64());
        context.check_stop()?;
    }
    Ok(overshoots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_threads_then_twice_as_many() {
        assert_eq!(busy_counts(1), [0, 1]);
        assert_eq!(busy_counts(2), [0, 1, 2]);
        assert_eq!(busy_counts(3), [0, 1, 2, 3]);
        assert_eq!(busy_counts(8), [0, 1, 2, 4, 8]);
    }

    #[test]
    fn only_a_gil_has_an_interval() {
        let all = list_settings(&[Backend::Threads, Backend::GilThreads], 2);
        let labels: Vec<_> = all.iter().map(|setting| interval_label(*setting)).collect();
        assert_eq!(labels[..3], [NO_INTERVAL; 3]);
        assert_eq!(labels.len(), 3 + 3 * INTERVALS.len());
        assert!(labels[3..].iter().all(|label| *label != NO_INTERVAL));
    }
}
