//! The context that a demo runs in: its settings, its recorder, and the request to stop.

use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;
use thiserror::Error;

use super::DemoServices;
use crate::{
    catalog::{DemoSpec, SettingError},
    measure::clock,
    mp,
    python::Pythons,
    record::{
        EventKind, Interpreter, Machine, Params, Recorder, Value, WaitSpan, WorkSpans, WorkerId,
    },
};

/// Why a demo ended early.
#[derive(Debug, Error)]
pub enum LabError {
    /// It was stopped, by Ctrl-C or the time limit.
    #[error("{0}")]
    Stopped(String),
    /// A child process or a channel failed.
    #[error(transparent)]
    Mp(#[from] mp::Error),
    /// Shared memory could not be created.
    #[error(transparent)]
    Memory(#[from] mp::MemoryError),
    /// A pipe could not be created, or its other end is gone.
    #[error(transparent)]
    Connection(#[from] mp::ConnectionError),
    /// A lock could not be created.
    #[error(transparent)]
    Lock(#[from] mp::LockError),
    /// A queue could not be created.
    #[error(transparent)]
    Queue(#[from] mp::QueueError),
    /// A system call failed.
    #[error("{what}: {source}{}", mp::limit_remedy(source))]
    System {
        /// What was requested.
        what: String,
        /// The system's error.
        source: io::Error,
    },
    /// A worker violated the demo's protocol: it ended early, or sent an unexpected answer.
    #[error("{0}")]
    Worker(String),
    /// A setting that this demo does not take, or not with that value.
    #[error(transparent)]
    Refused(#[from] SettingError),
    /// A setting that this demo cannot use; the text names those it can.
    #[error("{0}")]
    Setting(String),
}

impl LabError {
    /// For `map_err`: the error of a system call, with what was requested.
    pub fn from_system(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::System { what, source }
    }
}

/// Requests a run to stop, and counts its pauses. Clones share one state.
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
    /// Requests the run to stop, for a reason: `"interrupted by Ctrl-C"`. The first reason is kept.
    pub fn request_stop(&self, why: impl Into<String>) {
        self.shared.why.lock().get_or_insert_with(|| why.into());
        self.shared.stop.store(true, Ordering::Release);
    }

    /// Whether a stop was requested.
    pub fn is_stopped(&self) -> bool {
        self.shared.stop.load(Ordering::Acquire)
    }

    /// The reason for the stop, if one was requested.
    pub fn stop_reason(&self) -> Option<String> {
        self.shared.why.lock().clone()
    }

    /// The flag itself, for workloads that check it in their loops.
    pub fn flag(&self) -> &AtomicBool {
        &self.shared.stop
    }

    /// Counts a pause (Ctrl-Z and back). A trial that was paused is repeated.
    pub fn count_pause(&self) {
        self.shared.pauses.fetch_add(1, Ordering::AcqRel);
    }

    /// The number of pauses so far.
    pub fn pauses(&self) -> u64 {
        self.shared.pauses.load(Ordering::Acquire)
    }
}

/// The context that a demo runs in.
pub struct DemoContext {
    /// The requested settings.
    pub params: Params,
    /// Records events.
    pub recorder: Recorder,
    /// Creates processes and pools.
    pub mp: mp::Context,
    /// The request to stop.
    pub stop: StopToken,
    /// The machine.
    pub machine: Machine,
    /// The Pythons of this machine, for demos that have a part for them.
    pub pythons: Pythons,
    /// The resolved settings, once the demo has resolved them.
    resolved: OnceLock<Params>,
}

impl DemoContext {
    /// A context for the outermost run.
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

    /// A context for a demo inside this demo (`compare`): on the same machine, with its own settings and run
    /// number.
    #[must_use]
    pub fn nested_context(&self, demo: &str, params: Params) -> Self {
        self.nested_under(None, demo, params)
    }

    /// A context for the part of a demo that a Python runs.
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

    /// An error once a stop was requested. Call it between trials and in loops.
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

    /// The requested number of workers, or the demo's own.
    pub fn workers(&self, demo: &DemoSpec) -> u32 {
        self.resolve_counts(demo).workers.unwrap_or_default().max(1)
    }

    /// The requested number of timed runs, or the demo's own.
    pub fn trials(&self, demo: &DemoSpec) -> u32 {
        self.resolve_counts(demo).trials.unwrap_or_default().max(1)
    }

    /// Refuses a setting beyond what a demo can do: `count` of `what`.
    ///
    /// # Errors
    /// [`LabError::Setting`] unless it is from 1 to `most`.
    pub fn check_limit(demo: &DemoSpec, count: u64, most: u64, what: &str) -> Result<(), LabError> {
        if (1..=most).contains(&count) {
            return Ok(());
        }
        Err(LabError::Setting(format!(
            "`{}` takes 1 to {most} {what}, not {count}",
            demo.name
        )))
    }

    fn resolve_counts(&self, demo: &DemoSpec) -> Params {
        demo.resolve_counts(&self.params, self.machine.cores_usable)
    }

    /// Records the resolved settings, after the demo has filled in its defaults.
    pub fn resolve_params(&self, fill: impl FnOnce(&mut Params)) {
        let mut params = self.params.clone();
        fill(&mut params);
        // A demo resolves its settings once. If it did so again, the recording would have both.
        let _ = self.resolved.set(params.clone());
        self.emit(EventKind::Resolved {
            params: params.into(),
        });
    }

    /// The resolved settings, or the requested ones as long as the demo has not resolved them.
    pub fn resolved_params(&self) -> Params {
        self.resolved.get().unwrap_or(&self.params).clone()
    }

    /// Records an event.
    pub fn emit(&self, what: EventKind) {
        self.recorder.emit(what);
    }

    /// Records a caveat or an explanation for the report's reader.
    pub fn add_note(&self, text: impl Into<String>) {
        self.emit(EventKind::Noted { text: text.into() });
    }

    /// Records when a worker was on which core and waited for what, given by the clock of the machine.
    pub fn record_spans(&self, worker: WorkerId, spans: WorkSpans) {
        if spans.is_empty() {
            return;
        }
        let (now_ns, at_ns) = (clock::now_ns(), self.recorder.elapsed_ns());
        let spans = spans.convert_times(|ns| at_ns.saturating_sub(now_ns.saturating_sub(ns)));
        self.emit(EventKind::WorkSpans {
            worker,
            spans: spans.into(),
        });
    }

    /// Records when a worker waited for what, given by the clock of the machine.
    pub fn record_waits(&self, worker: WorkerId, waits: Vec<WaitSpan>) {
        let cores = Vec::new();
        self.record_spans(worker, WorkSpans { cores, waits });
    }

    /// Records the progress of a long demo.
    pub fn report_progress(&self, done: u32, of: u32, doing: impl Into<String>) {
        self.emit(EventKind::Progress {
            done,
            of,
            doing: doing.into(),
        });
    }

    /// Records a figure: `context.observe("lost", [("lock", "no")], Value::Count(3))`.
    pub fn observe<'a>(
        &self,
        name: &str,
        labels: impl IntoIterator<Item = (&'a str, &'a str)>,
        value: impl Into<Value>,
    ) {
        self.emit(EventKind::Observed {
            name: name.to_owned(),
            labels: labels.into_iter().collect(),
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
