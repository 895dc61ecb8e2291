//! Everything that differs between platforms.
//!
//! A platform is a type with these functions. The default of each function is the portable fallback: it returns
//! `None`, or asks the standard library or sysinfo. No module outside of this folder depends on the platform.

#[cfg(target_os = "linux")]
mod linux;
mod portable;
#[cfg(unix)]
mod unix;

use std::time::Duration;

pub use portable::PortablePlatform;

/// The platform that this program was built for.
#[cfg(target_os = "linux")]
pub use linux::LinuxPlatform as NativePlatform;
/// The platform that this program was built for.
#[cfg(not(unix))]
pub use portable::PortablePlatform as NativePlatform;
/// The platform that this program was built for.
#[cfg(all(unix, not(target_os = "linux")))]
pub use unix::UnixPlatform as NativePlatform;

use super::{ContextSwitches, MemoryUsage, ProcessState, ThreadState};

/// The figures that a platform provides. `measure` documents the functions.
pub trait Platform {
    /// See [`super::clock::now_ns`].
    fn now_ns() -> u64 {
        portable::wall_clock_ns()
    }

    /// See [`super::thread_cpu`].
    fn thread_cpu() -> Option<Duration> {
        None
    }

    /// See [`super::own_cpu`].
    fn own_cpu() -> Option<Duration> {
        None
    }

    /// See [`super::process_cpu`].
    fn process_cpu(_pid: u32) -> Option<Duration> {
        None
    }

    /// See [`super::process_memory`].
    fn process_memory(pid: u32) -> MemoryUsage {
        portable::resident_memory(pid)
    }

    /// See [`super::current_tid`].
    fn current_tid() -> Option<u32> {
        None
    }

    /// See [`super::main_thread_tid`].
    fn main_thread_tid(_pid: u32) -> Option<u32> {
        None
    }

    /// See [`super::parent_pid`].
    fn parent_pid() -> Option<u32> {
        portable::parent_pid()
    }

    /// See [`super::current_core`].
    fn current_core() -> Option<u32> {
        None
    }

    /// See [`super::context_switches`].
    fn context_switches() -> Option<ContextSwitches> {
        None
    }

    /// See [`super::run_queue_wait`].
    fn run_queue_wait() -> Option<Duration> {
        None
    }

    /// How long the usable cores were idle, or ran this process or its descendants.
    fn free_time() -> Option<Duration> {
        None
    }

    /// See [`super::process_state`].
    fn process_state(pid: u32) -> Option<ProcessState> {
        portable::process_state(pid)
    }

    /// See [`super::child_pids`].
    fn child_pids(pid: u32, _threads: u32) -> Vec<u32> {
        portable::child_pids(pid)
    }

    /// See [`super::thread_states`].
    fn thread_states(_pid: u32) -> Vec<ThreadState> {
        Vec::new()
    }

    /// See [`super::peak_memory`].
    fn peak_memory(pid: u32) -> Option<u64> {
        Self::process_memory(pid).resident
    }

    /// See [`super::command_line`].
    fn command_line(pid: u32) -> Vec<String> {
        portable::command_line(pid)
    }

    /// See [`super::pids_with_environment`].
    fn pids_with_environment(_name: &str, _value: &str) -> Vec<u32> {
        Vec::new()
    }

    /// See [`super::has_environment`].
    fn has_environment(_pid: u32, _name: &str, _value: &str) -> bool {
        false
    }

    /// Cores that are online, whether this process may use them or not.
    fn online_cores() -> Option<u32> {
        portable::online_cores()
    }

    /// Cores that the scheduler may put this thread on.
    fn affinity_cores() -> Option<u32> {
        portable::allowed_cores()
    }

    /// Processor seconds per second of wall time that the control groups allow, in cores.
    fn quota_cores() -> Option<f64> {
        None
    }
}
