//! Waits for an interpreter, always with a time limit: while it runs, and after it was killed.

use std::time::{Duration, Instant};

use crate::mp::Process;

/// The polling interval.
const ROUND: Duration = Duration::from_millis(20);

/// A longer round means that our own process was suspended; it does not count as the program's time.
const LONGEST_ROUND: Duration = Duration::from_millis(200);

/// How long to wait for a killed process. A process that hangs in a system call (a dead network disk) never
/// ends.
const AFTER_KILL: Duration = Duration::from_secs(10);

/// Why a process is no longer waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitResult {
    Ended,
    Stopped,
    TooLong,
}

/// Waits for the process to end, for `limit` at most, and until `stopped` returns `true`. Each round calls
/// `round`, which may take up to the duration that it is given.
pub fn wait_for_exit(
    process: &Process,
    limit: Duration,
    stopped: &dyn Fn() -> bool,
    mut round: impl FnMut(Duration),
) -> WaitResult {
    let mut spent = Duration::ZERO;
    while process.is_alive() {
        let began = Instant::now();
        if stopped() {
            return WaitResult::Stopped;
        }
        if spent > limit {
            return WaitResult::TooLong;
        }
        round(ROUND);
        spent += began.elapsed().min(LONGEST_ROUND);
    }
    WaitResult::Ended
}

/// A `round` for [`wait_for_exit`] that only waits.
pub fn join_in_rounds(process: &Process) -> impl FnMut(Duration) {
    |round| {
        // It fails only for a process that was never started.
        let _ = process.join_timeout(round);
    }
}

/// Kills the process and its group. Returns `false` if the process does not end.
pub fn kill_and_join(process: &Process) -> bool {
    // Both fail only for a process that was never started. A process that has ended is not killed again.
    let _ = process.kill();
    process.join_timeout(AFTER_KILL).unwrap_or(true)
}
