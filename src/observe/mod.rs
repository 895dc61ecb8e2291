//! Somebody's own program, watched while it runs: what it starts, what that uses, what it prints, how it ends.
//!
//! What was seen becomes events of a recording, as with a demo, so `last`, `save`, `replay` and every output format
//! work for it too. A Python tells by itself what only it knows (names, start methods, tasks, failed pickling), because
//! its environment loads our hooks; the program is not changed. What any program does (processes, threads, processor
//! time, memory, cores) the system tells.

pub mod advice;
mod announce;
mod engine;
mod error;
mod facts;
mod guard;
mod hook_effects;
mod hook_lines;
mod hook_message;
pub mod hooks;
mod launch;
mod notes;
mod observation;
mod observer;
mod output;
mod poll;
mod processes;
mod program;
mod progress;
mod reaper;
mod report;
mod running;
mod timeline;

pub use engine::observe_program;
pub use error::ObserveError;
pub use facts::observe_hook_event;
pub use guard::worker_targets;
pub use program::{ObservedProgram, ObserverServices, ProgramCommand};
pub use report::{build_report, repeat_command};
