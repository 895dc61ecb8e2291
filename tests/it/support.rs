//! Helpers that several test files share.

use std::{
    io::Write,
    process,
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant},
};

use forklore::mp::{Context, Launcher};

/// The program as shipped.
pub const EXE: &str = env!("CARGO_BIN_EXE_forklore");

/// A context whose workers are that program. Its time limits are long, since tests run in parallel.
pub fn context() -> Context {
    Context::with_start_timeout(Launcher::new(EXE), Duration::from_secs(20))
}

/// Aborts the whole test run if the guarded scope is not left in time: a hang must not look like a pass, nor
/// like a slow machine.
pub struct Watchdog {
    _alive: std::sync::mpsc::Sender<()>,
}

/// A watchdog of 60 s.
pub fn watchdog(what: &'static str) -> Watchdog {
    let (alive, guarded) = channel::<()>();
    thread::spawn(move || {
        if guarded.recv_timeout(Duration::from_mins(1)) == Err(RecvTimeoutError::Timeout) {
            let _ = writeln!(std::io::stderr(), "{what}: hangs");
            process::abort();
        }
    });
    Watchdog { _alive: alive }
}

/// Waits until `condition` holds, at most 30 s. Returns its last value.
pub fn eventually(condition: impl Fn() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(30);
    while Instant::now() < end {
        if condition() {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    condition()
}

/// Whether a process with this PID exists and is not a zombie.
pub fn lives(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

/// Collects lines from a handler.
#[derive(Clone, Default)]
pub struct Lines(Arc<std::sync::Mutex<Vec<forklore::mp::OutputLine>>>);

impl Lines {
    /// A handler that collects lines.
    pub fn handler(&self) -> impl Fn(&forklore::mp::OutputLine) + Send + Sync + 'static {
        let lines = self.clone();
        move |line| lines.0.lock().unwrap().push(line.clone())
    }

    /// The lines so far.
    pub fn all(&self) -> Vec<forklore::mp::OutputLine> {
        self.0.lock().unwrap().clone()
    }
}

/// Prints that this machine cannot run a test, and why.
pub fn skipped(why: &str) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {why}\n"));
}
