//! The figures of a backend's trials, each computed by one rule for tables, claims, predictions and JSON.
//!
//! A figure has one value a *round*, never one made of medians. Backends take turns (A B C, A B C, …), so the trials
//! of one round ran under the same conditions. A quotient of two of them cancels what slowed the whole round down, and
//! the quotients of several rounds have a spread of their own: serial trials of 100, 200 and 300 ms against 100 ms each
//! make speed-ups of 1, 2 and 3. The median of the serial trials would make them 2, 2 and 2, as if that were certain.
//! A trial that was slow by itself makes one quotient an outlier, which the median of the quotients leaves out.
//!
//! - A round counts only if both sides finished it: numbers of trials may differ, and the last round may be cut off.
//!   Without a common round there is no figure, and so without a serial backend there is no speed-up.
//! - A part of a demo that a Python ran is a run of its own: its rounds are compared with each other, and its baseline
//!   is its own `python-serial`. Rounds of different runs are never paired.
//! - A time too short for the clock makes a quotient that is no number; it is left out.
//! - What a demo observes itself (a start, a message) is divided by the same rule: [`divide_observed`].

mod cores;
mod overlap;

use std::collections::BTreeSet;

pub use cores::{CoreSample, LEAST_FREE, core_samples, own_core_samples};
pub use overlap::{CORES_AT_ONCE, LEAST_LOCK_SWITCHES, OverlapFigures, WorkOverlap, work_overlap};

use super::{Backend, Run, TrialTimes, Value, WorkerKind, named_enum};

named_enum! {
    /// A figure of a backend's finished trials.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Metric {
        /// Seconds until every worker stood at the start gate.
        Startup = "startup_s",
        /// Seconds from the gate's opening to the last result.
        Work = "work_s",
        /// Seconds from the first start to the last join.
        Total = "total_s",
        /// Processor seconds of the work, all workers together.
        Cpu = "cpu_s",
        /// Processor seconds ÷ seconds of the work.
        CoresUsed = "cores_used",
        /// Processor seconds and seconds of waiting for a core ÷ seconds of the work: how many cores the workers would have
        /// used, had all been free.
        CoresWanted = "cores_wanted",
        /// How often the workers gave their core up by themselves ÷ processor seconds: see [`WorkOverlap`].
        LockSwitches = "voluntary_switches_per_cpu_s",
        /// Seconds of the baseline's work ÷ seconds of this backend's work.
        Speedup = "speedup",
        /// Speed-up ÷ workers.
        Efficiency = "efficiency",
    }
}

impl Metric {
    /// One value for each round that has one, in order; all of them finite.
    pub fn values(self, run: Run<'_>, backend: Backend) -> Vec<f64> {
        let of_trials = |figure: fn(&TrialTimes) -> Option<f64>| {
            let figures = run.trials(backend);
            let figures = figures.iter().filter_map(figure);
            figures.filter(|figure| figure.is_finite()).collect()
        };
        match self {
            Self::Startup => of_trials(|times| Some(times.startup_s)),
            Self::Work => of_trials(|times| Some(times.work_s)),
            Self::Total => of_trials(|times| Some(times.total_s)),
            Self::Cpu => of_trials(|times| times.cpu_s),
            Self::CoresUsed => of_trials(|times| Some(times.cpu_s? / times.work_s)),
            Self::CoresWanted => {
                of_trials(|times| Some((times.cpu_s? + times.run_queue_s?) / times.work_s))
            }
            Self::LockSwitches => {
                of_trials(|times| Some(times.voluntary_switches? as f64 / times.cpu_s?))
            }
            Self::Speedup => collect_speedups(run, backend),
            Self::Efficiency => {
                let workers = count_workers(run, backend).unwrap_or(1) as f64;
                let speedups = collect_speedups(run, backend).into_iter();
                speedups.map(|speedup| speedup / workers).collect()
            }
        }
    }
}

/// What a backend's speed-up is measured against: Python's work is of another size than native work.
pub const fn speedup_baseline(backend: Backend) -> Backend {
    if backend.is_python() {
        Backend::PythonSerial
    } else {
        Backend::Serial
    }
}

fn collect_speedups(run: Run<'_>, backend: Backend) -> Vec<f64> {
    let serial = run.rounds(speedup_baseline(backend));
    let own = run.rounds(backend).into_iter();
    divide_pairs(own.filter_map(|(round, times)| {
        let (_, baseline) = serial.iter().find(|(of, _)| *of == round)?;
        Some((baseline.work_s, times.work_s))
    }))
}

/// One observation ÷ another, round by round, of ways that took turns: each has one observation a round, in order.
///
/// Both are given by their name and labels.
pub fn divide_observed(
    run: Run<'_>,
    above: (&str, &[(&str, &str)]),
    below: (&str, &[(&str, &str)]),
) -> Vec<f64> {
    let [above, below] = [above, below].map(|(name, labels)| {
        let all = run.labelled_observations(name, labels).into_iter();
        all.map(|observation| observation.value)
    });
    let numbers = |(above, below): (&Value, &Value)| Some((above.number()?, below.number()?));
    divide_pairs(above.zip(below).filter_map(numbers))
}

fn divide_pairs(pairs: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    let quotients = pairs.map(|(above, below)| above / below);
    quotients.filter(|quotient| quotient.is_finite()).collect()
}

/// The median; `None` without a finite value.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// The value below which a share (0 to 1) of all values lie; `None` without a finite value. Tables and verdicts share
/// this rule: interpolated, and median-unbiased whatever the distribution (type 8 of Hyndman and Fan, 1996).
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let thirds = (3 * sorted.len() + 1) as f64 * share.clamp(0.0, 1.0) - 2.0;
    let rank = (thirds / 3.0).clamp(0.0, last as f64);
    let below = sorted[rank as usize];
    let above = sorted[rank.ceil() as usize];
    Some(below + rank.fract() * (above - below))
}

/// How many workers shared a backend's work: the main thread counts only where there is no other. `None` without one.
pub fn count_workers(run: Run<'_>, backend: Backend) -> Option<usize> {
    let workers = run.workers(backend);
    let others = workers.iter().filter(|it| it.kind != WorkerKind::Main);
    (!workers.is_empty()).then(|| others.count().max(1))
}

/// How many processes these workers were; `None` without one.
pub fn count_pids(run: Run<'_>, backend: Backend) -> Option<usize> {
    let workers = run.workers(backend);
    let others = workers.iter().filter(|it| it.kind != WorkerKind::Main);
    let pids: BTreeSet<u32> = others.map(|worker| worker.pid).collect();
    (!workers.is_empty()).then(|| pids.len().max(1))
}
