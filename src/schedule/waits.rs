//! Who waits for whom.

use crate::{
    program::{Program, WorkerIndex},
    state::{BlockedOn, MachineState},
};

/// A worker that waits, and what it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The worker.
    pub worker: WorkerIndex,
    /// What it waits for.
    pub on: BlockedOn,
}

/// The workers that wait, in order.
pub fn list_waits(program: &Program, state: &MachineState) -> Vec<Wait> {
    let wait = |worker| {
        Some(Wait {
            worker,
            on: state.blocked_on(program, worker)?,
        })
    };
    program.workers().filter_map(wait).collect()
}

/// The circle of workers of which each waits for a lock that the next one holds, and the last one for a lock of the
/// first. `None` if there is no such circle: who waits for a queue waits for no particular worker.
pub fn find_wait_cycle(program: &Program, state: &MachineState) -> Option<Vec<Wait>> {
    let waits = list_waits(program, state);
    waits.iter().find_map(|first| {
        let mut cycle = vec![*first];
        while cycle.len() <= waits.len() {
            let BlockedOn::HeldLock { owner, .. } = cycle.last()?.on else {
                return None;
            };
            if owner == first.worker {
                return Some(cycle);
            }
            cycle.push(*waits.iter().find(|wait| wait.worker == owner)?);
        }
        None
    })
}
