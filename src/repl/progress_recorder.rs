//! Stores the learner's progress in a session, with the session's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use super::screen::Screen;
use crate::tutor::progress::{LearnerProgress, ProgressEntry, ProgressEvent, ProgressStore};

/// A learner's progress as a session reads and writes it.
pub struct ProgressRecorder {
    store: ProgressStore,
    clock: Box<dyn Fn() -> u64>,
    /// Whether events are stored: only in an interactive session.
    pub keeps: bool,
    /// The seed of the learner's own order of choices; `None` where no progress is stored.
    pub choice_seed: Option<u64>,
}

impl ProgressRecorder {
    /// Uses this store and this machine's clock.
    pub fn new(store: ProgressStore, keeps: bool) -> Self {
        let clock = || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |since| since.as_secs())
        };
        Self {
            choice_seed: store.choice_seed().filter(|_| keeps),
            store,
            clock: Box::new(clock),
            keeps,
        }
    }

    /// Uses another clock: seconds since 1970.
    #[cfg(test)]
    pub fn with_clock(self, clock: impl Fn() -> u64 + 'static) -> Self {
        Self {
            clock: Box::new(clock),
            ..self
        }
    }

    /// The current time: seconds since 1970.
    pub fn now(&self) -> u64 {
        (self.clock)()
    }

    /// The stored progress, other sessions included.
    pub fn read_progress(&mut self, screen: &mut Screen) -> LearnerProgress {
        let progress = self.store.read_progress(self.now());
        self.show_warning(screen);
        progress
    }

    /// Stores an event of the lesson with that slug, if this session stores any.
    pub fn record_event(&mut self, lesson: &str, what: ProgressEvent, screen: &mut Screen) {
        if self.keeps {
            self.append_event(lesson, what, screen);
        }
    }

    /// Stores an event in any case; `false` if nothing can be stored.
    pub fn append_event(&mut self, lesson: &str, what: ProgressEvent, screen: &mut Screen) -> bool {
        let lesson = lesson.to_owned();
        let at = self.now();
        self.store.append_entry(ProgressEntry { at, lesson, what });
        self.show_warning(screen);
        self.store.is_on()
    }

    /// Stores what still waits, at the end of a session.
    pub fn finish(&mut self, screen: &mut Screen) {
        self.store.write_last();
        self.show_warning(screen);
    }

    fn show_warning(&mut self, screen: &mut Screen) {
        if let Some(warning) = self.store.take_warning() {
            screen.write_warning(&warning);
        }
    }
}
