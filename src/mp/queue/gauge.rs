//! What every process can read of a queue without asking: its length, and whether it is closed.

use serde::{Deserialize, Serialize};

use crate::memory::MemoryError;
use crate::shared_array::SharedArray;

const LENGTH: usize = 0;
const CLOSED: usize = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct QueueGauge(SharedArray<u64>);

impl QueueGauge {
    pub(super) fn new() -> Result<Self, MemoryError> {
        SharedArray::zeroed(2).map(Self)
    }

    pub(super) fn length(&self) -> usize {
        self.0.load(LENGTH) as usize
    }

    pub(super) fn set_length(&self, length: usize) {
        self.0.store(LENGTH, length as u64);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.load(CLOSED) != 0
    }

    pub(super) fn mark_closed(&self) {
        self.0.store(CLOSED, 1);
    }
}
