//! Work under the lock.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::Attached;
use crate::workload::{EvalBreaker, Stopped};

/// Lets a workload run under the lock: its loops' check points become the lock's, and it lets go around calls
/// that block. It stops like [`StopFlag`](crate::workload::StopFlag), too.
#[derive(Debug)]
pub struct GilBreaker<'a> {
    running: Attached<'a>,
    stop: &'a AtomicBool,
}

impl<'a> GilBreaker<'a> {
    /// For a thread that holds the lock; it is let go when this is dropped.
    pub fn new(running: Attached<'a>, stop: &'a AtomicBool) -> Self {
        Self { running, stop }
    }

    /// What there is to do at a check point, once in a long while.
    #[cold]
    fn handle(&mut self) -> Result<(), Stopped> {
        if self.stop.load(Relaxed) {
            return Err(Stopped);
        }
        self.running.give_way();
        Ok(())
    }
}

impl EvalBreaker for GilBreaker<'_> {
    #[inline]
    fn check(&mut self) -> Result<(), Stopped> {
        // One branch for both: what a loop pays for each round.
        if self.running.asked() | self.stop.load(Relaxed) {
            return self.handle();
        }
        Ok(())
    }

    fn blocking<R>(&mut self, call: impl FnOnce() -> R) -> R {
        self.running.allow_threads(call)
    }
}
