//! Threads that compute until a flag ends them, with a GIL or without.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread::{self, Scope, ScopedJoinHandle},
};

use super::LabError;
use crate::{
    gil::{self, Gil, GilBreaker},
    workload,
};

/// Ends the computing threads however the measurement ends; otherwise their scope would wait forever.
pub(super) struct StopOnDrop<'a>(pub(super) &'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// Starts thread `number` of a scope.
///
/// # Errors
/// If the system refuses it.
pub(super) fn spawn_computing<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    number: u32,
    body: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, LabError> {
    let handle = thread::Builder::new().spawn_scoped(scope, body);
    handle.map_err(LabError::from_system(format!(
        "starting computing thread {number}"
    )))
}

/// Computes until `done` is set.
pub(super) fn compute_until(gil: Option<&Gil>, done: &AtomicBool) {
    match gil {
        Some(lock) => gil::spin_under(GilBreaker::new(lock.new_thread().attach(), done)),
        None => workload::spin_freely(done),
    }
}
