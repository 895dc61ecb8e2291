//! A program that is watched: how Ctrl-C reaches it, and why its run ends early.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
};

use super::RunningDemo;
use crate::signals::{SignalTarget, TypedKeys};

/// A watched program, as signals reach it. The observer passes a Ctrl-C on to it, and waits.
pub(super) struct WatchedProgram {
    running: RunningDemo,
    was_killed: AtomicBool,
}

impl WatchedProgram {
    pub(super) fn new(running: RunningDemo) -> Self {
        Self {
            running,
            was_killed: AtomicBool::new(false),
        }
    }
}

impl SignalTarget for WatchedProgram {
    fn typed_keys(&self) -> TypedKeys {
        TypedKeys::Shared
    }

    fn stop_message(&self) -> &'static str {
        "stopping the program; Ctrl-C again kills it"
    }

    fn interrupt(&self, why: &str) {
        self.running.stop.request_stop(why);
    }

    fn insist(&self) -> bool {
        self.running.kill();
        !self.was_killed.swap(true, Ordering::SeqCst)
    }

    fn stop(&self, why: &str) {
        self.running.stop(why);
    }

    fn kill(&self) {
        self.running.kill();
    }

    fn suspend(&self) {
        self.running.suspend();
    }

    fn resume(&self) {
        self.running.resume();
    }
}

/// The reason to stop once the reader of standard output has gone, as in `try my.py | head -1`.
pub(super) fn nobody_reads() -> Option<String> {
    is_output_closed().then(|| "standard output was closed".to_owned())
}

#[cfg(unix)]
fn is_output_closed() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let output = io::stdout();
    // With no events requested, `poll` reports errors only: for a pipe, that its other end is closed.
    let mut asked = [PollFd::new(&output, PollFlags::empty())];
    let answered = poll(&mut asked, Some(&Timespec::default()));
    answered.is_ok() && asked[0].revents().contains(PollFlags::ERR)
}

#[cfg(not(unix))]
fn is_output_closed() -> bool {
    false
}
