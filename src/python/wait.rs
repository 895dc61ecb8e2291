//! Waiting for an interpreter, bounded in every way: while it runs, and once it was killed.

use std::time::{Duration, Instant};

use crate::mp::Process;

/// How often a process is looked after.
const ROUND: Duration = Duration::from_millis(20);

/// A round that took this long was none of the process's: the whole of us was stopped.
const LONGEST_ROUND: Duration = Duration::from_millis(200);

/// How long a killed process is waited for. One that hangs in the system (a dead network disk) never ends.
const AFTER_KILL: Duration = Duration::from_secs(10);

/// Why a process is no longer waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitResult {
    Ended,
    Stopped,
    TooLong,
}

/// Waits for its end, at most for `limit`, and until `stopped` says so; each round is what `round` does meanwhile,
/// which may take as long as it is told.
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

/// The round of one who only waits.
pub fn join_in_rounds(process: &Process) -> impl FnMut(Duration) {
    |round| {
        // It fails only for a process that was never started.
        let _ = process.join_timeout(round);
    }
}

/// Ends it, with all of its group; `false` if not even that ended it.
pub fn kill_and_join(process: &Process) -> bool {
    // Both fail only for a process that was never started; one that has ended is not killed again.
    let _ = process.kill();
    process.join_timeout(AFTER_KILL).unwrap_or(true)
}
