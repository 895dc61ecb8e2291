//! What happens when a worker dies: its task fails, the others go on, it is replaced, up to a limit.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{
    super::{batch::PoolEndReason, control_page::ChunkPhase, worker::InFlightChunk},
    Error, PoolEngine, Range, TaskErrorCause,
};
use crate::ProcessExit;

/// How long a worker that has closed its channels may take to end.
const EXIT_LIMIT: Duration = Duration::from_secs(2);

/// Counts deaths, so that a pool whose workers keep dying gives up.
pub(super) struct RestartLimiter {
    /// Deaths that a task is to blame for: at most so many in such a time.
    limit: (usize, Duration),
    recent: VecDeque<Instant>,
    /// Deaths without a task to blame, since a task was last answered.
    unexplained: usize,
    most_unexplained: usize,
}

impl RestartLimiter {
    pub(super) fn new(processes: usize) -> Self {
        Self {
            limit: (100.max(10 * processes), Duration::from_secs(10)),
            recent: VecDeque::new(),
            unexplained: 0,
            most_unexplained: 3 + 2 * processes,
        }
    }

    pub(super) fn reset_unexplained(&mut self) {
        self.unexplained = 0;
    }

    /// Whether that was one death too many.
    fn exceeds_limit(&mut self, is_explained: bool) -> bool {
        if !is_explained {
            self.unexplained += 1;
            return self.unexplained > self.most_unexplained;
        }
        let (most, period) = self.limit;
        self.recent.push_back(Instant::now());
        while self
            .recent
            .front()
            .is_some_and(|death| death.elapsed() > period)
        {
            self.recent.pop_front();
        }
        self.recent.len() > most
    }
}

impl PoolEngine {
    /// A worker is gone, or is not to be talked to any more: settles what it had and replaces it.
    pub(super) fn handle_worker_death(&mut self, slot: usize) {
        if self.workers[slot].is_dead || self.ended.is_some() {
            return;
        }
        // Its replies from before its death still count.
        while self.receive_reply(slot) {}
        if self.ended.is_some() {
            return;
        }
        let worker = &mut self.workers[slot];
        worker.is_dead = true;
        let end = worker.child.wait(Some(Instant::now() + EXIT_LIMIT));
        let end = end.unwrap_or_else(|| worker.child.kill());
        worker.child.wait_for_output();
        let step = worker.current_phase();
        let in_flight = std::mem::take(&mut worker.in_flight);
        let was_expected = worker.is_retired && in_flight.is_empty();
        let was_initialized = worker.is_initialized;
        self.history.record_end(worker, &end);
        if !was_initialized {
            return self.fail_initialization(slot, format!("it died: {}", end.exit));
        }
        if self.context.is_stopped() {
            // Its task is not to blame.
            return self.end_pool(PoolEndReason::Stopped);
        }
        let is_explained = self.settle_in_flight(slot, in_flight, step, end.exit);
        if !was_expected && self.restart_limiter.exceeds_limit(is_explained) {
            return self.break_pool(end.exit);
        }
        self.replace_worker(slot);
    }

    /// Fails the task that the dead worker was running, and puts the others back. Whether one is to blame.
    fn settle_in_flight(
        &mut self,
        slot: usize,
        in_flight: VecDeque<InFlightChunk>,
        step: Option<ChunkPhase>,
        exit: ProcessExit,
    ) -> bool {
        let mut step = step;
        let mut is_explained = false;
        let mut put_back: Vec<(u64, Range<usize>)> = Vec::new();
        for chunk in in_flight {
            let (id, tasks) = (chunk.batch, chunk.tasks);
            // Only the first can have begun.
            let step = step.take();
            if chunk.is_called_back {
                continue;
            }
            let blamed = match step {
                Some(ChunkPhase::Running(index)) => Some(chunk.first + index),
                Some(_) if tasks.len() == 1 => Some(tasks.start),
                Some(_) => {
                    // One of them did it: run each by itself, and it will show.
                    self.requeue_one_by_one(id, tasks);
                    is_explained = true;
                    continue;
                }
                None => None,
            };
            match blamed.filter(|blamed| tasks.contains(blamed)) {
                Some(blamed) => {
                    put_back.push((id, tasks.start..blamed));
                    put_back.push((id, blamed + 1..tasks.end));
                    is_explained = true;
                    self.fail_task(id, blamed, Some(slot), TaskErrorCause::Died(exit));
                }
                None => put_back.push((id, tasks)),
            }
        }
        for (id, tasks) in put_back.into_iter().rev() {
            self.requeue_tasks(id, tasks);
        }
        is_explained
    }

    fn replace_worker(&mut self, slot: usize) {
        if self.ended.is_some() || (self.is_closing && self.batches.is_empty()) {
            return;
        }
        // The dead worker's wake-up channel may not have been read yet: it must not be taken for the next worker's.
        self.bells.retain(|_, whose| *whose != slot);
        let began = Instant::now();
        let replacement = self
            .spawn_worker()
            .and_then(|spawned| self.connect_worker(slot, spawned, began));
        match replacement {
            Ok(worker) => self.workers[slot] = worker,
            Err(Error::Stopped) => self.end_pool(PoolEndReason::Stopped),
            Err(error) => self.end_pool(PoolEndReason::Broken(format!(
                "a worker cannot be replaced: {error}"
            ))),
        }
    }

    fn break_pool(&mut self, last: ProcessExit) {
        let (most, period) = self.restart_limiter.limit;
        self.end_pool(PoolEndReason::Broken(format!(
            "its workers keep dying (the last one: {last}); a pool bears {most} deaths in {period:?}"
        )));
    }

    pub(super) fn fail_initialization(&mut self, slot: usize, reason: String) {
        let name = self.workers[slot].name();
        let error = Error::Initializer {
            target: self.settings.initializer_name().to_owned(),
            name: name.name,
            pid: name.pid,
            reason,
        };
        let why = if self.context.is_stopped() {
            PoolEndReason::Stopped
        } else {
            PoolEndReason::Broken(error.to_string())
        };
        self.failure = Some(error);
        self.end_pool(why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_bears_so_many_deaths_in_so_long() {
        let mut limiter = RestartLimiter::new(20);
        assert!((0..200).all(|_| !limiter.exceeds_limit(true)));
        assert!(limiter.exceeds_limit(true));
        limiter.limit.1 = Duration::ZERO;
        assert!(!limiter.exceeds_limit(true), "the others are long ago");
    }

    #[test]
    fn an_answer_resets_the_count_of_deaths_without_a_task() {
        let mut limiter = RestartLimiter::new(1);
        assert!((0..5).all(|_| !limiter.exceeds_limit(false)));
        limiter.reset_unexplained();
        assert!((0..5).all(|_| !limiter.exceeds_limit(false)));
        assert!(limiter.exceeds_limit(false));
    }
}
