//! The page of shared memory in which a worker reports. The prompt reads it without asking the worker.

use serde::{Deserialize, Serialize};

use crate::mp::{MemoryError, SharedArray};

/// What a worker is doing, by its own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerActivity {
    /// It begins.
    Starting,
    /// It computes, or would if it had a core and the GIL.
    Computing,
    /// It sleeps.
    Sleeping,
    /// It waits for a lock.
    LockWait,
    /// It waits for a message.
    MessageWait,
}

/// How a thread ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadOutcome {
    /// Its function returned.
    Returned,
    /// Its function returned an error.
    Failed,
    /// It panicked.
    Panicked,
}

const ACTIVITIES: [WorkerActivity; 5] = [
    WorkerActivity::Starting,
    WorkerActivity::Computing,
    WorkerActivity::Sleeping,
    WorkerActivity::LockWait,
    WorkerActivity::MessageWait,
];
const OUTCOMES: [ThreadOutcome; 3] = [
    ThreadOutcome::Returned,
    ThreadOutcome::Failed,
    ThreadOutcome::Panicked,
];

/// The places of the page.
const ACTIVITY: usize = 0;
const STEPS: usize = 1;
const COUNTER: usize = 2;
const TID: usize = 3;
const OUTCOME: usize = 4;
const ORDERS: usize = 5;
const CELLS: usize = 6;

/// The page of one worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatusPage(SharedArray<u64>);

impl StatusPage {
    /// A page of a worker that begins.
    pub fn create() -> Result<Self, MemoryError> {
        SharedArray::zeroed(CELLS).map(Self)
    }

    /// Sets what the worker does from now on.
    pub fn set_activity(&self, activity: WorkerActivity) {
        let place = ACTIVITIES.iter().position(|known| *known == activity);
        self.0.store(ACTIVITY, place.unwrap_or_default() as u64);
    }

    /// What the worker does.
    pub fn activity(&self) -> WorkerActivity {
        let place = self.0.load(ACTIVITY) as usize;
        ACTIVITIES.get(place).copied().unwrap_or(ACTIVITIES[0])
    }

    /// Adds to what the worker has done so far, in the unit of its work.
    pub fn add_steps(&self, steps: u64) {
        self.0.store(STEPS, self.steps() + steps);
    }

    /// What the worker has done so far.
    pub fn steps(&self) -> u64 {
        self.0.load(STEPS)
    }

    /// Sets the counter as the worker last saw it.
    pub fn set_counter(&self, value: u64) {
        self.0.store(COUNTER, value);
    }

    /// The counter as the worker last saw it.
    pub fn counter(&self) -> u64 {
        self.0.load(COUNTER)
    }

    /// Reports that the work begins, in the thread with this number.
    pub fn begin(&self, tid: Option<u32>) {
        // One more, so that it differs from "not yet" even where threads have no numbers.
        self.0.store(TID, u64::from(tid.unwrap_or(0)) + 1);
    }

    /// Whether the work has begun.
    pub fn has_begun(&self) -> bool {
        self.0.load(TID) > 0
    }

    /// The number of the thread that works, where threads have numbers.
    pub fn tid(&self) -> Option<u32> {
        let tid = self.0.load(TID).checked_sub(1)?;
        u32::try_from(tid).ok().filter(|tid| *tid > 0)
    }

    /// Reports how a thread ended.
    pub fn set_outcome(&self, outcome: ThreadOutcome) {
        let place = OUTCOMES.iter().position(|known| *known == outcome);
        self.0.store(OUTCOME, place.unwrap_or_default() as u64 + 1);
    }

    /// How the thread ended, if it has.
    pub fn outcome(&self) -> Option<ThreadOutcome> {
        let place = self.0.load(OUTCOME).checked_sub(1)?;
        OUTCOMES.get(place as usize).copied()
    }

    /// Counts an order that arrived.
    pub fn count_order(&self) {
        self.0.fetch_add(ORDERS, 1);
    }

    /// How many orders arrived.
    pub fn orders(&self) -> u64 {
        self.0.load(ORDERS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reported_is_read() {
        let page = StatusPage::create().unwrap();
        assert_eq!(page.activity(), WorkerActivity::Starting);
        assert_eq!((page.has_begun(), page.outcome()), (false, None));
        for activity in ACTIVITIES {
            page.set_activity(activity);
            assert_eq!(page.activity(), activity);
        }
        for outcome in OUTCOMES {
            page.set_outcome(outcome);
            assert_eq!(page.outcome(), Some(outcome));
        }
        page.begin(None);
        assert_eq!((page.has_begun(), page.tid()), (true, None));
        page.begin(Some(7));
        page.add_steps(2);
        page.add_steps(3);
        assert_eq!((page.tid(), page.steps()), (Some(7), 5));
    }
}
