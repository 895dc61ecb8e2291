//! Systems without signals, process groups and `poll`: what the standard library can do everywhere.
//!
//! A child's output is read blockingly, one pipe after the other; a terminated child is not asked first; a
//! grandchild is not ended with its parent, and so a program that a worker should have become outlives
//! that worker.

use std::{
    io::{self, PipeReader, PipeWriter, Read, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use super::{ChildSignal, SystemLimit};
use crate::ExitUsage;

pub(crate) type ParentPipe = io::Stdin;

pub(crate) fn signal_of(_: ExitStatus) -> Option<i32> {
    None
}

pub(crate) fn signal_name(_: i32) -> Option<&'static str> {
    None
}

pub(crate) fn signal_number(_: &str) -> Option<i32> {
    None
}

/// Only collecting a child tells whether it has ended.
pub(crate) const SHOWS_ZOMBIES: bool = false;

pub(crate) fn set_own_group(_: &mut Command) {}

pub(crate) fn signal_group(_: u32, _: ChildSignal) -> bool {
    false
}

pub(crate) fn kill_own_group() -> ! {
    std::process::abort()
}

pub(crate) fn limit_met(_: &io::Error) -> Option<SystemLimit> {
    None
}

pub(crate) fn own_exe() -> PathBuf {
    std::env::current_exe().unwrap_or_default()
}

pub(crate) fn set_shown_name(_: &mut Command) {}

#[derive(Debug)]
pub(crate) struct ExitWatcher;

impl ExitWatcher {
    pub(crate) fn new(_: u32) -> Self {
        Self
    }

    /// The caller finds out by collecting its exit status.
    pub(crate) fn has_ended(&self) -> bool {
        true
    }

    pub(crate) fn wait_until_still(&self, _: Duration) {}

    pub(crate) fn wait_briefly(&self, limit: Duration, asked: u32) {
        thread::sleep(crate::child::backoff_delay(asked).min(limit));
    }
}

pub(crate) fn read_exit_usage(_: u32) -> ExitUsage {
    ExitUsage::default()
}

pub(crate) fn is_busy(_: u32) -> bool {
    false
}

pub(crate) fn borrow<T>(pipe: &T) -> &T {
    pipe
}

pub(crate) fn poll_readable<T>(files: &[T], _: Duration) -> Vec<bool> {
    vec![true; files.len()]
}

pub(crate) fn raise_descriptor_limit() {}

pub(crate) fn descriptor_limit() -> u64 {
    0
}

pub(crate) fn check_descriptors(_: usize) -> io::Result<()> {
    Ok(())
}

pub(crate) fn take_standard_input() -> io::Result<ParentPipe> {
    Ok(io::stdin())
}

pub(crate) fn watch_parent_pipe(mut lifeline: ParentPipe) -> io::Result<()> {
    let watch = move || {
        while !matches!(lifeline.read(&mut [0; 16]), Ok(0) | Err(_)) {}
        kill_own_group()
    };
    thread::Builder::new()
        .name("mp-lifeline".into())
        .spawn(watch)
        .map(drop)
}

pub(crate) fn become_program(_: &mut Command) -> Option<io::Error> {
    None
}

pub(crate) fn outlive_parent() -> bool {
    false
}

pub(crate) fn exit_by_signal(_: i32) {}

pub(crate) fn make_sockets_in(_: &Path) {}

pub(crate) fn own_user() -> u32 {
    0
}

/// Nanoseconds since this process first asked: not comparable between processes.
pub(crate) fn monotonic_ns() -> u64 {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed().as_nanos() as u64
}

pub(crate) fn wake_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    io::pipe()
}

pub(crate) fn wake_poller(writer: &mut PipeWriter) {
    // It fails only if the reader is gone, and then no thread sleeps there.
    let _ = writer.write_all(&[1]);
}
