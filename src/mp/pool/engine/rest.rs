//! What the engine does while it has nothing to give out and nothing to hear.

use std::time::{Duration, Instant};

use ipc_channel::ipc::IpcSelectionResult;

use super::{
    super::{batch::PoolEndReason, control, driver::CommandInbox, worker::PoolWorker},
    PoolEngine, guard,
};

/// Nobody sleeps longer without looking around.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// A worker that has been at one task for so long gives back those that wait behind it, if others are idle.
const CALL_BACK_AFTER: Duration = Duration::from_micros(300);

impl PoolEngine {
    /// Nothing is to be done now: waits for whatever comes next.
    pub(super) fn rest(&mut self, inbox: &CommandInbox) {
        let workers = &self.workers;
        let busy = || workers.iter().any(PoolWorker::has_replied) || inbox.is_waiting();
        let anything_out = workers.iter().any(|worker| !worker.in_flight.is_empty());
        let spin = if anything_out {
            self.spin
        } else {
            Duration::ZERO
        };
        if control::spin(spin, busy) || self.call_back() {
            return;
        }
        let mut limit = self.look_after();
        if self.somebody_lacks_work() && self.workers.iter().any(PoolWorker::can_be_called_back) {
            // Too early to tell a long task from a short one: soon it will not be.
            limit = limit.min(CALL_BACK_AFTER);
        }
        self.announce_sleep(true);
        inbox.set_asleep(true);
        let quiet = !self.workers.iter().any(PoolWorker::has_replied) && !inbox.is_waiting();
        let events = if quiet {
            self.select(limit)
        } else {
            Vec::new()
        };
        inbox.set_asleep(false);
        self.announce_sleep(false);
        for event in events {
            if let IpcSelectionResult::ChannelClosed(bell) = event
                && let Some(slot) = self.bells.remove(&bell)
            {
                self.bury(slot);
            }
        }
    }

    fn select(&mut self, limit: Duration) -> Vec<IpcSelectionResult> {
        match guard(|| match self.set.try_select_timeout(limit) {
            Ok(events) => Ok(events),
            Err(ipc_channel::TrySelectError::Empty) => Ok(Vec::new()),
            Err(ipc_channel::TrySelectError::IoError(error)) => Err(error),
        }) {
            Ok(events) => events,
            Err(reason) => {
                self.end(PoolEndReason::Broken(format!(
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

    /// Where nothing is left to send and somebody is idle: takes back what waits behind a long task.
    fn call_back(&mut self) -> bool {
        if !self.somebody_lacks_work() {
            return false;
        }
        let stuck = |worker: &&mut PoolWorker| worker.last_sign.elapsed() > CALL_BACK_AFTER;
        let taken: Vec<_> = self
            .workers
            .iter_mut()
            .filter(stuck)
            .flat_map(PoolWorker::call_back)
            .collect();
        for (id, tasks) in taken.iter().rev() {
            self.requeue(*id, tasks.clone());
        }
        !taken.is_empty()
    }

    fn somebody_lacks_work(&self) -> bool {
        let is_idle = |worker: &PoolWorker| worker.is_available() && worker.in_flight.is_empty();
        self.unsent.is_empty() && self.workers.iter().any(is_idle)
    }

    /// Ends workers whose task takes too long. Until when to sleep.
    fn look_after(&mut self) -> Duration {
        let now = Instant::now();
        let mut wake = now + LONGEST_SLEEP;
        for worker in self.workers.iter_mut().filter(|worker| !worker.is_dead) {
            let overdue = self.settings.task_timeout.and_then(|limit| {
                let end = worker.busy_since()?.checked_add(limit)?;
                wake = wake.min(end.max(now));
                (end <= now).then_some(())
            });
            if overdue.is_some() || worker.ending.is_some() {
                worker.end();
            }
            if let Some(end) = worker.patience_ends() {
                wake = wake.min(end.max(now));
            } else if worker.ending.is_some() {
                wake = now + LONGEST_SLEEP;
            }
        }
        // It is rounded up to milliseconds anyway.
        wake.saturating_duration_since(now)
            .max(Duration::from_millis(1))
    }
}
