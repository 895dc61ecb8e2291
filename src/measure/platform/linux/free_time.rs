//! How long the usable cores were free for this process: idle, or running it or its descendants.

use std::{fs, time::Duration};

use nix::sys::resource::{Usage, UsageWho, getrusage};
use rustix::thread::{CpuSet, sched_getaffinity};

use super::{LinuxPlatform, Platform, processes};

/// The idle time of the usable cores, and the processor time of this process and its descendants, added up.
pub fn read_free_time() -> Option<Duration> {
    let usable = sched_getaffinity(None).ok()?;
    let idle = parse_idle_time(&fs::read_to_string("/proc/stat").ok()?, &usable)?;
    let ended = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let own = LinuxPlatform::own_cpu()? + to_duration(&ended)?;
    Some(idle + own + processes::descendants_cpu(std::process::id()))
}

fn to_duration(usage: &Usage) -> Option<Duration> {
    let times = [usage.user_time(), usage.system_time()].map(|time| {
        let micros = time.tv_sec() * 1_000_000 + time.tv_usec();
        u64::try_from(micros).ok().map(Duration::from_micros)
    });
    Some(times[0]? + times[1]?)
}

/// The idle time of the usable cores. `None` if the text lacks one of them: a container may number its cores anew. The
/// same holds for a system that does not count, whose rows are all zeros.
fn parse_idle_time(stat: &str, usable: &CpuSet) -> Option<Duration> {
    let (mut idle, mut found) = (0, 0);
    for line in stat.lines() {
        let mut words = line.split_ascii_whitespace();
        let core = words.next().and_then(|word| word.strip_prefix("cpu"));
        let core = core.and_then(|number| number.parse().ok());
        if !core.is_some_and(|core: usize| core < CpuSet::MAX_CPU && usable.is_set(core)) {
            continue;
        }
        let ticks: Vec<u64> = words.filter_map(|word| word.parse().ok()).collect();
        if ticks.iter().all(|ticks| *ticks == 0) {
            return None;
        }
        // A core is idle too while all that it could run waits for a disk.
        idle += ticks.get(3)? + ticks.get(4)?;
        found += 1;
    }
    (found == usable.count()).then(|| Duration::from_millis(10 * idle))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 50 0 5 300 20 0 1 4 0 0\ncpu1 60 0 6 100 0 0 1 4 0 0\nintr 5\n";

    fn idle_ms(stat: &str, usable: &[usize]) -> Option<u128> {
        let mut cores = CpuSet::new();
        for &core in usable {
            cores.set(core);
        }
        parse_idle_time(stat, &cores).map(|idle| idle.as_millis())
    }

    #[test]
    fn the_usable_cores_alone_count() {
        assert_eq!(idle_ms(STAT, &[0, 1]), Some(4_200));
        assert_eq!(idle_ms(STAT, &[1]), Some(1_000));
    }

    #[test]
    fn a_core_that_is_not_listed_or_not_counted_makes_it_unknown() {
        assert_eq!(idle_ms(STAT, &[1, 2]), None);
        assert_eq!(idle_ms("cpu0 0 0 0 0 0 0 0 0 0 0\n", &[0]), None);
        assert_eq!(idle_ms("", &[0]), None);
    }
}
