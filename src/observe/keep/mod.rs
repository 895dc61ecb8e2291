//! Holding on to all that a program starts, also what tries to get away, and ending it.

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "other.rs")]
mod system;

use std::sync::{Mutex, PoisonError};

pub use system::{Ending, ask_group, collect, end, end_group};

/// How a program is asked to end, so that it can still save what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndRequest {
    /// As by Ctrl-C on a terminal: SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// How many watch at this moment.
static WATCHERS: Mutex<usize> = Mutex::new(0);

/// While one of these lives, processes whose parent has gone become our children.
pub struct Adopting(());

impl Adopting {
    /// From now on.
    pub fn begin() -> Self {
        let mut watchers = WATCHERS.lock().unwrap_or_else(PoisonError::into_inner);
        *watchers += 1;
        if *watchers == 1 {
            system::adopt(true);
        }
        Self(())
    }
}

impl Drop for Adopting {
    fn drop(&mut self) {
        let mut watchers = WATCHERS.lock().unwrap_or_else(PoisonError::into_inner);
        *watchers -= 1;
        if *watchers == 0 {
            system::adopt(false);
        }
    }
}
