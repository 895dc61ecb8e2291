//! The processes and threads of others, as the system shows them at this moment.

use std::time::Duration;

use super::platform::{NativePlatform, Platform};

/// A process at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessState {
    /// Its number.
    pub pid: u32,
    /// Its parent's number.
    pub parent: u32,
    /// Its process group, where there are some.
    pub group: Option<u32>,
    /// Its session, where there are some.
    pub session: Option<u32>,
    /// The name of the program that it runs; long ones are cut by the system.
    pub name: String,
    /// Whether it has ended, and nobody has asked how yet.
    pub has_ended: bool,
    /// How it ended, in Python's terms (code, −signal), if it has and the system tells.
    pub exitcode: Option<i32>,
    /// Processor time of all its threads so far.
    pub cpu: Option<Duration>,
    /// The core that its first thread ran on last.
    pub core: Option<u32>,
    /// How many threads it has.
    pub threads: u32,
    /// When it began, in the system's own unit: two processes of one number differ in it.
    pub began: u64,
}

/// A thread at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadState {
    /// Its number.
    pub tid: u32,
    /// Its name; long ones are cut by the system.
    pub name: String,
    /// Processor time so far.
    pub cpu: Option<Duration>,
    /// The core that it ran on last.
    pub core: Option<u32>,
}

/// A process; `None` if there is none of that number. About 15 µs on Linux.
pub fn process_state(pid: u32) -> Option<ProcessState> {
    NativePlatform::process_state(pid)
}

/// The children of a process that has so many threads, those that have just ended too.
pub fn child_pids(pid: u32, threads: u32) -> Vec<u32> {
    NativePlatform::child_pids(pid, threads)
}

/// The threads of a process; empty where the platform can't tell.
pub fn thread_states(pid: u32) -> Vec<ThreadState> {
    NativePlatform::thread_states(pid)
}

/// The most memory that a process had at one time, shared pages counted in full.
pub fn peak_memory(pid: u32) -> Option<u64> {
    NativePlatform::peak_memory(pid)
}

/// The words that a process was started with; empty if they are not ours to read.
pub fn command_line(pid: u32) -> Vec<String> {
    NativePlatform::command_line(pid)
}

/// The processes of this machine that were started with that variable in their environment, as far as they are
/// ours to look at.
pub fn pids_with_environment(name: &str, value: &str) -> Vec<u32> {
    NativePlatform::pids_with_environment(name, value)
}

/// Whether that process was started with that variable in its environment.
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
        let mut child = Command::new("sleep")
            .arg("60")
            .env("FORKLORE_TEST_MARK", "here")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let own = std::process::id();
        // Right after the start it may still be us.
        while process_state(child.id()).is_some_and(|state| state.name != "sleep") {
            std::thread::yield_now();
        }
        // And for a moment after that, its arguments and environment are not in place.
        while command_line(child.id()).is_empty() {
            std::thread::yield_now();
        }
        let state = process_state(child.id()).unwrap();
        assert_eq!((state.parent, state.threads), (own, 1));
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
        // Not waited for: it stays as a zombie.
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
