//! Waits for the user while nothing runs: for a saved file, or for the editor to be closed.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use super::own_editor::{self, EditOutcome};
use crate::signals::{SignalTarget, Signals};

/// The interval between two checks whether a wait is over.
const TICK: Duration = Duration::from_millis(20);

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitEnd {
    /// The awaited event has happened.
    Over,
    /// Ctrl-C.
    Interrupted,
}

/// Waits until `is_over` says so, or until Ctrl-C.
pub fn wait_until(signals: &Signals, is_over: &dyn Fn() -> bool) -> WaitEnd {
    let waiting = Arc::new(IdleWait::default());
    let watch = signals.watch_run(waiting.clone(), None);
    while !is_over() && !waiting.stopped.load(Ordering::SeqCst) {
        thread::sleep(TICK);
    }
    match watch.finish() {
        Some(_) => WaitEnd::Interrupted,
        None => WaitEnd::Over,
    }
}

/// Opens a file in the learner's own editor, and waits until that is closed.
pub fn edit_file(signals: &Signals, file: &Path) -> EditOutcome {
    let _lent = signals.lend_terminal();
    own_editor::edit_file(file)
}

/// A wait for the user, while nothing runs.
#[derive(Default)]
struct IdleWait {
    stopped: AtomicBool,
}

impl SignalTarget for IdleWait {
    fn stop_message(&self) -> &'static str {
        "stopped watching"
    }

    fn stop(&self, _why: &str) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    fn kill(&self) {}

    fn suspend(&self) {}

    fn resume(&self) {}
}
