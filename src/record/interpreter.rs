//! Which Python a run belongs to.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An interpreter, as it described itself when it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interpreter {
    /// Its short name in tables: `3.11`, `3.13t`, `pypy3.10`; longer where two would have the same.
    pub name: String,
    /// `CPython`, `PyPy`, …
    pub implementation: String,
    /// Its full version: `3.11.7`.
    pub version: String,
    /// Whether it holds a GIL while it runs; builds before 3.13 always do.
    pub gil: bool,
    /// Whether it was built to run without one.
    pub free_threaded: bool,
    /// How this run's child processes are started: `fork`, `spawn` or `forkserver`.
    pub start_method: String,
    /// The start method that it uses by default.
    pub default_start_method: String,
    /// Whether it has subinterpreters with a GIL of their own each (3.12+).
    pub subinterpreters: bool,
    /// Cores that it believes it may use.
    pub usable_cpus: Option<u32>,
}

/// `CPython 3.13.0, free-threaded, no GIL; start method: fork`.
impl fmt::Display for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.implementation, self.version)?;
        match (self.free_threaded, self.gil) {
            (true, false) => f.write_str(", free-threaded, no GIL")?,
            (true, true) => f.write_str(", free-threaded build with its GIL on")?,
            (false, _) => f.write_str(", with a GIL")?,
        }
        write!(f, "; start method: {}", self.start_method)
    }
}
