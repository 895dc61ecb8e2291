//! Systems without a way to adopt orphans: a process that leaves its group is out of reach.

use super::EndRequest;

/// Orphans cannot be adopted there.
pub fn adopt_orphans(_: bool) {}

/// Only a parent can reap a process there.
pub fn reap_child(_: u32) -> Option<i32> {
    None
}

/// Kills that process.
pub fn kill_same_process(pid: u32, _: Option<u64>) {
    let Ok(mut system) = sysinfo::System::new() else {
        return;
    };
    let pid = sysinfo::Pid::from_u32(pid);
    system.refresh_processes(sysinfo::ProcessesToUpdate::Some(&[pid]), true);
    if let Some(process) = system.process(pid) {
        process.kill();
    }
}

/// Groups end with their leader there.
pub fn kill_group(_: u32) {}

/// Asks the hooks of a Python where its threads are. In a process without hooks, the signal does nothing.
#[cfg(unix)]
pub fn ask_for_sample(pid: u32) {
    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };
    if let Ok(pid) = i32::try_from(pid) {
        // It fails if the process has ended.
        let _ = kill(Pid::from_raw(pid), Signal::SIGURG);
    }
}

/// There are no signals there.
#[cfg(not(unix))]
pub fn ask_for_sample(_: u32) {}

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
        // It fails if the group is empty.
        let _ = killpg(Pid::from_raw(group), signal);
    }
}

/// There are no signals there.
#[cfg(not(unix))]
pub fn ask_group(_: u32, _: EndRequest) {}
