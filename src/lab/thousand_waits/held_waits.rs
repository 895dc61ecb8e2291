//! Threads that all wait at the same moment, so that their memory can be read.

use std::{collections::HashSet, thread};

use parking_lot::{Condvar, Mutex};

use crate::measure;

/// What was seen when all of them waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldReading {
    /// How many waited.
    pub waiting: usize,
    /// How many threads did.
    pub threads: usize,
    /// How much private memory the process had gained; `None` where the system does not tell.
    pub gained: Option<u64>,
}

/// Holds threads until a number of them has arrived. The last one reads the memory of the process, and lets all go.
pub struct HeldWaits {
    expected: usize,
    before: Option<u64>,
    state: Mutex<HeldState>,
    changed: Condvar,
}

#[derive(Default)]
struct HeldState {
    arrived: usize,
    threads: HashSet<thread::ThreadId>,
    reading: Option<HeldReading>,
    is_open: bool,
}

impl HeldWaits {
    /// Expects this many waits at the same time.
    pub fn new(expected: usize) -> Self {
        let state = HeldState {
            threads: HashSet::with_capacity(expected),
            ..HeldState::default()
        };
        Self {
            expected,
            before: measure::own_memory().private,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// Waits until the expected number has arrived, or has been given up.
    pub fn wait(&self) {
        let mut state = self.state.lock();
        if state.is_open {
            return;
        }
        state.arrived += 1;
        state.threads.insert(thread::current().id());
        if state.arrived == self.expected {
            let reading = self.read_memory(state.arrived, state.threads.len());
            state.reading = Some(reading);
            state.is_open = true;
            self.changed.notify_all();
        }
        self.changed.wait_while(&mut state, |state| !state.is_open);
    }

    /// Lets all go, though some have not arrived.
    pub fn give_up(&self) {
        self.state.lock().is_open = true;
        self.changed.notify_all();
    }

    /// The reading, if all arrived.
    pub fn into_reading(self) -> Option<HeldReading> {
        self.state.into_inner().reading
    }

    /// The memory gained since the start, with this many waits.
    fn read_memory(&self, waiting: usize, threads: usize) -> HeldReading {
        let after = measure::own_memory().private;
        HeldReading {
            waiting,
            threads,
            gained: after
                .zip(self.before)
                .map(|(after, before)| after.saturating_sub(before)),
        }
    }
}
