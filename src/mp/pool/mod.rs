//! A pool of worker processes, as Python's `Pool`, but one that does not hang when a worker dies.
//!
//! The pool gives each task to a worker itself, so it knows which worker had which task: a worker's death fails the
//! one task that it was running, and the others run elsewhere. Each worker has a result channel of its own, so that a
//! death in the middle of a message harms no other worker. See [`engine`], and [`driver`] for the thread that runs it.

mod async_result;
mod batch;
mod builder;
mod calls;
mod control_page;
mod driver;
mod engine;
mod history;
mod imap;
mod queued_batch;
mod run_tasks;
mod serve;
mod settings;
mod spin_waiter;
mod wire;
mod worker;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

pub use self::{
    async_result::AsyncResult,
    builder::PoolBuilder,
    history::{PoolWorkerReport, TaskRecord},
    imap::ImapIterator,
};
pub(crate) use self::{
    control_page::ControlPage,
    history::PoolHistory,
    run_tasks::{ChunkRun, WorkerChannel, run_tasks},
    serve::serve_pool,
    wire::{FromWorker, ToWorker},
};

use self::{batch::PoolEndReason, driver::PoolDriver, engine::PoolEngine, settings::PoolSettings};
use super::{Context, Error};

/// How long either side waits awake for a message that usually comes at once.
const SPIN: Duration = Duration::from_micros(50);

const OPEN: u8 = 0;
const CLOSED: u8 = 1;
const TERMINATED: u8 = 2;

/// Worker processes that run tasks.
///
/// ```no_run
/// # use forklore_mp::{Context, StartMethod};
/// # fn square(number: u64) -> u64 { number * number }
/// let mp = Context::new(StartMethod::Spawn);
/// let squares = mp.pool(4)?.map(square, 1..=5)?;
/// assert_eq!(squares, [1, 4, 9, 16, 25]);
/// # Ok::<(), forklore_mp::Error>(())
/// ```
///
/// A task that fails or panics, or whose worker dies, is an error of that task; the other tasks are run all the
/// same. If a worker dies, tasks that it had finished within the last millisecond may be run again.
///
/// Dropping a pool ends its workers at once, as [`terminate`](Self::terminate).
pub struct Pool {
    context: Context,
    driver: Arc<PoolDriver>,
    history: PoolHistory,
    processes: usize,
    state: AtomicU8,
}

impl Pool {
    pub(crate) fn start(context: Context, settings: PoolSettings) -> Result<Self, Error> {
        let history = PoolHistory::default();
        let processes = settings.processes;
        let driver = PoolDriver::start(|woken| {
            PoolEngine::start(context.clone(), settings, woken, history.clone())
        })?;
        Ok(Self {
            context,
            driver,
            history,
            processes,
            state: AtomicU8::new(OPEN),
        })
    }

    /// Takes no more work. The workers end once what was submitted is done.
    pub fn close(&self) {
        let closed = self
            .state
            .compare_exchange(OPEN, CLOSED, Ordering::SeqCst, Ordering::SeqCst);
        if closed.is_ok() {
            self.driver.close_pool();
        }
    }

    /// Waits until all submitted work is done and all workers have ended.
    ///
    /// # Errors
    ///
    /// [`Error::PoolOpen`] unless it was closed or terminated.
    pub fn join(&self) -> Result<(), Error> {
        if self.state.load(Ordering::SeqCst) == OPEN {
            return Err(Error::PoolOpen);
        }
        self.driver
            .run_until(&|engine| engine.is_some_and(PoolEngine::is_over));
        Ok(())
    }

    /// Ends the workers at once. Unfinished work is lost, and calls that wait for it return an error.
    pub fn terminate(&self) {
        self.state.store(TERMINATED, Ordering::SeqCst);
        self.driver.end_pool(PoolEndReason::Terminated);
        self.driver
            .run_until(&|engine| engine.is_some_and(|engine| engine.end_reason().is_some()));
    }

    pub(crate) fn processes(&self) -> usize {
        self.processes
    }

    /// The PIDs of the workers that have not ended.
    pub fn worker_pids(&self) -> Vec<u32> {
        let alive = self
            .history
            .workers()
            .into_iter()
            .filter(|worker| worker.exit.is_none());
        alive.map(|worker| worker.pid).collect()
    }

    /// All workers that it ever had, in the order in which they started.
    pub fn workers(&self) -> Vec<PoolWorkerReport> {
        self.history.workers()
    }

    /// What was noted of tasks since the last call, in the order in which their results came; see
    /// [`PoolBuilder::task_log`].
    pub fn take_task_log(&self) -> Vec<TaskRecord> {
        self.history.take_tasks()
    }

    pub(crate) fn driver(&self) -> &PoolDriver {
        &self.driver
    }

    fn check_open(&self) -> Result<(), Error> {
        if self.context.is_stopped() {
            return Err(Error::Stopped);
        }
        match self.state.load(Ordering::SeqCst) {
            OPEN => Ok(()),
            CLOSED => Err(Error::PoolClosed { state: "closed" }),
            _ => Err(Error::PoolClosed {
                state: "terminated",
            }),
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.driver.shut_down();
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pool")
            .field("processes", &self.processes)
            .field("workers", &self.worker_pids())
            .finish_non_exhaustive()
    }
}

impl Context {
    /// A pool of that many workers.
    ///
    /// # Errors
    ///
    /// As [`PoolBuilder::build`].
    pub fn pool(&self, processes: usize) -> Result<Pool, Error> {
        self.pool_builder().processes(processes).build()
    }

    /// A pool with more settings.
    pub fn pool_builder(&self) -> PoolBuilder {
        PoolBuilder::new(self)
    }
}

/// CPython's formula: about four chunks a worker.
///
/// ```
/// assert_eq!(forklore_mp::default_chunksize(17, 4), 2);
/// ```
pub fn default_chunksize(tasks: usize, workers: usize) -> usize {
    tasks.div_ceil(4 * workers.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_as_in_cpython() {
        let chunks = [10, 16, 17, 100, 1000, 10_000].map(|tasks| default_chunksize(tasks, 4));
        assert_eq!(chunks, [1, 1, 2, 7, 63, 625]);
    }
}
