//! What workers answer.

use std::time::Instant;

use super::{
    super::wire::{FromWorker, TaskTimes},
    PoolEngine, Range, TaskErrorCause, WireFailure, catch_panic,
};
use crate::message::Message;

/// Tasks that a worker has answered.
struct AnsweredTasks {
    batch: u64,
    tasks: Range<usize>,
    /// The first task of the chunk that they were sent in.
    chunk: usize,
    /// They were called back, and so sent to another worker too: that answer is the one that counts.
    is_void: bool,
}

impl PoolEngine {
    /// Hears every worker that has something to say. `false` if none had.
    pub(super) fn receive_replies(&mut self) -> bool {
        let mut heard_any = false;
        for slot in 0..self.workers.len() {
            while self.workers[slot].has_replied() && !self.workers[slot].is_dead {
                heard_any = true;
                // A control page that announces what is not there was overwritten.
                if !self.receive_reply(slot) {
                    self.kill_untrusted_worker(slot);
                    self.handle_worker_death(slot);
                }
            }
        }
        heard_any
    }

    /// Takes the worker's next reply. `false` if there is none.
    pub(super) fn receive_reply(&mut self, slot: usize) -> bool {
        let Some(reply) = self.workers[slot].try_receive_reply() else {
            return false;
        };
        self.handle_reply(slot, reply);
        true
    }

    fn handle_reply(&mut self, slot: usize, reply: FromWorker) {
        match reply {
            FromWorker::Done {
                chunk,
                count,
                results,
                log,
            } => {
                self.handle_results(slot, chunk, count as usize, results, &log);
            }
            FromWorker::Failed {
                chunk,
                failure,
                log,
            } => {
                self.handle_failure(slot, chunk, failure.into(), &log);
            }
            FromWorker::Refused { chunk, failure } => self.handle_refusal(slot, chunk, failure),
            FromWorker::CalledBack { chunk } => self.handle_reclaimed(slot, chunk),
            FromWorker::Initialized => self.workers[slot].is_initialized = true,
            FromWorker::NotInitialized(failure) => {
                self.fail_initialization(slot, TaskErrorCause::from(failure).to_string());
            }
        }
    }

    /// Takes the next `count` tasks off the worker's first chunk.
    fn take_answered(&mut self, slot: usize, chunk: u64, count: usize) -> Option<AnsweredTasks> {
        let worker = &mut self.workers[slot];
        let first = worker.in_flight.front_mut()?;
        if first.number != chunk || first.tasks.len() < count {
            return None;
        }
        let begin = first.tasks.start;
        first.tasks.start += count;
        let (batch, is_whole, chunk) = (first.batch, first.tasks.is_empty(), first.first);
        let is_void = first.is_called_back;
        let now = Instant::now();
        let since = worker.last_sign.max(first.sent);
        worker.last_sign = now;
        worker.tasks_done += count;
        if is_whole {
            worker.in_flight.pop_front();
            if let Some(queued) = self.batches.get_mut(&batch) {
                queued.record_pace(now.saturating_duration_since(since));
            }
        }
        Some(AnsweredTasks {
            batch,
            tasks: begin..begin + count,
            chunk,
            is_void,
        })
    }

    /// A worker that answers what it was not asked cannot be trusted any more.
    fn kill_untrusted_worker(&mut self, slot: usize) {
        self.workers[slot]
            .child
            .send_signal(crate::platform::ChildSignal::Kill);
    }

    fn handle_results(
        &mut self,
        slot: usize,
        chunk: u64,
        count: usize,
        results: Message,
        log: &[TaskTimes],
    ) {
        let Some(answered) = self.take_answered(slot, chunk, count) else {
            return self.kill_untrusted_worker(slot);
        };
        self.restart_limiter.reset_unexplained();
        if answered.is_void {
            return;
        }
        self.record_tasks(slot, &answered, log);
        let AnsweredTasks {
            batch: id, tasks, ..
        } = answered;
        let Some(queued) = self.batches.get_mut(&id) else {
            return;
        };
        match catch_panic(|| queued.batch.store_results(tasks.start, count, results)) {
            Ok(()) => self.settle_tasks(id, count),
            Err(reason) => {
                for task in tasks {
                    self.fail_task(
                        id,
                        task,
                        Some(slot),
                        TaskErrorCause::ResultUnreadable(reason.clone()),
                    );
                }
            }
        }
    }

    fn handle_failure(
        &mut self,
        slot: usize,
        chunk: u64,
        cause: TaskErrorCause,
        log: &[TaskTimes],
    ) {
        let Some(answered) = self.take_answered(slot, chunk, 1) else {
            return self.kill_untrusted_worker(slot);
        };
        self.restart_limiter.reset_unexplained();
        if answered.is_void {
            return;
        }
        self.record_tasks(slot, &answered, log);
        self.fail_task(answered.batch, answered.tasks.start, Some(slot), cause);
    }

    /// The worker could not even begin with the chunk.
    fn handle_refusal(&mut self, slot: usize, chunk: u64, failure: WireFailure) {
        let count = self.workers[slot]
            .in_flight
            .front()
            .map_or(0, |first| first.tasks.len());
        let Some(AnsweredTasks {
            batch: id,
            tasks,
            is_void,
            ..
        }) = self.take_answered(slot, chunk, count)
        else {
            return self.kill_untrusted_worker(slot);
        };
        if is_void {
            return;
        }
        if count > 1 && !matches!(failure, WireFailure::UnknownTarget) {
            return self.requeue_one_by_one(id, tasks);
        }
        for task in tasks {
            self.fail_task(id, task, Some(slot), failure.clone().into());
        }
    }

    fn handle_reclaimed(&mut self, slot: usize, chunk: u64) {
        let worker = &mut self.workers[slot];
        let Some(first) = worker.in_flight.pop_front_if(|first| first.number == chunk) else {
            return self.kill_untrusted_worker(slot);
        };
        worker.last_sign = Instant::now();
        if !first.is_called_back {
            worker.tasks_sent -= first.tasks.len();
            self.requeue_tasks(first.batch, first.tasks);
        }
    }

    fn record_tasks(&mut self, slot: usize, answered: &AnsweredTasks, log: &[TaskTimes]) {
        if log.is_empty() {
            return;
        }
        if let Some(queued) = self.batches.get(&answered.batch) {
            let base = queued.batch.base_index();
            let worker = self.workers[slot].name();
            self.history.record_tasks(
                &worker,
                queued.batch.target(),
                base + answered.chunk,
                answered.tasks.clone().map(|task| base + task),
                log,
            );
        }
    }
}
