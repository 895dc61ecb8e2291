//! `multiprocessing` for Rust, on ipc-channel: processes, pools, channels and shared memory, with Python's names.
//!
//! A worker is this same program, started again, or forked from a small copy of it (see [`StartMethod`]). Three things are needed: functions, one list of those that
//! workers may run, and [`child_entry`] as the first line of `main`.

mod bootstrap;
mod bytes;
mod callable;
pub(crate) mod channel;
mod child;
mod connection;
mod context;
mod current;
mod error;
mod exec;
mod exit;
mod folder;
#[cfg(target_os = "linux")]
mod fork_server;
mod handshake;
mod launcher;
mod lock;
pub(crate) mod memory;
pub(crate) mod message;
mod output;
mod platform;
mod pool;
mod process;
mod queue;
mod raw;
pub(crate) mod readiness;
mod shared_array;
mod sharing;
mod signals;
pub(crate) mod slot;
mod start_method;
mod target;
mod task_error;
mod token;
mod worker;

pub use bytes::Bytes;
pub use callable::{Callable, ReturnsResult, ReturnsValue};
pub use connection::{Connection, ConnectionError, Pipe, pipe};
pub use context::Context;
pub use current::{CurrentProcess, current_process};
pub use error::{Error, limit_remedy};
pub use exec::{exec, outlive_parent};
pub use exit::{ExitUsage, ProcessExit};
pub use folder::{PrivateFolder, remove_folders, remove_stale_folders};
pub use launcher::Launcher;
pub use lock::{Lock, LockError, LockGuard};
pub use memory::MemoryError;
pub use message::{PackError, UnpackError};
pub use output::OutputLine;
pub use pool::{
    AsyncResult, ImapIterator, Pool, PoolBuilder, PoolWorkerReport, TaskRecord, default_chunksize,
};
pub use process::Process;
pub use queue::{Queue, QueueError};
pub use raw::cause_segfault;
pub use shared_array::{Element, SharedArray, Value};
pub use signals::{signal_name, signal_number};
pub use start_method::StartMethod;
pub use target::Target;
pub use task_error::{Failure, TaskError, TaskErrorCause, WorkerName};
pub use worker::child_entry;
