//! Appending events while a run goes on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Instant, SystemTime},
};

use parking_lot::Mutex;

use super::{Event, EventKind, Interpreter, Params, WorkerId};

/// Receives events as they happen, for the live display.
pub type EventObserver = Box<dyn FnMut(&Event) + Send>;

/// Where a run's events go. Clones share one list; [`Recorder::nested`] begins a run inside the run.
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<RecorderState>,
    run: u32,
}

struct RecorderState {
    began: Instant,
    /// The same moment by the clock on the wall.
    began_at: SystemTime,
    log: Mutex<EventLog>,
    runs: AtomicU32,
    workers: AtomicU32,
}

struct EventLog {
    events: Vec<Event>,
    observer: Option<EventObserver>,
}

impl Recorder {
    /// An empty list; `observer` is called with each event, in order.
    pub fn new(observer: Option<EventObserver>) -> Self {
        Self {
            shared: Arc::new(RecorderState {
                began: Instant::now(),
                began_at: SystemTime::now(),
                log: Mutex::new(EventLog {
                    events: Vec::new(),
                    observer,
                }),
                runs: AtomicU32::new(1),
                workers: AtomicU32::new(0),
            }),
            run: 0,
        }
    }

    /// A run inside this one, for a demo that is made of others. Its events carry its own number.
    #[must_use]
    pub fn begin_nested(&self, demo: &str, params: &Params) -> Self {
        self.begin_nested_under(None, demo, params)
    }

    /// The part of a demo that a Python runs, as a run inside this one.
    #[must_use]
    pub fn begin_nested_under(
        &self,
        interpreter: Option<Interpreter>,
        demo: &str,
        params: &Params,
    ) -> Self {
        let run = self.shared.runs.fetch_add(1, Ordering::Relaxed);
        let nested = Self {
            shared: Arc::clone(&self.shared),
            run,
        };
        nested.emit(EventKind::RunStarted {
            demo: demo.to_owned(),
            params: params.clone().into(),
            interpreter: interpreter.map(Box::new),
        });
        nested
    }

    /// When it began, in seconds since 1970; nothing where the clock is set to a time before.
    pub(super) fn began_s(&self) -> Option<u64> {
        let since = self.shared.began_at.duration_since(SystemTime::UNIX_EPOCH);
        since.ok().map(|since| since.as_secs())
    }

    /// The number of the run whose events it records.
    pub fn run_number(&self) -> u32 {
        self.run
    }

    /// A number for a new worker.
    pub fn next_worker(&self) -> WorkerId {
        WorkerId(self.shared.workers.fetch_add(1, Ordering::Relaxed))
    }

    /// The time since the recording began, in nanoseconds.
    pub fn elapsed_ns(&self) -> u64 {
        self.shared.began.elapsed().as_nanos() as u64
    }

    /// Appends an event, stamped with the time since the recording began.
    pub fn emit(&self, what: EventKind) {
        let mut log = self.shared.log.lock();
        // Stamped under the lock: the list is in the order of its times.
        let at_ns = self.elapsed_ns();
        let event = Event {
            at_ns,
            run: self.run,
            what,
        };
        if let Some(observer) = &mut log.observer {
            observer(&event);
        }
        log.events.push(event);
    }

    /// The events so far.
    pub fn events(&self) -> Vec<Event> {
        self.shared.log.lock().events.clone()
    }

    /// The events so far, which the recorder forgets.
    pub fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.shared.log.lock().events)
    }
}
