//! Which core a worker was on while it computed, sampled at check points of its work about once a millisecond.
//!
//! A sample reads the core, the clock and the processor time of the thread: two system calls. Where the processor time
//! lags behind the clock, the thread did not run in between, and the stretch ends at the sample before.

use crate::{
    measure::{self, clock},
    record::CoreSpan,
};

/// The wanted time between two samples.
const PERIOD_NS: u64 = 1_000_000;
/// A thread that lost more than this between two samples did not run all the time.
const LOST_NS: u64 = 300_000;
/// The check points between two samples: at first, and at least.
const FIRST_CHECKS: u32 = 512;
const FEWEST_CHECKS: u32 = 16;
/// The most stretches that are kept of one worker. The further ones are left out.
const MOST_SPANS: usize = 200;

/// The stretches so far, by the clock of the machine.
pub struct CoreLog {
    spans: Vec<CoreSpan>,
    last: Option<CoreReading>,
    checks: u32,
}

#[derive(Debug, Clone, Copy)]
struct CoreReading {
    core: u32,
    at_ns: u64,
    cpu_ns: u64,
}

impl CoreLog {
    /// A log without samples.
    pub fn new() -> Self {
        Self {
            spans: Vec::new(),
            last: None,
            checks: FIRST_CHECKS,
        }
    }

    /// Takes a sample, and returns after how many check points the next one is due.
    pub fn take_sample(&mut self) -> u32 {
        let (Some(core), Some(cpu)) = (measure::current_core(), measure::thread_cpu()) else {
            return u32::MAX;
        };
        self.add_sample(CoreReading {
            core,
            at_ns: clock::now_ns(),
            cpu_ns: cpu.as_nanos() as u64,
        })
    }

    fn add_sample(&mut self, sample: CoreReading) -> u32 {
        let last = self.last.replace(sample);
        let passed_ns = last.map_or(0, |last| sample.at_ns.saturating_sub(last.at_ns));
        let ran_ns = last.map_or(0, |last| sample.cpu_ns.saturating_sub(last.cpu_ns));
        let goes_on = passed_ns.saturating_sub(ran_ns) <= LOST_NS;
        let is_full = self.spans.len() == MOST_SPANS;
        match self.spans.last_mut() {
            Some(span) if goes_on && span.core == sample.core => span.until_ns = sample.at_ns,
            _ if is_full => return u32::MAX,
            _ => self.spans.push(CoreSpan {
                core: sample.core,
                from_ns: sample.at_ns,
                until_ns: sample.at_ns,
            }),
        }
        if last.is_some() && goes_on && passed_ns < PERIOD_NS / 2 {
            self.checks = self.checks.saturating_mul(2);
        } else if ran_ns > PERIOD_NS * 2 {
            // Also where it was interrupted: between samples far apart, it always is.
            self.checks = (self.checks / 2).max(FEWEST_CHECKS);
        }
        self.checks
    }

    /// The stretches; those that only one sample saw have no length.
    pub fn into_spans(self) -> Vec<CoreSpan> {
        self.spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_ends_where_the_core_changes_or_the_thread_did_not_run() {
        let mut log = CoreLog::new();
        for (core, at_ms, cpu_ms) in [
            (0, 10, 0),
            (0, 11, 1),
            (0, 12, 2),
            (1, 13, 3),
            (1, 14, 4),
            // It slept for 5 ms.
            (1, 20, 5),
            (1, 21, 6),
        ] {
            log.add_sample(CoreReading {
                core,
                at_ns: at_ms * 1_000_000,
                cpu_ns: cpu_ms * 1_000_000,
            });
        }
        let spans = log.into_spans().into_iter();
        let spans: Vec<(u32, u64, u64)> = spans
            .map(|span| {
                (
                    span.core,
                    span.from_ns / 1_000_000,
                    span.until_ns / 1_000_000,
                )
            })
            .collect();
        assert_eq!(spans, [(0, 10, 12), (1, 13, 14), (1, 20, 21)]);
    }

    #[test]
    fn samples_come_about_once_a_millisecond() {
        let mut log = CoreLog::new();
        let mut add = |at_us: u64| {
            log.add_sample(CoreReading {
                core: 0,
                at_ns: at_us * 1000,
                cpu_ns: at_us * 1000,
            })
        };
        assert_eq!(add(0), FIRST_CHECKS);
        assert_eq!(add(100), FIRST_CHECKS * 2);
        assert_eq!(add(1000), FIRST_CHECKS * 2);
        assert_eq!(add(6000), FIRST_CHECKS);
    }

    #[test]
    fn samples_come_more_often_also_where_the_thread_is_interrupted() {
        let mut log = CoreLog::new();
        let next = [0, 20, 40].map(|at_ms| {
            log.add_sample(CoreReading {
                core: 0,
                at_ns: at_ms * 1_000_000,
                cpu_ns: at_ms * 500_000,
            })
        });
        assert_eq!(next, [FIRST_CHECKS, FIRST_CHECKS / 2, FIRST_CHECKS / 4]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thread_is_seen_on_a_core_of_the_machine() {
        let mut log = CoreLog::new();
        log.take_sample();
        log.take_sample();
        let spans = log.into_spans();
        assert!(!spans.is_empty() && spans.iter().all(|span| span.core < 100_000));
    }
}
