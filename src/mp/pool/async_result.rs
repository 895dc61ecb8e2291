//! The result of a call that goes on by itself, as Python's `AsyncResult`.

use std::{sync::Arc, time::Duration};

use super::{
    batch::{BatchResults, ResultSlot},
    driver::PoolDriver,
};
use crate::Error;

/// What `map_async` (a `Vec`) or `apply_async` (one value) will have brought.
pub struct AsyncResult<T> {
    inner: Box<dyn PendingResult<T> + Send + Sync>,
}

trait PendingResult<T> {
    fn take_result(&self) -> Option<Result<T, Error>>;
    fn is_filled(&self) -> bool;
    fn wait_until_filled(&self, limit: Option<Duration>) -> bool;
}

/// A slot, how to read it, and the pool that must go on for it to be filled.
struct SlotResult<R, T> {
    slot: Arc<ResultSlot<R>>,
    read: fn(BatchResults<R>) -> Result<T, Error>,
    _driver: Arc<PoolDriver>,
}

impl<R: Send, T> PendingResult<T> for SlotResult<R, T> {
    fn take_result(&self) -> Option<Result<T, Error>> {
        self.slot.take_results().map(self.read)
    }

    fn is_filled(&self) -> bool {
        self.slot.is_filled()
    }

    fn wait_until_filled(&self, limit: Option<Duration>) -> bool {
        self.slot.wait_until_filled(limit)
    }
}

impl<T: 'static> AsyncResult<T> {
    pub(crate) fn new<R: Send + 'static>(
        slot: Arc<ResultSlot<R>>,
        read: fn(BatchResults<R>) -> Result<T, Error>,
        driver: Arc<PoolDriver>,
    ) -> Self {
        Self {
            inner: Box::new(SlotResult {
                slot,
                read,
                _driver: driver,
            }),
        }
    }

    /// Waits for the result and takes it.
    ///
    /// # Errors
    ///
    /// As the call that does not return at once: the first task that failed, or why the pool ended.
    pub fn get(self) -> Result<T, Error> {
        self.inner.wait_until_filled(None);
        self.inner
            .take_result()
            .unwrap_or_else(|| Err(Error::Setting("the result was taken already".into())))
    }

    /// Waits for the result at most so long and takes it. It can be taken once.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`]; otherwise as [`get`](Self::get).
    pub fn get_timeout(&self, limit: Duration) -> Result<T, Error> {
        if !self.inner.wait_until_filled(Some(limit)) {
            return Err(Error::TimedOut { waited: limit });
        }
        self.inner
            .take_result()
            .unwrap_or_else(|| Err(Error::Setting("the result was taken already".into())))
    }

    /// Waits until the result is there, at most so long. Whether it is.
    pub fn wait(&self, limit: Duration) -> bool {
        self.inner.wait_until_filled(Some(limit))
    }

    /// Whether the result is there.
    pub fn ready(&self) -> bool {
        self.inner.is_filled()
    }
}

impl<T> std::fmt::Debug for AsyncResult<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AsyncResult")
            .field("ready", &self.inner.is_filled())
            .finish()
    }
}
