//! Real processes, real faults. The workers are the program of `worker.rs`.
// Each test of a process runs once for each start method.
#![allow(clippy::duplicate_mod)]

#[path = "../../../../tests/it/waiting.rs"]
mod waiting;

#[cfg(target_os = "linux")]
mod fork_server;
mod support;
mod targets;
#[cfg(target_os = "linux")]
mod under_forkserver;
mod under_spawn;
