//! Systems of which nothing special is known: what gets away from its group is out of reach.

use std::time::Duration;

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
