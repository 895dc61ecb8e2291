//! Who held the lock, who waited for it, who asked: told afterwards, from each thread's own log.

use std::time::{Duration, Instant};

use super::ThreadId;

/// Something that a thread did. Times count from the lock's making.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GilEventKind {
    /// It waited for the lock, and got it.
    Waited {
        /// From when.
        from: Duration,
        /// Until when.
        until: Duration,
    },
    /// It asked the holder to let go.
    Asked {
        /// When.
        at: Duration,
        /// Who held the lock.
        holder: ThreadId,
    },
    /// It held the lock.
    Held {
        /// From when.
        from: Duration,
        /// Until when.
        until: Duration,
        /// Whether it let go because somebody asked (a forced switch), or by itself.
        forced: bool,
    },
}

impl GilEventKind {
    /// When it began.
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
    /// Who.
    pub thread: ThreadId,
    /// What it did.
    pub moment: GilEventKind,
}

/// What all threads did, in the order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GilHistory {
    /// What they did.
    pub entries: Vec<GilEvent>,
    /// How many entries found no room any more: those of each thread's end.
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

/// One thread's log. It writes to nobody else's memory, so keeping it moves the others' times as little as can be.
#[derive(Debug)]
pub(super) struct ThreadLog {
    thread: ThreadId,
    began: Instant,
    moments: Vec<GilEventKind>,
    missed: u64,
    holds_since: Option<Duration>,
}

impl ThreadLog {
    /// An empty log. Its room is made now: a log that grows while somebody holds the lock would be in the way.
    pub(super) fn new(thread: ThreadId, began: Instant, capacity: usize) -> Self {
        Self {
            thread,
            began,
            moments: Vec::with_capacity(capacity),
            missed: 0,
            holds_since: None,
        }
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
