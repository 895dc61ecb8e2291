//! Linux: orphans become our children, and signals go to a process handle instead of a PID.

use nix::sys::prctl::set_child_subreaper;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, pidfd_open,
    pidfd_send_signal, waitid,
};

use super::EndRequest;
use crate::measure;

/// Turns on or off that orphans of our descendants become our children.
pub fn adopt_orphans(on: bool) {
    // If it fails, we cannot reap orphans, and they end with their group.
    let _ = set_child_subreaper(on);
}

/// Reaps a child of ours that has ended; returns its exit code in Python's terms.
pub fn reap_child(pid: u32) -> Option<i32> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
    let status = waitid(WaitId::Pid(to_system_pid(pid)?), options).ok()??;
    let signal = || status.terminating_signal().map(|signal| -signal);
    status.exit_status().or_else(signal)
}

/// Kills the process, unless its PID belongs to another process by now.
pub fn kill_same_process(pid: u32, began: Option<u64>) {
    let Some(number) = to_system_pid(pid) else {
        return;
    };
    let handle = pidfd_open(number, PidfdFlags::empty());
    // The state is read after the handle was opened, so both belong to the same process.
    let state = measure::process_state(pid);
    let is_same = state.is_some_and(|state| began.is_none_or(|began| began == state.began));
    if !is_same {
        return;
    }
    // A failure means that the process has ended.
    let _ = match handle {
        Ok(handle) => pidfd_send_signal(handle, Signal::KILL),
        Err(_) => kill_process(number, Signal::KILL),
    };
}

/// Kills a process group.
pub fn kill_group(group: u32) {
    signal_group(group, Signal::KILL);
}

/// Asks the hooks of a Python where its threads are. In a process without hooks, the signal does nothing.
pub fn ask_for_sample(pid: u32) {
    if let Some(number) = to_system_pid(pid) {
        // It fails if the process has ended.
        let _ = kill_process(number, Signal::URG);
    }
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
        // It fails if the group is empty.
        let _ = kill_process_group(number, signal);
    }
}

fn to_system_pid(pid: u32) -> Option<Pid> {
    // Zero and below are groups.
    Pid::from_raw(i32::try_from(pid).ok()?).filter(|pid| pid.as_raw_nonzero().get() > 1)
}
