//! What a session keeps of its learner, and the clock that it goes by.

use std::time::{SystemTime, UNIX_EPOCH};

use super::screen::Screen;
use crate::tutor::progress::{LearnerProgress, ProgressEntry, ProgressEvent, ProgressStore};

/// A learner's progress as a session reads and writes it.
pub struct ProgressRecorder {
    store: ProgressStore,
    clock: Box<dyn Fn() -> u64>,
    /// Whether what happens is kept: only where somebody is there to learn.
    pub keeps: bool,
}

impl ProgressRecorder {
    /// Reads and writes this store, by this machine's clock.
    pub fn new(store: ProgressStore, keeps: bool) -> Self {
        let clock = || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |since| since.as_secs())
        };
        Self {
            store,
            clock: Box::new(clock),
            keeps,
        }
    }

    /// The same by another clock: seconds since 1970.
    #[cfg(test)]
    pub fn with_clock(self, clock: impl Fn() -> u64 + 'static) -> Self {
        Self {
            clock: Box::new(clock),
            ..self
        }
    }

    /// What time it is: seconds since 1970.
    pub fn now(&self) -> u64 {
        (self.clock)()
    }

    /// What is known by now, other sessions included.
    pub fn read_progress(&mut self, screen: &mut Screen) -> LearnerProgress {
        let progress = self.store.read_progress(self.now());
        self.show_warning(screen);
        progress
    }

    /// Keeps what happened in the lesson of that slug, if this session keeps anything.
    pub fn record_event(&mut self, lesson: &str, what: ProgressEvent, screen: &mut Screen) {
        if self.keeps {
            self.append_event(lesson, what, screen);
        }
    }

    /// Keeps it in any case; `false` if nothing can be kept.
    pub fn append_event(&mut self, lesson: &str, what: ProgressEvent, screen: &mut Screen) -> bool {
        let lesson = lesson.to_owned();
        let at = self.now();
        self.store.append_entry(ProgressEntry { at, lesson, what });
        self.show_warning(screen);
        self.store.is_on()
    }

    fn show_warning(&mut self, screen: &mut Screen) {
        if let Some(warning) = self.store.take_warning() {
            screen.write_warning(&warning);
        }
    }
}
