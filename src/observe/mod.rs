//! Watches a user's program while it runs: its processes, their use of resources, its output and its exit.
//!
//! Each observation becomes an event of a recording, as with a demo, so `last`, `save`, `replay` and every output
//! format work for it too. The program itself is not changed. Its environment makes each Python load our hooks, which
//! report what only Python has: names, start methods, tasks, failed pickling. The rest is read from the system:
//! processes, threads, processor time, memory, cores.

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
mod memory_updaters;
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
mod sources;
mod terminal_handover;
mod timeline;
mod waits;

pub use advice::collect_advice;
pub use engine::observe_program;
pub use error::ObserveError;
pub use facts::observe_hook_event;
pub use guard::worker_targets;
pub use program::{ObservedProgram, ObserverServices, ProgramCommand, WatchOptions};
pub use report::{build_report, build_summary, repeat_command};
pub use running::was_interrupted;
