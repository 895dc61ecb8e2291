//! The engine of a pool: sends tasks, receives results, handles deaths. See [`driver`](super::driver) for the thread
//! that runs it.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Range,
    time::Duration,
};

use ipc_channel::ipc::{IpcReceiver, IpcReceiverSet};

use super::{
    batch::{Batch, PoolEndReason},
    driver::CommandInbox,
    queued_batch::{QueuedBatch, catch_panic},
    settings::PoolSettings,
    spin_waiter::SpinWaiter,
    wire::ToWorker,
    worker::PoolWorker,
};
use crate::{
    Context, Error,
    bootstrap::SpawnedChild,
    platform::ChildSignal,
    task_error::{TaskError, TaskErrorCause, WireFailure},
};

mod idle;
mod replies;
mod start;
mod worker_deaths;

/// A pool's workers and its unfinished batches.
pub(crate) struct PoolEngine {
    context: Context,
    settings: PoolSettings,
    set: IpcReceiverSet,
    /// Which worker a bell belongs to.
    bells: BTreeMap<u64, usize>,
    workers: Vec<PoolWorker>,
    batches: BTreeMap<u64, QueuedBatch>,
    /// Batches with tasks that were not sent yet.
    unsent: VecDeque<u64>,
    next_batch: u64,
    spin: SpinWaiter,
    is_closing: bool,
    ended: Option<PoolEndReason>,
    failure: Option<Error>,
    restart_limiter: worker_deaths::RestartLimiter,
    history: super::PoolHistory,
}

impl PoolEngine {
    /// Starts all workers: first all programs, then all handshakes.
    pub(crate) fn start(
        context: Context,
        settings: PoolSettings,
        waker: IpcReceiver<()>,
        history: super::PoolHistory,
    ) -> Result<Self, Error> {
        let failed = |error| Error::from_system("cannot wait for several channels", error);
        let mut set = IpcReceiverSet::new().map_err(failed)?;
        set.add(waker).map_err(failed)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut engine = Self {
            restart_limiter: worker_deaths::RestartLimiter::new(settings.processes),
            context,
            settings,
            set,
            bells: BTreeMap::new(),
            workers: Vec::new(),
            batches: BTreeMap::new(),
            unsent: VecDeque::new(),
            next_batch: 0,
            // Where there is one core, spinning only keeps the other side from it.
            spin: SpinWaiter::new(if cores > 1 {
                super::SPIN
            } else {
                Duration::ZERO
            }),
            is_closing: false,
            ended: None,
            failure: None,
            history,
        };
        engine.start_workers().inspect_err(|_| engine.kill_all())?;
        Ok(engine)
    }

    /// Takes a batch in.
    pub(crate) fn submit_batch(&mut self, batch: Box<dyn Batch>, chunksize: usize) {
        if let Some(ended) = &self.ended {
            batch.finish_batch(Some(ended));
            return;
        }
        if batch.len() == 0 {
            batch.finish_batch(None);
            return;
        }
        let id = self.next_batch;
        self.next_batch += 1;
        self.batches.insert(id, QueuedBatch::new(batch, chunksize));
        self.unsent.push_back(id);
    }

    /// Once what was submitted is done, the workers retire.
    pub(crate) fn begin_closing(&mut self) {
        self.is_closing = true;
    }

    /// Whether every worker has ended and nothing is left to do.
    pub(crate) fn is_over(&self) -> bool {
        self.batches.is_empty() && self.workers.iter().all(|worker| worker.is_dead)
    }

    /// Whether every worker has been initialized.
    pub(crate) fn is_ready(&self) -> bool {
        self.ended.is_some() || self.workers.iter().all(|worker| worker.is_initialized)
    }

    pub(crate) fn end_reason(&self) -> Option<&PoolEndReason> {
        self.ended.as_ref()
    }

    /// Why it could not go on, once.
    pub(crate) fn take_failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    /// Works until `until` returns true.
    pub(crate) fn drive_until(&mut self, inbox: &CommandInbox, until: &dyn Fn(&Self) -> bool) {
        loop {
            inbox.apply_commands(self);
            self.dispatch_chunks();
            self.retire_if_done();
            if until(self) {
                return;
            }
            if !self.receive_replies() {
                self.wait_for_events(inbox);
            }
        }
    }

    /// Sends the chunks that workers have room for.
    fn dispatch_chunks(&mut self) {
        while let Some(&id) = self.unsent.front() {
            let Some(queued) = self.batches.get_mut(&id) else {
                self.unsent.pop_front();
                continue;
            };
            let depth = queued.chunks_per_worker();
            let idle = least_busy_worker(&self.workers, depth);
            let Some(slot) = idle else {
                return;
            };
            let worker = &mut self.workers[slot];
            let allowed = self.settings.remaining_tasks(worker.tasks_sent);
            let Some(tasks) = queued.take_chunk(allowed) else {
                self.unsent.pop_front();
                continue;
            };
            self.send_chunk(slot, id, tasks);
        }
    }

    fn send_chunk(&mut self, slot: usize, id: u64, tasks: Range<usize>) {
        let Some(queued) = self.batches.get(&id) else {
            return;
        };
        let target = queued.batch.target();
        let arguments = match catch_panic(|| queued.batch.pack_arguments(tasks.clone())) {
            Ok(arguments) => arguments,
            Err(_) if tasks.len() > 1 => return self.requeue_one_by_one(id, tasks),
            Err(reason) => {
                return self.fail_task(
                    id,
                    tasks.start,
                    None,
                    TaskErrorCause::ArgumentsUnsendable(reason),
                );
            }
        };
        let logged = self.settings.task_log;
        let worker = &mut self.workers[slot];
        if !worker.send_chunk(id, tasks, target, arguments, logged) {
            return self.handle_worker_death(slot);
        }
        if self.settings.remaining_tasks(worker.tasks_sent) == 0 {
            worker.is_retired = true;
            worker.send_message(ToWorker::Retire);
        }
    }

    /// Retires all workers once the pool is closed and nothing is left.
    fn retire_if_done(&mut self) {
        if !self.is_closing || !self.batches.is_empty() {
            return;
        }
        for worker in &mut self.workers {
            if !worker.is_retired && !worker.is_dead {
                worker.is_retired = true;
                worker.send_message(ToWorker::Retire);
            }
        }
    }

    /// Puts tasks back among those to be sent.
    fn requeue_tasks(&mut self, id: u64, tasks: Range<usize>) {
        if let Some(queued) = self.batches.get_mut(&id)
            && !tasks.is_empty()
        {
            queued.put_back(tasks);
            self.unsent.push_front(id);
        }
    }

    /// Puts tasks back, to be sent one by one.
    fn requeue_one_by_one(&mut self, id: u64, tasks: Range<usize>) {
        for task in tasks.rev() {
            if let Some(queued) = self.batches.get_mut(&id) {
                queued.put_back(task..task + 1);
            }
        }
        self.unsent.push_front(id);
    }

    /// One task has failed.
    fn fail_task(&mut self, id: u64, task: usize, slot: Option<usize>, cause: TaskErrorCause) {
        let Some(queued) = self.batches.get_mut(&id) else {
            return;
        };
        let error = TaskError {
            task: queued.batch.base_index() + task,
            target: queued.batch.target(),
            worker: slot.map(|slot| self.workers[slot].name()),
            cause,
        };
        queued.batch.store_failure(task, error);
        self.settle_tasks(id, 1);
    }

    /// So many more tasks of a batch have been answered.
    fn settle_tasks(&mut self, id: u64, count: usize) {
        let Some(queued) = self.batches.get_mut(&id) else {
            return;
        };
        if queued.settle_tasks(count)
            && let Some(queued) = self.batches.remove(&id)
        {
            queued.batch.finish_batch(None);
        }
    }

    /// Ends all workers. Unfinished batches end with the reason.
    pub(crate) fn end_pool(&mut self, why: PoolEndReason) {
        if self.ended.is_none() {
            self.ended = Some(why.clone());
        }
        self.kill_all();
        self.unsent.clear();
        for (_, queued) in std::mem::take(&mut self.batches) {
            queued.batch.finish_batch(Some(&why));
        }
    }

    fn kill_all(&mut self) {
        for worker in self.workers.iter().filter(|worker| !worker.is_dead) {
            worker.child.send_signal(ChildSignal::Kill);
        }
        for worker in self.workers.iter_mut().filter(|worker| !worker.is_dead) {
            worker.is_dead = true;
            let end = worker.child.kill();
            worker.child.wait_for_output();
            self.history.record_end(worker, &end);
        }
    }
}

impl Drop for PoolEngine {
    fn drop(&mut self) {
        self.end_pool(PoolEndReason::Terminated);
    }
}

/// The worker with the fewest chunks, if it has less than `depth`.
fn least_busy_worker(workers: &[PoolWorker], depth: usize) -> Option<usize> {
    let available = workers
        .iter()
        .enumerate()
        .filter(|(_, worker)| worker.is_available());
    available
        .map(|(slot, worker)| (worker.in_flight.len(), slot))
        .min()
        .filter(|(waiting, _)| *waiting < depth)
        .map(|(_, slot)| slot)
}
