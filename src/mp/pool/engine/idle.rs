//! What the engine does while it has nothing to send and nothing to receive.

use std::time::Duration;

use ipc_channel::ipc::IpcSelectionResult;

use super::{
    super::{batch::PoolEndReason, driver::CommandInbox, worker::PoolWorker},
    PoolEngine, catch_panic,
};

/// The engine sleeps no longer without checking its state.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// A worker that has been at one task for so long gives back those that wait behind it, if others are idle.
const CALL_BACK_AFTER: Duration = Duration::from_micros(300);

impl PoolEngine {
    /// Nothing is to be done now: waits for whatever comes next.
    pub(super) fn wait_for_events(&mut self, inbox: &CommandInbox) {
        let workers = &self.workers;
        let busy = || workers.iter().any(PoolWorker::has_replied) || inbox.is_waiting();
        let anything_out = workers.iter().any(|worker| !worker.in_flight.is_empty());
        if (anything_out && self.spin.spin_until(busy)) || self.reclaim_chunks() {
            return;
        }
        let mut limit = LONGEST_SLEEP;
        if self.has_idle_worker() && self.workers.iter().any(PoolWorker::has_reclaimable_chunks) {
            // Too early to know whether the task is long: wake up soon and look again.
            limit = limit.min(CALL_BACK_AFTER);
        }
        self.announce_sleep(true);
        inbox.set_asleep(true);
        let quiet = !self.workers.iter().any(PoolWorker::has_replied) && !inbox.is_waiting();
        let events = if quiet {
            self.select_messages(limit)
        } else {
            Vec::new()
        };
        inbox.set_asleep(false);
        self.announce_sleep(false);
        for event in events {
            if let IpcSelectionResult::ChannelClosed(bell) = event
                && let Some(slot) = self.bells.remove(&bell)
            {
                self.handle_worker_death(slot);
            }
        }
    }

    fn select_messages(&mut self, limit: Duration) -> Vec<IpcSelectionResult> {
        match catch_panic(|| match self.set.try_select_timeout(limit) {
            Ok(events) => Ok(events),
            Err(ipc_channel::TrySelectError::Empty) => Ok(Vec::new()),
            Err(ipc_channel::TrySelectError::IoError(error)) => Err(error),
        }) {
            Ok(events) => events,
            Err(reason) => {
                self.end_pool(PoolEndReason::Broken(format!(
                    "cannot wait for the workers: {reason}"
                )));
                Vec::new()
            }
        }
    }

    fn announce_sleep(&self, sleeps: bool) {
        for worker in &self.workers {
            worker.set_pool_sleeps(sleeps);
        }
    }

    /// If nothing is left to send and a worker is idle: takes back what waits behind a long task.
    fn reclaim_chunks(&mut self) -> bool {
        if !self.has_idle_worker() {
            return false;
        }
        let stuck = |worker: &&mut PoolWorker| worker.last_sign.elapsed() > CALL_BACK_AFTER;
        let taken: Vec<_> = self
            .workers
            .iter_mut()
            .filter(stuck)
            .flat_map(PoolWorker::reclaim_chunks)
            .collect();
        for (id, tasks) in taken.iter().rev() {
            self.requeue_tasks(*id, tasks.clone());
        }
        !taken.is_empty()
    }

    fn has_idle_worker(&self) -> bool {
        let is_idle = |worker: &PoolWorker| worker.is_available() && worker.in_flight.is_empty();
        self.unsent.is_empty() && self.workers.iter().any(is_idle)
    }
}
