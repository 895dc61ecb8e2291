//! Processes and threads of the machine, as the system shows them at this moment.

use std::time::Duration;

use super::platform::{NativePlatform, Platform};

/// A snapshot of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessState {
    /// The process ID.
    pub pid: u32,
    /// The process ID of its parent.
    pub parent: u32,
    /// Its process group, where the platform has them.
    pub group: Option<u32>,
    /// Its session, where the platform has them.
    pub session: Option<u32>,
    /// The name of the program that it runs; the system shortens long names.
    pub name: String,
    /// Whether it has ended and waits to be reaped.
    pub has_ended: bool,
    /// How it ended, in Python's terms (code or −signal), if it has ended and the system reports it.
    pub exitcode: Option<i32>,
    /// Processor time of all its threads so far.
    pub cpu: Option<Duration>,
    /// The core that its first thread last ran on.
    pub core: Option<u32>,
    /// Whether its first thread runs, or is ready to.
    pub is_runnable: bool,
    /// Whether it is stopped, as by SIGSTOP.
    pub is_stopped: bool,
    /// How many threads it has.
    pub threads: u32,
    /// Its start time in the system's own unit. Two processes with the same ID differ in it.
    pub began: u64,
    /// A moment on the [shared clock](super::clock) by which it had started, as early as the system tells.
    pub started_ns: Option<u64>,
}

/// A snapshot of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadState {
    /// The thread ID.
    pub tid: u32,
    /// Its name; the system shortens long names.
    pub name: String,
    /// Processor time so far.
    pub cpu: Option<Duration>,
    /// How long it has been ready to run while no core was free for it: see [`super::run_queue_wait`].
    pub run_queue: Option<Duration>,
    /// The core that it last ran on.
    pub core: Option<u32>,
    /// Whether it runs, or is ready to.
    pub is_runnable: bool,
}

/// The process with this ID, if there is one. Takes about 15 µs on Linux.
pub fn process_state(pid: u32) -> Option<ProcessState> {
    NativePlatform::process_state(pid)
}

/// The children of a process that has `threads` threads, including those that have just ended.
pub fn child_pids(pid: u32, threads: u32) -> Vec<u32> {
    NativePlatform::child_pids(pid, threads)
}

/// The threads of a process; empty where the platform does not list them.
pub fn thread_states(pid: u32) -> Vec<ThreadState> {
    NativePlatform::thread_states(pid)
}

/// The peak resident memory of a process, with shared pages counted in full.
pub fn peak_memory(pid: u32) -> Option<u64> {
    NativePlatform::peak_memory(pid)
}

/// The command line of a process; empty if we may not read it.
pub fn command_line(pid: u32) -> Vec<String> {
    NativePlatform::command_line(pid)
}

/// The processes that were started with this variable in their environment, as far as we may inspect them.
pub fn pids_with_environment(name: &str, value: &str) -> Vec<u32> {
    NativePlatform::pids_with_environment(name, value)
}

/// Whether a process was started with this variable in its environment.
pub fn has_environment(pid: u32, name: &str, value: &str) -> bool {
    NativePlatform::has_environment(pid, name, value)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;
    use crate::measure::platform::PortablePlatform;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_child_is_seen_with_its_parent_and_its_environment() {
        let before = crate::measure::clock::now_ns();
        let mut child = Command::new("sleep")
            .arg("60")
            .env("FORKLORE_TEST_MARK", "here")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let own = std::process::id();
        // Right after the start, the child may still be a copy of this process.
        while process_state(child.id()).is_some_and(|state| state.name != "sleep") {
            std::thread::yield_now();
        }
        // For a moment after that, its arguments and environment are not in place.
        while command_line(child.id()).is_empty() {
            std::thread::yield_now();
        }
        let state = process_state(child.id()).unwrap();
        assert_eq!((state.parent, state.threads), (own, 1));
        let started = state.started_ns.unwrap();
        // The system counts in hundredths of a second.
        assert!(before < started && started <= crate::measure::clock::now_ns() + 10_000_000);
        assert!(!state.has_ended && state.cpu.is_some() && state.core.is_some());
        let threads = process_state(own).unwrap().threads;
        assert!(threads > 1 && child_pids(own, threads).contains(&child.id()));
        assert!(has_environment(child.id(), "FORKLORE_TEST_MARK", "here"));
        assert!(!has_environment(child.id(), "FORKLORE_TEST_MARK", "her"));
        assert_eq!(
            pids_with_environment("FORKLORE_TEST_MARK", "here"),
            [child.id()]
        );
        assert_eq!(command_line(child.id()), ["sleep", "60"]);
        assert!(peak_memory(child.id()) > Some(10_000));
        child.kill().unwrap();
        // The child is not reaped, so it stays a zombie.
        while process_state(child.id()).is_some_and(|state| !state.has_ended) {
            std::thread::yield_now();
        }
        assert_eq!(process_state(child.id()).unwrap().exitcode, Some(-9));
        child.wait().unwrap();
        assert_eq!(process_state(child.id()), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn threads_have_their_names_and_their_time() {
        let (started, is_started) = std::sync::mpsc::channel();
        let (end, may_end) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::Builder::new()
            .name("a (strange) name".to_owned())
            .spawn(move || {
                started.send(crate::measure::current_tid()).unwrap();
                may_end.recv().unwrap();
            })
            .unwrap();
        let tid = is_started.recv().unwrap().unwrap();
        let all = thread_states(std::process::id());
        let found = all.iter().find(|thread| thread.tid == tid).unwrap();
        assert_eq!(found.name, "a (strange) name"[..15]);
        assert!(found.cpu.is_some() && found.core.is_some());
        end.send(()).unwrap();
        thread.join().unwrap();
    }

    #[test]
    fn the_plain_fallback_sees_a_process_and_its_children() {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("--list")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let own = std::process::id();
        assert!(PortablePlatform::child_pids(own, 1).contains(&child.id()));
        let state = PortablePlatform::process_state(own).unwrap();
        assert!(!state.has_ended && state.threads >= 1);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(PortablePlatform::process_state(u32::MAX), None);
    }
}
