//! Keeps track of all processes that a program starts, also of orphans, and ends them.

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "other.rs")]
mod system;

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::measure;

pub use system::{ask_for_sample, ask_group, kill_group, kill_same_process, reap_child};

/// How a program is asked to end, so that it can still save its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndRequest {
    /// SIGINT, as by Ctrl-C on a terminal.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// The time that a [resource tracker](is_tracker) gets beyond that of the other processes.
pub const TRACKER_GRACE: Duration = Duration::from_secs(1);

/// Whether the process is a resource tracker of Python's `multiprocessing`, which our hooks start in a session of its
/// own. Once all others have ended, it removes their shared memory, and ends by itself.
pub fn is_tracker(pid: u32, group: Option<u32>) -> bool {
    let words = || measure::command_line(pid);
    group == Some(pid)
        && words()
            .iter()
            .any(|word| word.contains("multiprocessing.resource_tracker"))
}

/// The number of observations at this moment.
static WATCHERS: Mutex<usize> = Mutex::new(0);

/// While a value of this type exists, orphans of our descendants become our children.
pub struct OrphanAdoption(());

impl OrphanAdoption {
    /// Begins the adoption.
    pub fn begin() -> Self {
        let mut watchers = WATCHERS.lock().unwrap_or_else(PoisonError::into_inner);
        *watchers += 1;
        if *watchers == 1 {
            system::adopt_orphans(true);
        }
        Self(())
    }
}

impl Drop for OrphanAdoption {
    fn drop(&mut self) {
        let mut watchers = WATCHERS.lock().unwrap_or_else(PoisonError::into_inner);
        *watchers -= 1;
        if *watchers == 0 {
            system::adopt_orphans(false);
        }
    }
}
