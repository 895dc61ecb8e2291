//! A process as the system's process list shows it.

use sysinfo::{Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System};

/// The system's view of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SystemView {
    /// Its state, in words.
    pub(super) state: &'static str,
    /// Its parent.
    pub(super) parent: Option<u32>,
}

const ZOMBIE: &str = "zombie";
const GONE: &str = "gone";

impl SystemView {
    /// Whether it has ended: it is a zombie or was reaped.
    pub(super) fn has_ended(self) -> bool {
        [ZOMBIE, GONE].contains(&self.state)
    }
}

/// Asks the system, without reaping the process.
pub(super) fn view_process(pid: u32) -> SystemView {
    let gone = SystemView {
        state: GONE,
        parent: None,
    };
    let Ok(mut system) = System::new() else {
        return SystemView {
            state: "not reported here",
            parent: None,
        };
    };
    let pid = Pid::from_u32(pid);
    let kind = ProcessRefreshKind::nothing().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, kind);
    let Some(process) = system.process(pid) else {
        return gone;
    };
    let state = match process.status() {
        ProcessStatus::Run => "running",
        ProcessStatus::Zombie => ZOMBIE,
        ProcessStatus::Dead => return gone,
        ProcessStatus::Stop | ProcessStatus::Tracing => "stopped",
        _ => "waiting",
    };
    SystemView {
        state,
        parent: process.parent().map(Pid::as_u32),
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn this_process_runs_and_has_a_parent() {
        let sight = view_process(std::process::id());
        assert!(!sight.has_ended());
        assert!(sight.parent.is_some());
    }

    #[test]
    #[cfg(unix)]
    fn an_ended_child_is_a_zombie_until_it_is_collected() {
        let mut child = Command::new("true").stdin(Stdio::null()).spawn().unwrap();
        while !view_process(child.id()).has_ended() {
            std::thread::yield_now();
        }
        let sight = view_process(child.id());
        assert_eq!(
            (sight.state, sight.parent),
            (ZOMBIE, Some(std::process::id()))
        );
        child.wait().unwrap();
        assert_eq!(view_process(child.id()).state, GONE);
    }
}
