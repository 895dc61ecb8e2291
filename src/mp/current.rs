//! The process that runs this code, as Python's `current_process()`.

use std::sync::{Arc, OnceLock};

/// The process that the caller runs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentProcess {
    name: Arc<str>,
}

impl CurrentProcess {
    pub(crate) fn new_child(name: &str) -> Self {
        Self { name: name.into() }
    }

    /// `MainProcess`, or the name that the parent gave: `Process-1`, `PoolWorker-2`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

static CURRENT: OnceLock<CurrentProcess> = OnceLock::new();

/// Called once, by a child, before any target runs.
pub(crate) fn set_current_process(current: CurrentProcess) {
    // A second call would be a mistake of ours; the first one stands.
    let _ = CURRENT.set(current);
}

/// The process that the caller runs in.
pub fn current_process() -> CurrentProcess {
    CURRENT.get().cloned().unwrap_or_else(|| CurrentProcess {
        name: "MainProcess".into(),
    })
}
