//! What several test files need.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use forklore_mp::{Context, Launcher, OutputLine, StartMethod};

pub use crate::waiting::{eventually, lives, watchdog};

/// The program that is started as a worker.
pub const EXE: &str = env!("CARGO_BIN_EXE_mp-tests");

/// A context whose workers are that program. Generous with time: tests run beside each other.
pub fn context_of(method: StartMethod) -> Context {
    Context::with_start_timeout(method, Launcher::new(EXE), Duration::from_secs(20))
}

/// Collects lines from a handler.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<OutputLine>>>);

impl Lines {
    /// A handler that adds to these.
    pub fn handler(&self) -> impl Fn(&OutputLine) + Send + Sync + 'static {
        let lines = self.clone();
        move |line| lines.0.lock().unwrap().push(line.clone())
    }

    /// The lines so far.
    pub fn all(&self) -> Vec<OutputLine> {
        self.0.lock().unwrap().clone()
    }
}
