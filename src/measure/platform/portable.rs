//! The portable fallback: what the standard library and sysinfo provide on every platform.

use std::{
    thread::available_parallelism,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sysinfo::{
    CpuRefreshKind, Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, UpdateKind,
};

use super::{MemoryUsage, Platform, ProcessState};

/// A platform without code of its own.
#[derive(Debug, Clone, Copy)]
pub struct PortablePlatform;

impl Platform for PortablePlatform {}

pub fn wall_clock_ns() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos() as u64)
}

pub fn resident_memory(pid: u32) -> MemoryUsage {
    let resident = query_process(
        pid,
        ProcessRefreshKind::nothing().with_memory(),
        sysinfo::Process::memory,
    );
    MemoryUsage {
        resident: resident.filter(|&bytes| bytes > 0),
        ..MemoryUsage::default()
    }
}

pub fn parent_pid() -> Option<u32> {
    let parent = query_process(
        std::process::id(),
        ProcessRefreshKind::nothing(),
        sysinfo::Process::parent,
    )?;
    parent.map(Pid::as_u32)
}

pub fn process_state(pid: u32) -> Option<ProcessState> {
    query_process(pid, ProcessRefreshKind::nothing().with_cpu(), |process| {
        ProcessState {
            pid,
            parent: process.parent().map_or(0, Pid::as_u32),
            group: None,
            session: process.session_id().map(Pid::as_u32),
            name: process.name().to_string_lossy().into_owned(),
            has_ended: matches!(
                process.status(),
                ProcessStatus::Zombie | ProcessStatus::Dead
            ),
            exitcode: None,
            cpu: Some(Duration::from_millis(process.accumulated_cpu_time())),
            core: None,
            is_runnable: process.status() == ProcessStatus::Run,
            is_stopped: process.status() == ProcessStatus::Stop,
            threads: 1,
            began: process.start_time(),
            // Whole seconds of the wall clock say too little.
            started_ns: None,
        }
    })
}

pub fn child_pids(pid: u32) -> Vec<u32> {
    let Ok(mut system) = System::new() else {
        return Vec::new();
    };
    let what = ProcessRefreshKind::nothing().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    let parent = Some(Pid::from_u32(pid));
    let all = system.processes().iter();
    all.filter(|(_, process)| process.parent() == parent)
        .map(|(pid, _)| pid.as_u32())
        .collect()
}

pub fn command_line(pid: u32) -> Vec<String> {
    let what = ProcessRefreshKind::nothing().with_cmd(UpdateKind::Always);
    let words = query_process(pid, what, |process| {
        let words = process.cmd().iter();
        words
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    });
    words.unwrap_or_default()
}

pub fn online_cores() -> Option<u32> {
    let mut system = System::new().ok()?;
    system.refresh_cpu_list(CpuRefreshKind::nothing());
    u32::try_from(system.cpus().len())
        .ok()
        .filter(|&cores| cores > 0)
}

pub fn allowed_cores() -> Option<u32> {
    u32::try_from(available_parallelism().ok()?.get()).ok()
}

fn query_process<T>(
    pid: u32,
    what: ProcessRefreshKind,
    tell: impl Fn(&sysinfo::Process) -> T,
) -> Option<T> {
    let pid = Pid::from_u32(pid);
    let mut system = System::new().ok()?;
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);
    system.process(pid).map(tell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::platform::NativePlatform;

    #[test]
    fn finds_the_parent_that_the_system_names() {
        assert_eq!(PortablePlatform::parent_pid(), NativePlatform::parent_pid());
    }

    #[test]
    fn counts_cores() {
        assert!(PortablePlatform::online_cores() >= PortablePlatform::affinity_cores());
        assert!(PortablePlatform::affinity_cores() >= Some(1));
    }

    #[test]
    fn the_wall_clock_is_past_2020() {
        assert!(PortablePlatform::now_ns() > 1_577_836_800_000_000_000);
    }

    #[test]
    fn says_none_where_it_knows_nothing() {
        assert_eq!(PortablePlatform::thread_cpu(), None);
        assert_eq!(PortablePlatform::process_cpu(std::process::id()), None);
        assert_eq!(PortablePlatform::current_core(), None);
        assert_eq!(PortablePlatform::context_switches(), None);
        assert_eq!(PortablePlatform::run_queue_wait(), None);
        assert_eq!(PortablePlatform::quota_cores(), None);
    }
}
