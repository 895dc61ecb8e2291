//! What a demo works with: its settings, where its events go, when it must stop.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use thiserror::Error;

use crate::{
    mp,
    record::{Labels, Machine, Params, Recorder, Value, What},
};

/// Why a demo did not reach its end.
#[derive(Debug, Error)]
pub enum LabError {
    /// Somebody stopped it: Ctrl-C or the time limit.
    #[error("stopped")]
    Stopped,
    /// A child process or a channel failed.
    #[error(transparent)]
    Mp(#[from] mp::Error),
    /// The system refused something.
    #[error("{what}: {source}")]
    System {
        /// What was asked for.
        what: String,
        /// What it answered.
        source: std::io::Error,
    },
    /// A setting that this demo cannot use.
    #[error("{0}")]
    Setting(String),
}

/// Asks a run to stop, and tells whether it was paused. Clones share one state.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    pauses: AtomicU64,
}

impl Stop {
    /// Asks the run to stop.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to.
    pub fn is_stopped(&self) -> bool {
        self.shared.stop.load(Ordering::Relaxed)
    }

    /// Counts a pause (Ctrl-Z and back): a trial that it fell into is measured again.
    pub fn paused(&self) {
        self.shared.pauses.fetch_add(1, Ordering::Relaxed);
    }

    /// Pauses so far.
    pub fn pauses(&self) -> u64 {
        self.shared.pauses.load(Ordering::Relaxed)
    }
}

/// What a demo is given to run with.
pub struct Bench {
    /// The settings: defaults of the demo already filled in by [`Bench::resolve`].
    pub params: Params,
    /// Where events go.
    pub recorder: Recorder,
    /// Makes processes and pools.
    pub mp: mp::Context,
    /// When to stop.
    pub stop: Stop,
    /// What this runs on.
    pub machine: Machine,
}

impl Bench {
    /// An error once somebody asked to stop: call it between trials and in loops.
    pub fn check(&self) -> Result<(), LabError> {
        if self.stop.is_stopped() {
            Err(LabError::Stopped)
        } else {
            Ok(())
        }
    }

    /// Appends an event.
    pub fn emit(&self, what: What) {
        self.recorder.emit(what);
    }

    /// Appends a figure: `bench.observe("lost", [("lock", "no")], Value::Count(3))`.
    pub fn observe<'a>(
        &self,
        name: &str,
        labels: impl IntoIterator<Item = (&'a str, &'a str)>,
        value: impl Into<Value>,
    ) {
        let labels: Labels = labels
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        self.emit(What::Observed {
            name: name.to_owned(),
            labels,
            value: value.into(),
        });
    }
}
