//! The tasks of one call, and what becomes of them.

use std::{
    any::Any,
    collections::BTreeMap,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Error,
    message::{Message, PackError, UnpackError},
    task_error::{TaskError, TaskErrorCause},
};

/// Why a pool ended with work undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PoolEndReason {
    /// `terminate`, or the pool was dropped.
    Terminated,
    /// The context was stopped.
    Stopped,
    /// It could not go on.
    Broken(String),
}

impl PoolEndReason {
    pub(crate) fn to_error(&self) -> Error {
        match self {
            Self::Terminated => Error::PoolClosed {
                state: "terminated",
            },
            Self::Stopped => Error::Stopped,
            Self::Broken(reason) => Error::PoolBroken {
                reason: reason.clone(),
            },
        }
    }
}

/// The tasks of one call, as the engine sees them.
pub(crate) trait Batch: Send {
    fn target(&self) -> &'static str;
    /// The place of its first task among the tasks of the whole call.
    fn base_index(&self) -> usize;
    fn len(&self) -> usize;
    /// Packs the arguments of some tasks.
    fn pack_arguments(&self, tasks: Range<usize>) -> Result<Message, PackError>;
    /// The results of `count` tasks from `first` on.
    fn store_results(
        &mut self,
        first: usize,
        count: usize,
        results: Message,
    ) -> Result<(), UnpackError>;
    fn store_failure(&mut self, task: usize, error: TaskError);
    /// All have been answered, or never will be.
    fn finish_batch(self: Box<Self>, ended: Option<&PoolEndReason>);
}

/// Tasks with arguments of type `A` (a value, or a tuple of them) and results of type `R`.
pub(crate) struct TaskBatch<A, R> {
    target: &'static str,
    base: usize,
    arguments: Vec<A>,
    pieces: Vec<(usize, Vec<R>)>,
    failures: BTreeMap<usize, TaskError>,
    slot: Arc<ResultSlot<R>>,
}

impl<A, R> TaskBatch<A, R> {
    pub(crate) fn new(
        target: &'static str,
        base: usize,
        arguments: Vec<A>,
    ) -> (Self, Arc<ResultSlot<R>>) {
        let slot = Arc::new(ResultSlot::new());
        let tasks = Self {
            target,
            base,
            arguments,
            pieces: Vec::new(),
            failures: BTreeMap::new(),
            slot: slot.clone(),
        };
        (tasks, slot)
    }
}

impl<A, R> Batch for TaskBatch<A, R>
where
    A: Serialize + Send,
    R: DeserializeOwned + Send,
{
    fn target(&self) -> &'static str {
        self.target
    }

    fn base_index(&self) -> usize {
        self.base
    }

    fn len(&self) -> usize {
        self.arguments.len()
    }

    fn pack_arguments(&self, tasks: Range<usize>) -> Result<Message, PackError> {
        Message::pack(&self.arguments[tasks])
    }

    fn store_results(
        &mut self,
        first: usize,
        count: usize,
        results: Message,
    ) -> Result<(), UnpackError> {
        let piece: Vec<R> = results.unpack()?;
        if piece.len() != count {
            return Err(UnpackError::TrailingBytes(0));
        }
        self.pieces.push((first, piece));
        Ok(())
    }

    fn store_failure(&mut self, task: usize, error: TaskError) {
        self.failures.insert(task, error);
    }

    fn finish_batch(self: Box<Self>, ended: Option<&PoolEndReason>) {
        self.slot.fill_results(BatchResults {
            target: self.target,
            base: self.base,
            count: self.arguments.len(),
            pieces: self.pieces,
            failures: self.failures,
            ended: ended.cloned(),
        });
    }
}

/// What became of a batch.
pub(crate) struct BatchResults<R> {
    target: &'static str,
    base: usize,
    count: usize,
    pieces: Vec<(usize, Vec<R>)>,
    failures: BTreeMap<usize, TaskError>,
    ended: Option<PoolEndReason>,
}

impl<R> BatchResults<R> {
    /// All results in order, or the error of the first task that failed.
    pub(crate) fn into_vec(mut self) -> Result<Vec<R>, Error> {
        if self.ended == Some(PoolEndReason::Stopped) {
            return Err(Error::Stopped);
        }
        if let Some((_, failure)) = self.failures.pop_first() {
            return Err(failure.into());
        }
        if let Some(ended) = self.ended {
            return Err(ended.to_error());
        }
        self.pieces.sort_unstable_by_key(|(first, _)| *first);
        let mut pieces = self.pieces.into_iter();
        let Some((_, mut all)) = pieces.next() else {
            return Ok(Vec::new());
        };
        all.reserve_exact(self.count - all.len());
        for (_, piece) in pieces {
            all.extend(piece);
        }
        Ok(all)
    }

    /// Each task's result or error, in order.
    pub(crate) fn into_each(self) -> Vec<Result<R, TaskError>> {
        let mut each: Vec<Option<Result<R, TaskError>>> = Vec::new();
        each.resize_with(self.count, || None);
        for (first, piece) in self.pieces {
            for (place, result) in each[first..].iter_mut().zip(piece) {
                *place = Some(Ok(result));
            }
        }
        for (task, failure) in self.failures {
            each[task] = Some(Err(failure));
        }
        let ended = self.ended.unwrap_or(PoolEndReason::Terminated);
        let unsettled = |task| TaskError {
            task: self.base + task,
            target: self.target,
            worker: None,
            cause: TaskErrorCause::NotRun(ended.to_error().to_string()),
        };
        let settled =
            |(task, result): (usize, Option<_>)| result.unwrap_or_else(|| Err(unsettled(task)));
        each.into_iter().enumerate().map(settled).collect()
    }
}

/// Where the results of a batch are left for the caller that waits.
pub(crate) struct ResultSlot<R> {
    is_filled: AtomicBool,
    results: Mutex<Option<BatchResults<R>>>,
    filled: Condvar,
}

impl<R> ResultSlot<R> {
    fn new() -> Self {
        Self {
            is_filled: AtomicBool::new(false),
            results: Mutex::new(None),
            filled: Condvar::new(),
        }
    }

    fn fill_results(&self, results: BatchResults<R>) {
        *self.results.lock() = Some(results);
        self.is_filled.store(true, Ordering::SeqCst);
        self.filled.notify_all();
    }

    pub(crate) fn is_filled(&self) -> bool {
        self.is_filled.load(Ordering::SeqCst)
    }

    /// The results, if they are there and were not taken yet.
    pub(crate) fn take_results(&self) -> Option<BatchResults<R>> {
        self.results.lock().take()
    }

    /// Waits until the results are there. `false` if `limit` was over first.
    pub(crate) fn wait_until_filled(&self, limit: Option<Duration>) -> bool {
        let end = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut results = self.results.lock();
        while !self.is_filled() {
            match end {
                None => self.filled.wait(&mut results),
                Some(end) if end <= Instant::now() => return false,
                Some(end) => {
                    self.filled.wait_until(&mut results, end);
                }
            }
        }
        true
    }
}

/// A slot whose type of results does not matter: the driver asks only whether it is filled.
pub(crate) trait AnySlot: Any + Send + Sync {
    fn is_filled(&self) -> bool;
}

impl<R: Send + 'static> AnySlot for ResultSlot<R> {
    fn is_filled(&self) -> bool {
        ResultSlot::is_filled(self)
    }
}
