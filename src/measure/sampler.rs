//! How busy each core was while a long trial ran.

use std::time::Instant;

use sysinfo::{MINIMUM_CPU_UPDATE_INTERVAL, System};

/// Mean load of each core between [`CoreSampler::start`] and [`CoreSampler::finish`].
///
/// Everybody's load counts, not only ours: it is the picture that a task manager shows. The system counts
/// busy time from boot on, so two readings give the exact mean over everything between them, however
/// long; no thread wakes up in between, and the work is not disturbed. A reading costs about
/// 0.1 ms, more with many cores, and both are outside of the timed work.
#[derive(Debug)]
pub struct CoreSampler {
    system: System,
    began: Instant,
}

impl CoreSampler {
    /// Takes the first reading: call it right before the start gate opens. `None` if the system tells no load.
    pub fn start() -> Option<Self> {
        let mut system = System::new().ok()?;
        system.refresh_cpu_usage();
        let began = Instant::now();
        (!system.cpus().is_empty()).then_some(Self { system, began })
    }

    /// Takes the second reading: one figure a core, 1.0 = busy all the time.
    ///
    /// `None` if less than 200 ms passed: the system counts in steps of up to 10 ms, and sysinfo gives
    /// stale figures below that.
    pub fn finish(mut self) -> Option<Vec<f32>> {
        if self.began.elapsed() < MINIMUM_CPU_UPDATE_INTERVAL {
            return None;
        }
        self.system.refresh_cpu_usage();
        let load: Vec<f32> = self
            .system
            .cpus()
            .iter()
            .map(|core| core.usage() / 100.0)
            .collect();
        load.iter()
            .all(|load| load.is_finite())
            .then(|| load.into_iter().map(|load| load.clamp(0.0, 1.0)).collect())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{hint::black_box, time::Duration};

    use super::*;
    use crate::measure::{thread_cpu, usable_cores};

    #[test]
    fn a_short_run_has_no_load() {
        let mut sampler = CoreSampler::start().unwrap();
        // As if it had just begun, however slow this machine is.
        sampler.began += Duration::from_hours(1);
        assert_eq!(sampler.finish(), None);
    }

    #[test]
    fn a_burner_shows_on_the_cores() {
        let sampler = CoreSampler::start().unwrap();
        let (began, before) = (Instant::now(), thread_cpu().unwrap());
        while began.elapsed() < Duration::from_millis(400) {
            black_box((0..1000_u64).sum::<u64>());
        }
        let mine = (thread_cpu().unwrap().as_secs_f32() - before.as_secs_f32())
            / began.elapsed().as_secs_f32();
        let load = sampler.finish().unwrap();
        assert!(load.len() >= usable_cores().count as usize);
        let total: f32 = load.iter().sum();
        assert!(total > mine * 0.8, "{load:?}, of which {mine} was ours");
    }
}
