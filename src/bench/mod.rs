//! The bench: processes and threads that a learner starts, watches and ends by hand.
//!
//! Each worker is real. A process is a worker of `mp`; threads live in a host, a process of their own, so that a crash
//! of one ends its host and never the prompt. A worker reports what it does in a page of shared memory, which stays
//! readable while it is stopped and after its end; all else is read from the system.

mod crash_kind;
mod error;
mod history;

mod host;
mod inbox;
mod pool;
mod report;
mod snapshot;
mod state;
mod status_page;
mod table;
mod task;
mod work;
mod worker_bench;
mod worker_process;

pub use crash_kind::CrashKind;
pub use error::BenchError;
pub use report::{build_report, build_summary, repeat_command};
pub use snapshot::{BenchSnapshot, SystemReading, WorkerRow};
pub use state::WorkerState;
pub use table::worker_table;
pub use task::{CounterMemory, WorkKind, WorkerOrder, WorkerPlace};
pub use worker_bench::{OutputPrinter, SpawnRequest, WorkerBench, WorkerEnd};

use crate::mp::Target;

/// The name of the bench in recordings, where demos have theirs.
pub const BENCH: &str = "bench";

/// The bench's targets.
pub fn worker_targets() -> Vec<Target> {
    vec![
        Target::new(host::run_host),
        Target::new(pool::square),
        Target::new(worker_process::run_worker),
    ]
}
