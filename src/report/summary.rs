//! A backend's trials in one line.

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::stats::{self, MedianSpread};
use crate::record::{Backend, Run, TrialTimes, Worker, WorkerKind};

/// Medians and spreads of a backend's finished trials. `None` where nothing was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackendSummary {
    /// Which backend.
    pub backend: Backend,
    /// Workers that shared the work, at least 1.
    pub workers: usize,
    /// Finished trials.
    pub trials: usize,
    /// Seconds until every worker stood at the start gate.
    pub startup_s: Option<MedianSpread>,
    /// Seconds from the gate's opening to the last result.
    pub work_s: Option<MedianSpread>,
    /// Seconds from the first start to the last join.
    pub total_s: Option<MedianSpread>,
    /// Processor seconds of the work, all workers together.
    pub cpu_s: Option<MedianSpread>,
    /// Processor seconds ÷ wall seconds of the work.
    pub cores_used: Option<MedianSpread>,
    /// Serial median work ÷ this backend's work: `serial`'s for native ones, `python-serial`'s for Pythons'.
    pub speedup: Option<MedianSpread>,
    /// Speed-up ÷ workers.
    pub efficiency: Option<MedianSpread>,
}

impl BackendSummary {
    /// Of a backend's finished trials in a run.
    pub fn from_trials(run: &Run, backend: Backend) -> Self {
        let trials = run.trials(backend);
        let each =
            |figure: fn(&TrialTimes) -> f64| -> Vec<f64> { trials.iter().map(figure).collect() };
        let works = each(|times| times.work_s);
        let speedups = match serial_work(run, speedup_baseline(backend)) {
            Some(serial) => finite_quotients(works.iter().map(|work| (serial, *work))),
            None => Vec::new(),
        };
        let workers = count_sharing_workers(&run.workers(backend));
        let efficiencies: Vec<f64> = speedups.iter().map(|s| s / workers as f64).collect();
        let cpus: Vec<f64> = trials.iter().filter_map(|times| times.cpu_s).collect();
        let cores = trials
            .iter()
            .filter_map(|times| Some((times.cpu_s?, times.work_s)));
        Self {
            backend,
            workers,
            trials: trials.len(),
            startup_s: MedianSpread::from_values(&each(|times| times.startup_s)),
            work_s: MedianSpread::from_values(&works),
            total_s: MedianSpread::from_values(&each(|times| times.total_s)),
            cpu_s: MedianSpread::from_values(&cpus),
            cores_used: MedianSpread::from_values(&finite_quotients(cores)),
            speedup: MedianSpread::from_values(&speedups),
            efficiency: MedianSpread::from_values(&efficiencies),
        }
    }

    /// The medians alone, as the report's JSON has them.
    pub(super) fn medians(&self) -> MetricValues {
        self.collect_metrics(|figure| Some(figure.median))
    }

    /// The spreads alone.
    pub(super) fn spreads(&self) -> MetricValues {
        self.collect_metrics(|figure| figure.spread)
    }

    fn collect_metrics(&self, part: fn(MedianSpread) -> Option<f64>) -> MetricValues {
        let part = |figure: Option<MedianSpread>| figure.and_then(part);
        MetricValues([
            part(self.startup_s),
            part(self.work_s),
            part(self.total_s),
            part(self.cpu_s),
            part(self.cores_used),
            part(self.speedup),
            part(self.efficiency),
        ])
    }
}

/// One number for each of the seven figures.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MetricValues([Option<f64>; 7]);

impl Serialize for MetricValues {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        const NAMES: [&str; 7] = [
            "startup_s",
            "work_s",
            "total_s",
            "cpu_s",
            "cores_used",
            "speedup",
            "efficiency",
        ];
        let mut figures = to.serialize_struct("Figures", NAMES.len())?;
        for (name, figure) in NAMES.into_iter().zip(self.0) {
            figures.serialize_field(name, &figure)?;
        }
        figures.end()
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

fn serial_work(run: &Run, baseline: Backend) -> Option<f64> {
    let works: Vec<f64> = run
        .trials(baseline)
        .iter()
        .map(|times| times.work_s)
        .collect();
    stats::median(&works)
}

/// How many share the work: the main thread counts only where nobody else works.
pub(super) fn count_sharing_workers(workers: &[Worker]) -> usize {
    workers
        .iter()
        .filter(|worker| worker.kind != WorkerKind::Main)
        .count()
        .max(1)
}

/// A time too short for the clock gives no quotient.
fn finite_quotients(pairs: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    pairs
        .map(|(above, below)| above / below)
        .filter(|quotient| quotient.is_finite())
        .collect()
}
