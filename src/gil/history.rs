//! Which thread held the lock, waited for it and requested it, from each thread's own log.

use std::time::{Duration, Instant};

use super::ThreadId;

/// An event in a thread's log. Times are relative to the lock's creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GilEventKind {
    /// The thread waited for the lock and got it.
    Waited {
        /// When the wait began.
        from: Duration,
        /// When the wait ended.
        until: Duration,
    },
    /// The thread requested the lock.
    Asked {
        /// The time of the request.
        at: Duration,
        /// The thread that held the lock.
        holder: ThreadId,
    },
    /// The thread held the lock.
    Held {
        /// When it took the lock.
        from: Duration,
        /// When it released the lock.
        until: Duration,
        /// Whether it released the lock because of a request (a forced switch).
        forced: bool,
    },
}

impl GilEventKind {
    /// The time when it began.
    pub fn start_time(self) -> Duration {
        match self {
            Self::Waited { from, .. } | Self::Held { from, .. } => from,
            Self::Asked { at, .. } => at,
        }
    }
}

/// One entry of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GilEvent {
    /// The thread.
    pub thread: ThreadId,
    /// The event.
    pub moment: GilEventKind,
}

/// The logs of all threads, sorted by time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GilHistory {
    /// The events.
    pub entries: Vec<GilEvent>,
    /// How many events did not fit. They are missing at the end of each thread's log.
    pub missed: u64,
}

impl GilHistory {
    pub(super) fn from_logs(logs: Vec<ThreadLog>) -> Self {
        let missed = logs.iter().map(|log| log.missed).sum();
        let mut entries: Vec<GilEvent> = logs
            .into_iter()
            .flat_map(|log| {
                let thread = log.thread;
                log.moments
                    .into_iter()
                    .map(move |moment| GilEvent { thread, moment })
            })
            .collect();
        entries.sort_by_key(|entry| entry.moment.start_time());
        Self { entries, missed }
    }
}

/// One thread's log. It writes only to the thread's own memory, so logging hardly affects the other threads.
#[derive(Debug)]
pub(super) struct ThreadLog {
    thread: ThreadId,
    began: Instant,
    moments: Vec<GilEventKind>,
    missed: u64,
    holds_since: Option<Duration>,
}

impl ThreadLog {
    /// An empty log. All of its memory is allocated now: growing it while a thread holds the lock would delay
    /// the others.
    pub(super) fn new(thread: ThreadId, began: Instant, capacity: usize) -> Self {
        Self {
            thread,
            began,
            moments: Vec::with_capacity(capacity),
            missed: 0,
            holds_since: None,
        }
    }

    pub(super) fn waits(&self) -> (Vec<[Instant; 2]>, u64) {
        let waits = self.moments.iter().filter_map(|moment| match moment {
            GilEventKind::Waited { from, until } => {
                Some([*from, *until].map(|since| self.began + since))
            }
            _ => None,
        });
        (waits.collect(), self.missed)
    }

    fn since_began(&self, at: Instant) -> Duration {
        at.duration_since(self.began)
    }

    fn push_event(&mut self, moment: GilEventKind) {
        if self.moments.len() == self.moments.capacity() {
            self.missed += 1;
            return;
        }
        self.moments.push(moment);
    }

    pub(super) fn log_request(&mut self, holder: ThreadId, at: Instant) {
        let at = self.since_began(at);
        self.push_event(GilEventKind::Asked { at, holder });
    }

    pub(super) fn log_acquire(&mut self, waited_since: Option<Instant>, now: Instant) {
        let until = self.since_began(now);
        if let Some(since) = waited_since {
            let from = self.since_began(since);
            self.push_event(GilEventKind::Waited { from, until });
        }
        self.holds_since = Some(until);
    }

    pub(super) fn log_release(&mut self, until: Instant, forced: bool) {
        let until = self.since_began(until);
        if let Some(from) = self.holds_since.take() {
            self.push_event(GilEventKind::Held {
                from,
                until,
                forced,
            });
        }
    }
}
