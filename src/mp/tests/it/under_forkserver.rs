//! Processes that start by `forkserver`.

use forklore_mp::{Context, StartMethod};

use crate::support::context_of;

#[path = "faults.rs"]
mod faults;
#[path = "orphans.rs"]
mod orphans;
#[path = "pool.rs"]
mod pool;
#[path = "process.rs"]
mod process;
#[path = "sync.rs"]
mod sync;

const METHOD: StartMethod = StartMethod::ForkServer;

fn context() -> Context {
    context_of(METHOD)
}
