//! What a demo works with: its settings, where its events go, when it must stop.

use std::{
    io,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use thiserror::Error;

use super::DemoServices;
use crate::{
    catalog::SettingError,
    mp,
    python::Pythons,
    record::{EventKind, Interpreter, Labels, Machine, Params, Recorder, Value},
};

/// Why a demo did not reach its end.
#[derive(Debug, Error)]
pub enum LabError {
    /// Somebody stopped it: Ctrl-C or the time limit.
    #[error("{0}")]
    Stopped(String),
    /// A child process or a channel failed.
    #[error(transparent)]
    Mp(#[from] mp::Error),
    /// Shared memory could not be made.
    #[error(transparent)]
    Memory(#[from] mp::MemoryError),
    /// A pipe could not be made, or its other end is gone.
    #[error(transparent)]
    Connection(#[from] mp::ConnectionError),
    /// A lock could not be made.
    #[error(transparent)]
    Lock(#[from] mp::LockError),
    /// A queue could not be made.
    #[error(transparent)]
    Queue(#[from] mp::QueueError),
    /// The system refused something.
    #[error("{what}: {source}{}", mp::limit_remedy(source))]
    System {
        /// What was asked for.
        what: String,
        /// What it answered.
        source: io::Error,
    },
    /// A worker broke the demo's own rules: it ended early, or answered something else.
    #[error("{0}")]
    Worker(String),
    /// A setting that this demo does not take, or not with that value.
    #[error(transparent)]
    Refused(#[from] SettingError),
    /// A setting that this demo cannot use; the text names those it can.
    #[error("{0}")]
    Setting(String),
}

/// Asks a run to stop, and tells whether it was paused. Clones share one state.
#[derive(Debug, Clone, Default)]
pub struct StopToken {
    shared: Arc<StopState>,
}

#[derive(Debug, Default)]
struct StopState {
    stop: AtomicBool,
    why: Mutex<Option<String>>,
    pauses: AtomicU64,
}

impl StopToken {
    /// Asks the run to stop, and says why: `"interrupted by Ctrl-C"`. The first reason stands.
    pub fn request_stop(&self, why: impl Into<String>) {
        self.shared
            .why
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_with(|| why.into());
        self.shared.stop.store(true, Ordering::Release);
    }

    /// Whether it was asked to.
    pub fn is_stopped(&self) -> bool {
        self.shared.stop.load(Ordering::Acquire)
    }

    /// Why it was asked to, once it was.
    pub fn stop_reason(&self) -> Option<String> {
        self.shared
            .why
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The flag itself, for workloads that look at it in their loops.
    pub fn flag(&self) -> &AtomicBool {
        &self.shared.stop
    }

    /// Counts a pause (Ctrl-Z and back): a trial that it fell into is measured again.
    pub fn count_pause(&self) {
        self.shared.pauses.fetch_add(1, Ordering::AcqRel);
    }

    /// Pauses so far.
    pub fn pauses(&self) -> u64 {
        self.shared.pauses.load(Ordering::Acquire)
    }
}

/// What a demo is given to run with.
pub struct DemoContext {
    /// The settings as they were asked for.
    pub params: Params,
    /// Where events go.
    pub recorder: Recorder,
    /// Makes processes and pools.
    pub mp: mp::Context,
    /// When to stop.
    pub stop: StopToken,
    /// What this runs on.
    pub machine: Machine,
    /// The Pythons of this machine, for demos that have a part for them.
    pub pythons: Pythons,
    /// The settings in force, once the demo has said so.
    resolved: OnceLock<Params>,
}

impl DemoContext {
    /// A bench for the outermost run.
    pub fn new(params: Params, recorder: Recorder, env: DemoServices) -> Self {
        Self {
            params,
            recorder,
            mp: env.mp,
            stop: env.stop,
            machine: env.machine,
            pythons: env.pythons,
            resolved: OnceLock::new(),
        }
    }

    /// A bench for a demo inside this demo (`compare`): same machine, its own settings and run number.
    #[must_use]
    pub fn nested_context(&self, demo: &str, params: Params) -> Self {
        self.nested_under(None, demo, params)
    }

    /// A bench for the part of a demo that a Python runs.
    #[must_use]
    pub fn nested_under(
        &self,
        interpreter: Option<Interpreter>,
        demo: &str,
        params: Params,
    ) -> Self {
        Self {
            recorder: self.recorder.begin_nested_under(interpreter, demo, &params),
            params,
            mp: self.mp.clone(),
            stop: self.stop.clone(),
            machine: self.machine.clone(),
            pythons: self.pythons.clone(),
            resolved: OnceLock::new(),
        }
    }

    /// An error once somebody asked to stop: call it between trials and in loops.
    pub fn check_stop(&self) -> Result<(), LabError> {
        if !self.stop.is_stopped() {
            return Ok(());
        }
        Err(LabError::Stopped(
            self.stop
                .stop_reason()
                .unwrap_or_else(|| "stopped".to_owned()),
        ))
    }

    /// How many workers: as asked, else `default`.
    pub fn workers(&self, default: u32) -> u32 {
        self.params.workers.unwrap_or(default).max(1)
    }

    /// How many timed runs: as asked, else `default`.
    pub fn trials(&self, default: u32) -> u32 {
        self.params.trials.unwrap_or(default).max(1)
    }

    /// One worker a usable core, but at least two: what "in parallel" means unless it is said.
    pub fn worker_per_core(&self) -> u32 {
        self.workers(self.machine.cores_usable.max(2))
    }

    /// Tells the recording which settings are in force, once the demo has filled in its own.
    pub fn resolve_params(&self, fill: impl FnOnce(&mut Params)) {
        let mut params = self.params.clone();
        fill(&mut params);
        // A demo resolves once; should it do so again, the recording has both.
        let _ = self.resolved.set(params.clone());
        self.emit(EventKind::Resolved { params });
    }

    /// The settings in force; those that were asked for, as long as the demo has not resolved them.
    pub fn resolved_params(&self) -> Params {
        self.resolved.get().unwrap_or(&self.params).clone()
    }

    /// Appends an event.
    pub fn emit(&self, what: EventKind) {
        self.recorder.emit(what);
    }

    /// Appends a caveat or an explanation for the reader of the report.
    pub fn add_note(&self, text: impl Into<String>) {
        self.emit(EventKind::Noted { text: text.into() });
    }

    /// Tells whoever watches where a long demo is.
    pub fn report_progress(&self, done: u32, of: u32, doing: impl Into<String>) {
        self.emit(EventKind::Progress {
            done,
            of,
            doing: doing.into(),
        });
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
            .map(|(key, of)| (key.to_owned(), of.to_owned()))
            .collect();
        self.emit(EventKind::Observed {
            name: name.to_owned(),
            labels,
            value: value.into(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_to_stop_stands() {
        let stop = StopToken::default();
        assert!(!stop.is_stopped());
        stop.request_stop("interrupted by Ctrl-C");
        stop.request_stop("time limit of 60 s");
        assert!(stop.is_stopped());
        assert_eq!(stop.stop_reason().as_deref(), Some("interrupted by Ctrl-C"));
    }
}
