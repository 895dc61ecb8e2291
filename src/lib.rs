//! Forklore turns claims about processes, threads and the GIL into experiments on your own machine.
//!
//! One idea holds it together: *a demo emits events, and everything that a user sees is computed from a
//! recording of them.* `ARCHITECTURE.md` has the modules and the allowed imports between them.

pub mod bench;
pub mod catalog;
pub mod claim;
pub mod cli;
#[cfg(test)]
#[path = "../tests/it/expected_file.rs"]
mod expected_file;
pub mod lab;
pub mod lesson;
pub mod measure;
pub mod observe;
pub mod python;
pub mod record;
pub mod render;
pub mod repl;
pub mod report;
pub mod signals;
pub mod targets;
pub mod terminal;
pub mod text;
pub mod tutor;
pub mod watch;

// These are separate crates: what is measured is optimised even where the rest is not, and the model of schedules is
// built and tested in seconds.
pub use forklore_gil as gil;
pub use forklore_mp as mp;
pub use forklore_schedule as schedule;
pub use forklore_workload as workload;
