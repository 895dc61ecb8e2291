//! How busy each core was during a long trial.

use std::time::Instant;

use sysinfo::{MINIMUM_CPU_UPDATE_INTERVAL, System};

/// Mean load of each core between [`CoreSampler::start`] and [`CoreSampler::finish`].
///
/// The load of all programs counts, as in a task manager. The system counts busy time since boot, so two
/// readings give the exact mean of the time between them, however long it is. No thread wakes up in between, so
/// the work is not disturbed. A reading takes about 0.1 ms, more with many cores, and both readings are outside
/// of the timed work.
#[derive(Debug)]
pub struct CoreSampler {
    system: System,
    began: Instant,
}

impl CoreSampler {
    /// Takes the first reading. Call it right before the start barrier opens. `None` if the system reports no
    /// load.
    pub fn start() -> Option<Self> {
        let mut system = System::new().ok()?;
        system.refresh_cpu_usage();
        let began = Instant::now();
        (!system.cpus().is_empty()).then_some(Self { system, began })
    }

    /// Takes the second reading: one figure per core, 1.0 = busy all the time.
    ///
    /// `None` if less than 200 ms have passed: the system counts in steps of up to 10 ms, and sysinfo returns
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
        // Pretend that the sampler has just started, however slow this machine is.
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
