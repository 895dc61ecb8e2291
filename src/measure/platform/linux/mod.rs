//! Linux: exact figures from the kernel, by system call where there is one, otherwise from `/proc`.

mod cgroup;
mod free_time;
mod processes;
mod smaps;

use std::{fs, path::Path, time::Duration};

use nix::{
    sys::resource::{UsageWho, getrusage},
    time::ClockId,
    unistd::Pid,
};
use rustix::thread::{gettid, sched_getaffinity, sched_getcpu};

use super::{
    ContextSwitches, MemoryUsage, Platform, ProcessState, ThreadState, portable, unix::UnixPlatform,
};

/// Linux, with system calls and `/proc`.
#[derive(Debug, Clone, Copy)]
pub struct LinuxPlatform;

impl Platform for LinuxPlatform {
    fn now_ns() -> u64 {
        UnixPlatform::now_ns()
    }

    fn thread_cpu() -> Option<Duration> {
        UnixPlatform::thread_cpu()
    }

    fn own_cpu() -> Option<Duration> {
        UnixPlatform::own_cpu()
    }

    fn process_cpu(pid: u32) -> Option<Duration> {
        // For 0 the call would return the caller's value.
        let pid = i32::try_from(pid).ok().filter(|&pid| pid > 0)?;
        let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(pid)).ok()?;
        clock.now().ok().map(Duration::from)
    }

    fn process_memory(pid: u32) -> MemoryUsage {
        let read = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).ok();
        read("smaps_rollup")
            .and_then(|text| smaps::parse_rollup(&text))
            .or_else(|| read("status").map(|text| smaps::parse_status(&text)))
            .unwrap_or_default()
    }

    fn current_tid() -> Option<u32> {
        u32::try_from(gettid().as_raw_nonzero().get()).ok()
    }

    fn main_thread_tid(pid: u32) -> Option<u32> {
        // On Linux a process has the ID of its first thread.
        Some(pid)
    }

    fn parent_pid() -> Option<u32> {
        UnixPlatform::parent_pid()
    }

    fn current_core() -> Option<u32> {
        u32::try_from(sched_getcpu()).ok()
    }

    fn context_switches() -> Option<ContextSwitches> {
        let usage = getrusage(UsageWho::RUSAGE_THREAD).ok()?;
        Some(ContextSwitches {
            voluntary: u64::try_from(usage.voluntary_context_switches()).ok()?,
            involuntary: u64::try_from(usage.involuntary_context_switches()).ok()?,
        })
    }

    fn run_queue_wait() -> Option<Duration> {
        parse_schedstat(&fs::read_to_string("/proc/thread-self/schedstat").ok()?)
    }

    fn free_time() -> Option<Duration> {
        free_time::read_free_time()
    }

    fn process_state(pid: u32) -> Option<ProcessState> {
        processes::read_process(pid)
    }

    fn child_pids(pid: u32, threads: u32) -> Vec<u32> {
        processes::child_pids(pid, threads)
    }

    fn thread_states(pid: u32) -> Vec<ThreadState> {
        processes::thread_states(pid)
    }

    fn peak_memory(pid: u32) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        smaps::parse_peak(&status)
    }

    fn command_line(pid: u32) -> Vec<String> {
        processes::command_line(pid)
    }

    fn pids_with_environment(name: &str, value: &str) -> Vec<u32> {
        processes::pids_with_environment(name, value)
    }

    fn has_environment(pid: u32, name: &str, value: &str) -> bool {
        processes::has_environment(pid, name, value)
    }

    fn online_cores() -> Option<u32> {
        // `/sys` lists all online cores in one line; sysinfo would read all of `/proc/cpuinfo`.
        fs::read_to_string("/sys/devices/system/cpu/online")
            .ok()
            .and_then(|list| count_of_list(&list))
            .or_else(portable::online_cores)
    }

    fn affinity_cores() -> Option<u32> {
        // The mask has 1,024 bits; the call fails on a machine with more cores.
        sched_getaffinity(None)
            .ok()
            .map(|cores| cores.count())
            .or_else(portable::allowed_cores)
    }

    fn quota_cores() -> Option<f64> {
        cgroup::read_quota(Path::new("/"))
    }
}

/// The wait in a thread's `schedstat`: nanoseconds that it ran, nanoseconds that it waited for a core, time slices.
/// A kernel that does not count writes zeros; a thread that reads the file has run.
fn parse_schedstat(text: &str) -> Option<Duration> {
    let mut fields = text.split_whitespace();
    let (ran, waited): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    (ran > 0).then(|| Duration::from_nanos(waited))
}

/// How many numbers a list such as `0-3,6` has.
fn count_of_list(list: &str) -> Option<u32> {
    let mut count = 0;
    for range in list.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        count += last.checked_sub(first)?.checked_add(1)?;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_a_list_of_cores() {
        assert_eq!(count_of_list("0\n"), Some(1));
        assert_eq!(count_of_list("0-3,6,8-9\n"), Some(7));
        for broken in ["", "\n", "a", "3-1", "0-", "0-4294967295"] {
            assert_eq!(count_of_list(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn a_kernel_that_does_not_count_tells_no_wait() {
        assert_eq!(
            parse_schedstat("20431 1500000 7\n"),
            Some(Duration::from_micros(1_500))
        );
        for silent in ["0 0 0\n", "", "1", "a b c"] {
            assert_eq!(parse_schedstat(silent), None, "{silent:?}");
        }
    }

    #[test]
    fn affinity_follows_the_scheduler() {
        use rustix::thread::{CpuSet, sched_setaffinity};

        // The affinity belongs to a thread, so the test changes it in a thread of its own.
        let allowed = std::thread::spawn(|| {
            let core = sched_getcpu();
            let mut only_this_one = CpuSet::new();
            only_this_one.set(core);
            sched_setaffinity(None, &only_this_one).unwrap();
            LinuxPlatform::affinity_cores()
        });
        assert_eq!(allowed.join().unwrap(), Some(1));
    }
}
