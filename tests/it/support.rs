//! What several test files need.

use std::time::Duration;

use forklore::mp::{Context, Launcher};

pub use crate::waiting::{eventually, lives, watchdog};

/// The program as shipped.
pub const EXE: &str = env!("CARGO_BIN_EXE_forklore");

/// A context whose workers are that program. Generous with time: tests run beside each other.
pub fn context() -> Context {
    Context::with_start_timeout(Launcher::new(EXE), Duration::from_secs(20))
}

/// Says, where a test's output is read, that this machine cannot show something.
pub fn skipped(why: &str) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {why}\n"));
}
