//! The state of a worker: what the system says, completed by what the worker reports.

use std::time::Duration;

use super::status_page::WorkerActivity;
use crate::record::named_enum;

named_enum! {
    /// The state of a worker at one moment.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum WorkerState {
        /// It begins.
        Starting = "starting",
        /// It runs on a core.
        Computing = "computing",
        /// It could run, but no core is free for it.
        Ready = "ready",
        /// Another thread of its process has the GIL.
        GilWait = "waiting for GIL",
        /// Another worker has the lock.
        LockWait = "waiting for lock",
        /// No message has come.
        MessageWait = "waiting for message",
        /// It waits for time to pass.
        Sleeping = "sleeping",
        /// A signal stopped its process.
        Stopped = "stopped",
        /// It has ended, and the system keeps its exit code until it is joined.
        Zombie = "zombie",
        /// It has ended.
        Ended = "ended",
    }
}

/// What the system says of a thread that lives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ThreadView {
    pub(super) is_stopped: bool,
    /// Whether it runs, or is ready to.
    pub(super) is_runnable: bool,
    /// How long it ran during the last moment, and how long it was ready while no core was free.
    pub(super) ran: Duration,
    pub(super) waited: Duration,
}

impl WorkerState {
    /// The state of a worker that lives.
    pub(super) fn of_living(seen: ThreadView, activity: WorkerActivity, shares_gil: bool) -> Self {
        if seen.is_stopped {
            return Self::Stopped;
        }
        match activity {
            WorkerActivity::Starting => Self::Starting,
            _ if seen.is_runnable && seen.waited > seen.ran => Self::Ready,
            _ if seen.is_runnable => Self::Computing,
            WorkerActivity::Sleeping => Self::Sleeping,
            WorkerActivity::LockWait => Self::LockWait,
            WorkerActivity::MessageWait => Self::MessageWait,
            // It means to compute and does not: only the GIL makes it wait there.
            WorkerActivity::Computing if shares_gil => Self::GilWait,
            WorkerActivity::Computing => Self::Computing,
        }
    }

    /// Whether it can do nothing any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Zombie | Self::Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_says_whether_it_runs_and_the_worker_why_it_waits() {
        let sleeps = ThreadView::default();
        let runs = ThreadView {
            is_runnable: true,
            ran: Duration::from_millis(8),
            waited: Duration::from_millis(2),
            ..sleeps
        };
        let is_kept_waiting = ThreadView {
            ran: Duration::from_millis(2),
            waited: Duration::from_millis(8),
            ..runs
        };
        let stopped = ThreadView {
            is_stopped: true,
            ..sleeps
        };
        for (seen, activity, shares_gil, state) in [
            (runs, WorkerActivity::Computing, false, "computing"),
            (runs, WorkerActivity::Computing, true, "computing"),
            (is_kept_waiting, WorkerActivity::Computing, false, "ready"),
            (sleeps, WorkerActivity::Computing, true, "waiting for GIL"),
            (sleeps, WorkerActivity::Computing, false, "computing"),
            (sleeps, WorkerActivity::LockWait, true, "waiting for lock"),
            (
                sleeps,
                WorkerActivity::MessageWait,
                false,
                "waiting for message",
            ),
            (sleeps, WorkerActivity::Sleeping, true, "sleeping"),
            (stopped, WorkerActivity::Computing, true, "stopped"),
            (sleeps, WorkerActivity::Starting, false, "starting"),
        ] {
            let found = WorkerState::of_living(seen, activity, shares_gil);
            assert_eq!(found.name(), state, "{seen:?} {activity:?}");
        }
    }
}
