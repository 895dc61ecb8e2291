//! Waiting for something that must happen. The tests of `mp` include this file too.

use std::{
    io::Write,
    process,
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

/// Ends the whole test run, loudly, if the guarded scope is not left in time: a hang must not look like a pass,
/// nor like a slow machine.
pub struct Watchdog {
    _alive: std::sync::mpsc::Sender<()>,
}

/// A watchdog of five minutes: no test needs that long on the slowest machine.
pub fn watchdog(what: &'static str) -> Watchdog {
    let (alive, guarded) = channel::<()>();
    thread::spawn(move || {
        if guarded.recv_timeout(Duration::from_mins(5)) == Err(RecvTimeoutError::Timeout) {
            let _ = writeln!(std::io::stderr(), "{what}: hangs");
            process::abort();
        }
    });
    Watchdog { _alive: alive }
}

/// Waits until `condition` holds, at most one minute. What it says at the end.
pub fn eventually(condition: impl Fn() -> bool) -> bool {
    let end = Instant::now() + Duration::from_mins(1);
    while Instant::now() < end {
        if condition() {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    condition()
}

/// Whether a process of that PID exists and is no zombie.
pub fn lives(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}
