//! Processor time, core and identity of the calling thread or of a process.

use std::time::Duration;

use super::platform::{NativePlatform, Platform};

/// How often a thread gave up its core.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ContextSwitches {
    /// The thread gave it up itself, to wait for something.
    pub voluntary: u64,
    /// The scheduler gave the core to another thread.
    pub involuntary: u64,
}

/// Processor time of the calling thread so far. The value is exact; reading it takes well under a microsecond.
pub fn thread_cpu() -> Option<Duration> {
    NativePlatform::thread_cpu()
}

/// Processor time of this process so far, all its threads together.
pub fn own_cpu() -> Option<Duration> {
    NativePlatform::own_cpu()
}

/// Processor time of a process so far, all its threads together, children not included.
///
/// Exact, also for a zombie until it is reaped. `None` if there is no such process, or if the platform does not
/// report it.
pub fn process_cpu(pid: u32) -> Option<Duration> {
    NativePlatform::process_cpu(pid)
}

/// The core that the calling thread runs on at this moment; it may be another one a moment later.
pub fn current_core() -> Option<u32> {
    NativePlatform::current_core()
}

/// Context switches of the calling thread so far.
pub fn context_switches() -> Option<ContextSwitches> {
    NativePlatform::context_switches()
}

/// How long the calling thread has been ready to run while no core was free for it. Takes a few microseconds.
///
/// Other programs, an affinity mask and a control group's quota make a thread wait in this way; a wait for a lock, for
/// data or for time to pass does not count.
pub fn run_queue_wait() -> Option<Duration> {
    NativePlatform::run_queue_wait()
}

/// The calling thread's number, as `ps -L` and `top -H` show it.
pub fn current_tid() -> Option<u32> {
    NativePlatform::current_tid()
}

/// The number of a process's main thread, where the system numbers threads.
pub fn main_thread_tid(pid: u32) -> Option<u32> {
    NativePlatform::main_thread_tid(pid)
}

/// The process that started this one, or the one that adopted it after the first had ended.
pub fn parent_pid() -> Option<u32> {
    NativePlatform::parent_pid()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{
        hint::black_box,
        process::{Command, Stdio},
        time::Instant,
    };

    use super::*;

    fn burn(how_long: Duration) {
        let end = thread_cpu().unwrap() + how_long;
        while thread_cpu().unwrap() < end {
            black_box((0..1000_u64).sum::<u64>());
        }
    }

    #[test]
    fn a_burning_thread_counts_for_itself_and_for_its_process() {
        let (thread_before, process_before) = (thread_cpu().unwrap(), own_cpu().unwrap());
        std::thread::spawn(|| burn(Duration::from_millis(30)))
            .join()
            .unwrap();
        let (thread, process) = (thread_cpu().unwrap(), own_cpu().unwrap());
        assert!(process >= process_before + Duration::from_millis(30));
        assert!(
            thread < thread_before + Duration::from_millis(30),
            "it only waited"
        );
    }

    #[test]
    fn own_process_is_one_of_the_processes() {
        let before = own_cpu().unwrap();
        let by_pid = process_cpu(std::process::id()).unwrap();
        assert!(before <= by_pid && by_pid <= own_cpu().unwrap());
    }

    #[test]
    fn a_zombies_processor_time_can_still_be_read() {
        let mut child = Command::new("sh")
            .args(["-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        // The child is not reaped, so it stays a zombie after it has ended.
        let stat = format!("/proc/{}/stat", child.id());
        let give_up = Instant::now() + Duration::from_mins(1);
        while !std::fs::read_to_string(&stat).unwrap().contains(") Z ") {
            assert!(Instant::now() < give_up, "the child doesn't end");
            std::thread::sleep(Duration::from_millis(2));
        }
        let used = process_cpu(child.id()).unwrap();
        assert!(used > Duration::from_micros(100), "{used:?}");
        child.wait().unwrap();
        assert_eq!(process_cpu(child.id()), None, "reaped: gone");
    }

    #[test]
    fn a_process_that_cannot_exist_has_no_time() {
        assert_eq!(process_cpu(0), None);
        assert_eq!(process_cpu(u32::MAX), None);
    }

    #[test]
    fn waiting_switches_by_itself() {
        let before = context_switches().unwrap();
        for _ in 0..5 {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(context_switches().unwrap().voluntary >= before.voluntary + 5);
    }

    #[test]
    fn threads_that_share_a_core_wait_for_it() {
        use rustix::thread::{CpuSet, sched_setaffinity};
        if run_queue_wait().is_none() {
            return; // The kernel was built without this count.
        }
        // The affinity belongs to a thread, so the test changes it in threads of its own.
        let core = usize::try_from(current_core().unwrap()).unwrap();
        let both_there = std::sync::Barrier::new(2);
        let wait_at_work = || {
            let mut only_this_one = CpuSet::new();
            only_this_one.set(core);
            sched_setaffinity(None, &only_this_one).unwrap();
            both_there.wait();
            let before = run_queue_wait().unwrap();
            burn(Duration::from_millis(60));
            run_queue_wait().unwrap().saturating_sub(before)
        };
        let waited = std::thread::scope(|scope| {
            let both = [scope.spawn(wait_at_work), scope.spawn(wait_at_work)];
            both.map(|thread| thread.join().unwrap())
        });
        assert!(
            waited.iter().max() > Some(&Duration::from_millis(10)),
            "{waited:?}"
        );
    }

    #[test]
    fn threads_have_numbers_of_their_own() {
        let mine = current_tid().unwrap();
        let other = std::thread::spawn(current_tid).join().unwrap().unwrap();
        assert_ne!(mine, other);
    }

    #[test]
    fn the_parent_is_the_systems() {
        assert_eq!(parent_pid(), Some(std::os::unix::process::parent_id()));
    }

    #[test]
    fn the_core_exists() {
        assert!(current_core().unwrap() < 100_000);
    }
}
