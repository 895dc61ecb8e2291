//! `multiprocessing` for Rust, on ipc-channel.
use thiserror::Error;

/// (being written)
#[derive(Debug, Error)]
#[error("mp")]
pub struct Error;

/// (being written)
#[derive(Debug, Clone)]
pub struct Context;
