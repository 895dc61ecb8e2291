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
use crate::signals::{RunWatch, SignalTarget, Signals, TypedKeys};

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

/// Waits until `is_over` says so, or until Ctrl-C, which shows the message.
pub fn wait_until(signals: &Signals, message: &'static str, is_over: &dyn Fn() -> bool) -> WaitEnd {
    let wait = InterruptibleWait::begin(signals, message, TypedKeys::Hidden);
    while !is_over() && !wait.is_interrupted() {
        thread::sleep(TICK);
    }
    wait.finish()
}

/// A wait that Ctrl-C ends.
pub struct InterruptibleWait {
    waiting: Arc<IdleWait>,
    watch: RunWatch,
}

impl InterruptibleWait {
    /// From now on, Ctrl-C shows the message and ends this wait.
    pub fn begin(signals: &Signals, message: &'static str, keys: TypedKeys) -> Self {
        let waiting = Arc::new(IdleWait {
            message,
            keys,
            stopped: AtomicBool::default(),
        });
        let watch = signals.watch_run(waiting.clone(), None);
        Self { waiting, watch }
    }

    /// Whether Ctrl-C was pressed.
    pub fn is_interrupted(&self) -> bool {
        self.waiting.stopped.load(Ordering::SeqCst)
    }

    /// Ends it.
    pub fn finish(self) -> WaitEnd {
        match self.watch.finish() {
            Some(_) => WaitEnd::Interrupted,
            None => WaitEnd::Over,
        }
    }
}

/// Opens a file in the learner's own editor, and waits until that is closed.
pub fn edit_file(signals: &Signals, file: &Path) -> EditOutcome {
    let _lent = signals.lend_terminal();
    own_editor::edit_file(file)
}

/// A wait for the user, while nothing runs.
struct IdleWait {
    message: &'static str,
    keys: TypedKeys,
    stopped: AtomicBool,
}

impl SignalTarget for IdleWait {
    fn typed_keys(&self) -> TypedKeys {
        self.keys
    }

    fn stop_message(&self) -> &'static str {
        self.message
    }

    fn stop(&self, _why: &str) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    fn kill(&self) {}

    fn suspend(&self) {}

    fn resume(&self) {}
}
