//! A backend's trials in one line.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::stats::MedianSpread;
use crate::record::{
    Backend, Run,
    metrics::{self, Metric, speedup_baseline},
};

/// Medians and spreads of a backend's finished trials.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackendSummary {
    /// Which backend.
    pub backend: Backend,
    /// Workers that shared the work, at least 1.
    pub workers: usize,
    /// Finished trials.
    pub trials: usize,
    figures: [Option<MedianSpread>; Metric::ALL.len()],
}

impl BackendSummary {
    /// Of a backend's finished trials in a run.
    pub fn from_trials(run: &Run, backend: Backend) -> Self {
        let figure = |metric: Metric| MedianSpread::from_values(&metric.values(*run, backend));
        Self {
            backend,
            workers: metrics::count_workers(*run, backend).unwrap_or(1),
            trials: run.trials(backend).len(),
            figures: Metric::ALL.map(figure),
        }
    }

    /// One figure; `None` where nothing was measured.
    pub const fn figure(&self, metric: Metric) -> Option<MedianSpread> {
        self.figures[metric as usize]
    }

    /// The medians alone, as the report's JSON has them.
    pub(super) fn medians(&self) -> MetricValues {
        MetricValues(self.figures.map(|figure| Some(figure?.median)))
    }

    /// The spreads alone.
    pub(super) fn spreads(&self) -> MetricValues {
        MetricValues(self.figures.map(|figure| figure?.spread))
    }
}

/// One number for each metric.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MetricValues([Option<f64>; Metric::ALL.len()]);

impl Serialize for MetricValues {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut figures = to.serialize_map(Some(self.0.len()))?;
        for (metric, figure) in Metric::ALL.into_iter().zip(self.0) {
            figures.serialize_entry(metric.name(), &figure)?;
        }
        figures.end()
    }
}

/// Why a backend that finished trials has no speed-up.
pub(super) fn explain_missing_speedup(run: &Run, backend: Backend) -> String {
    let baseline = speedup_baseline(backend);
    if run.trials(baseline).is_empty() {
        format!("`{baseline}` did not run, so there is nothing to compare with")
    } else {
        format!("`{baseline}` and `{backend}` finished no round together")
    }
}
