//! What every process can read of a queue without asking: its length.

use serde::{Deserialize, Serialize};

use crate::memory::MemoryError;
use crate::shared_array::Value;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct QueueGauge(Value<u64>);

impl QueueGauge {
    pub(super) fn new() -> Result<Self, MemoryError> {
        Value::new(0).map(Self)
    }

    pub(super) fn length(&self) -> usize {
        self.0.get() as usize
    }

    pub(super) fn set_length(&self, length: usize) {
        self.0.set(length as u64);
    }
}
