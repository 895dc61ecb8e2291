//! Real processes, real faults. The workers are the program of `worker.rs`.

#[path = "../../../../tests/it/waiting.rs"]
mod waiting;

mod faults;
mod orphans;
mod pool;
mod process;
mod support;
mod sync;
mod targets;
