//! Somebody's own program, watched while it runs: what it starts, what that uses, what it prints, how it ends.
//!
//! What was seen becomes events of a recording, as with a demo, so `last`, `save`, `replay` and every output format
//! work for it too. A Python tells by itself what only it knows (names, start methods, tasks, failed pickling), because
//! its environment loads our hooks; the program is not changed. What any program does (processes, threads, processor
//! time, memory, cores) the system tells.

pub mod advice;
mod engine;
mod error;
mod facts;
pub mod hooks;
mod keep;
mod launch;
mod lives;
mod printed;
mod program;
mod report;
mod scene;
mod timeline;
mod told;
mod watch;
pub mod wire;

pub use engine::run;
pub use error::ObserveError;
pub use program::{Command, Env, Program};
pub use report::{again, report};
