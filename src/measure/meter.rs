//! Meters that collect the figures of one piece of work.

use std::{
    marker::PhantomData,
    time::{Duration, Instant},
};

use super::{
    ContextSwitches,
    platform::{NativePlatform, Platform, PortablePlatform},
};
use crate::record::ResourceUsage;

/// Measures the work of the calling thread, from the start barrier to the last result.
///
/// ```
/// use forklore::measure::{MeterScope, RealMeter, WorkMeter};
///
/// let mut meter = RealMeter::new(MeterScope::Process);
/// meter.begin();
/// for part in 0..4_u64 {
///     std::hint::black_box((0..part * 1000).sum::<u64>());
///     meter.task_done();
/// }
/// let usage = meter.finish();
/// assert_eq!(usage.tasks, 4);
/// assert!(usage.work_s.is_some());
/// ```
pub trait WorkMeter {
    /// Starts the stopwatch. Call it right after the start barrier. A second call starts over.
    fn begin(&mut self);

    /// Records the core that the thread runs on. Cheap (below 0.1 µs on Linux): call it between parts of the
    /// work.
    fn note_core(&mut self);

    /// Counts a task and records the core.
    fn task_done(&mut self);

    /// Stops the stopwatch, then collects the slower figures. Without a call of `begin` there are no times.
    fn finish(&mut self) -> ResourceUsage;
}

/// What kind of worker is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeterScope {
    /// A thread among others. It has no memory figures, since its memory is its process's.
    Thread,
    /// A process with one working thread. Memory is the process's; everything else is that thread's.
    Process,
}

/// Reads this machine's clocks and counters.
pub type RealMeter = PlatformMeter<NativePlatform>;

/// Reads what every platform has: wall time and resident memory.
pub type PortableMeter = PlatformMeter<PortablePlatform>;

/// A meter that reads a platform's clocks and counters: see [`RealMeter`] and [`PortableMeter`].
#[derive(Debug)]
pub struct PlatformMeter<P> {
    scope: MeterScope,
    began: Option<MeterStart>,
    cores: Vec<u32>,
    tasks: u64,
    platform: PhantomData<fn() -> P>,
}

#[derive(Debug, Clone, Copy)]
struct MeterStart {
    run_queue: Option<Duration>,
    switches: Option<ContextSwitches>,
    cpu: Option<Duration>,
    wall: Instant,
}

impl<P> PlatformMeter<P> {
    /// A meter that has not started.
    pub fn new(scope: MeterScope) -> Self {
        Self {
            scope,
            began: None,
            cores: Vec::new(),
            tasks: 0,
            platform: PhantomData,
        }
    }
}

impl<P: Platform> WorkMeter for PlatformMeter<P> {
    fn begin(&mut self) {
        self.cores.clear();
        self.tasks = 0;
        self.note_core();
        // The stopwatch starts last here and stops first in `finish`, so the other readings are not timed.
        self.began = Some(MeterStart {
            run_queue: P::run_queue_wait(),
            switches: P::context_switches(),
            cpu: P::thread_cpu(),
            wall: Instant::now(),
        });
    }

    fn note_core(&mut self) {
        if let Some(core) = P::current_core()
            && !self.cores.contains(&core)
        {
            self.cores.push(core);
        }
    }

    fn task_done(&mut self) {
        self.tasks += 1;
        self.note_core();
    }

    fn finish(&mut self) -> ResourceUsage {
        let (wall, cpu, switches) = (Instant::now(), P::thread_cpu(), P::context_switches());
        let run_queue = P::run_queue_wait();
        self.note_core();
        self.cores.sort_unstable();
        let began = self.began.take();
        let switched = began.and_then(|began| {
            let (before, after) = (began.switches?, switches?);
            Some((
                after.voluntary.checked_sub(before.voluntary)?,
                after.involuntary.checked_sub(before.involuntary)?,
            ))
        });
        let memory = match self.scope {
            MeterScope::Thread => super::MemoryUsage::default(),
            MeterScope::Process => P::process_memory(std::process::id()),
        };
        ResourceUsage {
            work_s: began.map(|began| wall.duration_since(began.wall).as_secs_f64()),
            cpu_s: began.and_then(|began| Some(cpu?.checked_sub(began.cpu?)?.as_secs_f64())),
            run_queue_s: began
                .and_then(|began| Some(run_queue?.checked_sub(began.run_queue?)?.as_secs_f64())),
            cores: std::mem::take(&mut self.cores),
            private_bytes: memory.private,
            resident_bytes: memory.resident,
            proportional_bytes: memory.proportional,
            voluntary_switches: switched.map(|(voluntary, _)| voluntary),
            involuntary_switches: switched.map(|(_, involuntary)| involuntary),
            tasks: std::mem::take(&mut self.tasks),
        }
    }
}

/// Always returns the same figures, for tests of reports and screens.
#[derive(Debug, Clone, Default)]
pub struct FakeMeter {
    usage: ResourceUsage,
}

impl FakeMeter {
    /// A meter that finishes with `usage`, whatever was done.
    pub fn new(usage: ResourceUsage) -> Self {
        Self { usage }
    }
}

impl WorkMeter for FakeMeter {
    fn begin(&mut self) {}

    fn note_core(&mut self) {}

    fn task_done(&mut self) {}

    fn finish(&mut self) -> ResourceUsage {
        self.usage.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    const NAP: Duration = Duration::from_millis(20);

    fn nap_twice(meter: &mut impl WorkMeter) -> ResourceUsage {
        meter.begin();
        for _ in 0..2 {
            sleep(NAP / 2);
            meter.task_done();
        }
        meter.finish()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_nap_takes_wall_time_but_hardly_processor_time() {
        let usage = nap_twice(&mut RealMeter::new(MeterScope::Process));
        assert!(usage.work_s.unwrap() >= NAP.as_secs_f64());
        assert!(
            usage.cpu_s.unwrap() < usage.work_s.unwrap() / 2.0,
            "{usage:?}"
        );
        assert!(usage.voluntary_switches.unwrap() >= 2);
        assert!(usage.run_queue_s <= usage.work_s, "{usage:?}");
        assert!(!usage.cores.is_empty() && usage.cores.is_sorted());
        assert!(usage.private_bytes <= usage.proportional_bytes);
        assert!(usage.private_bytes > Some(0));
        assert_eq!(usage.tasks, 2);
    }

    #[test]
    fn a_thread_has_no_memory_of_its_own() {
        let usage = nap_twice(&mut RealMeter::new(MeterScope::Thread));
        let memory = (
            usage.private_bytes,
            usage.resident_bytes,
            usage.proportional_bytes,
        );
        assert_eq!(memory, (None, None, None));
    }

    #[test]
    fn a_meter_can_be_used_again() {
        let mut meter = RealMeter::new(MeterScope::Thread);
        nap_twice(&mut meter);
        assert_eq!(
            meter.finish(),
            ResourceUsage {
                cores: meter.finish().cores,
                ..ResourceUsage::default()
            }
        );
        assert_eq!(nap_twice(&mut meter).tasks, 2);
    }

    #[test]
    fn without_a_beginning_there_are_no_times() {
        let usage = RealMeter::new(MeterScope::Thread).finish();
        assert_eq!(usage.work_s, None);
        assert_eq!((usage.cpu_s, usage.run_queue_s), (None, None));
        assert_eq!(usage.voluntary_switches, None);
    }

    #[test]
    fn the_plain_fallback_knows_the_wall_time() {
        let usage = nap_twice(&mut PortableMeter::new(MeterScope::Process));
        assert!(usage.work_s.unwrap() >= NAP.as_secs_f64());
        assert_eq!((usage.cpu_s, usage.run_queue_s), (None, None));
        assert_eq!(usage.voluntary_switches, None);
        assert!(usage.cores.is_empty());
        assert!(usage.resident_bytes > Some(0));
        assert_eq!(usage.tasks, 2);
    }

    #[test]
    fn a_fake_tells_what_it_was_told() {
        let usage = ResourceUsage {
            work_s: Some(1.5),
            cores: vec![3],
            tasks: 7,
            ..ResourceUsage::default()
        };
        assert_eq!(nap_twice(&mut FakeMeter::new(usage.clone())), usage);
    }
}
