//! Forklore turns claims about processes, threads and the GIL into experiments on your own machine.
//!
//! One idea holds it together: *what a demo does is told as events; what a person sees is computed from a
//! recording of them.* The rooms, and which way imports go between them, are in `ARCHITECTURE.md`.

pub mod catalog;
pub mod claim;
pub mod cli;
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

// Crates of their own: what is measured is compiled with optimisation even where the rest is not.
pub use forklore_gil as gil;
pub use forklore_mp as mp;
pub use forklore_workload as workload;
