//! Systems of which nothing special is known: what gets away from its group is out of reach.

use std::time::Duration;

use super::EndRequest;
use crate::python::Channel;

/// Nobody adopts there.
pub fn adopt(_: bool) {}

/// Nobody but the parent collects there.
pub fn collect(_: u32) -> Option<i32> {
    None
}

/// Ends that process.
pub fn end(pid: u32, _: Option<u64>) {
    let Ok(mut system) = sysinfo::System::new() else {
        return;
    };
    let pid = sysinfo::Pid::from_u32(pid);
    system.refresh_processes(sysinfo::ProcessesToUpdate::Some(&[pid]), true);
    if let Some(process) = system.process(pid) {
        process.kill();
    }
}

/// Groups are ended with their leader there.
pub fn end_group(_: u32) {}

/// Asks a process group to end.
#[cfg(unix)]
pub fn ask_group(group: u32, request: EndRequest) {
    use nix::{
        sys::signal::{Signal, killpg},
        unistd::Pid,
    };
    let signal = match request {
        EndRequest::Interrupt => Signal::SIGINT,
        EndRequest::Terminate => Signal::SIGTERM,
    };
    if let Ok(group) = i32::try_from(group) {
        // It fails if nobody is left in it.
        let _ = killpg(Pid::from_raw(group), signal);
    }
}

/// There are no signals there.
#[cfg(not(unix))]
pub fn ask_group(_: u32, _: EndRequest) {}

/// Nobody is told of an end there.
#[derive(Debug)]
pub struct Ending;

impl Ending {
    /// Of that process.
    pub fn of(_: u32) -> Self {
        Self
    }

    /// Of nobody.
    pub fn none() -> Self {
        Self
    }

    /// Waits until there is something to read, at most so long.
    pub fn wait(&self, channel: &Channel, limit: Duration) -> bool {
        channel.wait(limit)
    }
}
