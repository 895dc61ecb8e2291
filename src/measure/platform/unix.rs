//! What every Unix has: the POSIX clocks and a parent process.

use std::{os::unix::process::parent_id, time::Duration};

use rustix::time::{ClockId, Timespec, clock_gettime};

use super::Platform;

/// A Unix without code of its own: macOS, the BSDs.
#[derive(Debug, Clone, Copy)]
pub struct UnixPlatform;

impl Platform for UnixPlatform {
    fn now_ns() -> u64 {
        to_duration(clock_gettime(ClockId::Monotonic)).as_nanos() as u64
    }

    fn thread_cpu() -> Option<Duration> {
        Some(to_duration(clock_gettime(ClockId::ThreadCPUTime)))
    }

    fn own_cpu() -> Option<Duration> {
        Some(to_duration(clock_gettime(ClockId::ProcessCPUTime)))
    }

    fn process_cpu(pid: u32) -> Option<Duration> {
        if pid == std::process::id() {
            Self::own_cpu()
        } else {
            None
        }
    }

    fn parent_pid() -> Option<u32> {
        Some(parent_id())
    }
}

fn to_duration(time: Timespec) -> Duration {
    // Both parts of a clock that counts up are positive, and the second is below a billion.
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_its_own_process_alone() {
        assert!(UnixPlatform::process_cpu(std::process::id()) >= Some(Duration::from_nanos(1)));
        assert_eq!(UnixPlatform::process_cpu(parent_id()), None);
    }
}
