//! Linux: orphans come to us, and a signal goes to a process, not to a number.

use std::{
    os::fd::{AsFd, OwnedFd},
    time::Duration,
};

use nix::sys::prctl::set_child_subreaper;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, pidfd_open,
    pidfd_send_signal, waitid,
};

use super::EndRequest;
use crate::{measure, python::EventChannel};

/// Whether processes whose parent has gone become our children.
pub fn adopt_orphans(on: bool) {
    // Without it they are lost to us, and end with their group.
    let _ = set_child_subreaper(on);
}

/// Collects a child of ours that has ended: how it did, in Python's terms.
pub fn reap_child(pid: u32) -> Option<i32> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
    let status = waitid(WaitId::Pid(to_system_pid(pid)?), options).ok()??;
    let signal = || status.terminating_signal().map(|signal| -signal);
    status.exit_status().or_else(signal)
}

/// Ends that process, unless its number is somebody else's by now.
pub fn kill_same_process(pid: u32, began: Option<u64>) {
    let Some(number) = to_system_pid(pid) else {
        return;
    };
    let handle = pidfd_open(number, PidfdFlags::empty());
    // Looked at once it is held: what is held is what was looked at.
    let state = measure::process_state(pid);
    let is_same = state.is_some_and(|state| began.is_none_or(|began| began == state.began));
    if !is_same {
        return;
    }
    // It fails if it has ended, which is as well.
    let _ = match handle {
        Ok(handle) => pidfd_send_signal(handle, Signal::KILL),
        Err(_) => kill_process(number, Signal::KILL),
    };
}

/// Ends a process group.
pub fn kill_group(group: u32) {
    signal_group(group, Signal::KILL);
}

/// Asks a process group to end.
pub fn ask_group(group: u32, request: EndRequest) {
    let signal = match request {
        EndRequest::Interrupt => Signal::INT,
        EndRequest::Terminate => Signal::TERM,
    };
    signal_group(group, signal);
}

fn signal_group(group: u32, signal: Signal) {
    if let Some(number) = to_system_pid(group) {
        // It fails if nobody is left in it.
        let _ = kill_process_group(number, signal);
    }
}

fn to_system_pid(pid: u32) -> Option<Pid> {
    // Zero and below are groups.
    Pid::from_raw(i32::try_from(pid).ok()?).filter(|pid| pid.as_raw_nonzero().get() > 1)
}

/// Sees the end of a process at once, without collecting it.
#[derive(Debug)]
pub struct MainExitWatch(Option<OwnedFd>);

impl MainExitWatch {
    /// Of that process.
    pub fn for_process(pid: u32) -> Self {
        Self(to_system_pid(pid).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()))
    }

    /// Of nobody.
    pub fn none() -> Self {
        Self(None)
    }

    /// Waits until there is something to read, at most so long; no longer than until that end.
    pub fn wait_readable(&self, channel: &EventChannel, limit: Duration) -> bool {
        channel.wait_readable_or(self.0.as_ref().map(AsFd::as_fd), limit)
    }
}
