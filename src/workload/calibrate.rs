//! Finds the size of work that takes a given time on this machine.
//!
//! Machines differ: work of a fixed size is too short to measure on a fast one and takes too long on a slow
//! one.

use std::{
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use super::{EvalBreaker, IoPlan, Job, StopFlag, WorkError, WorkPart, WorkStopped, Workload};

/// How long the work should take, and how long calibration may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calibration {
    /// The duration of the whole work with one worker.
    pub target: Duration,
    /// After this time, the best estimate so far is used.
    pub deadline: Duration,
}

impl Default for Calibration {
    /// 200 ms of work: long compared with a process's start, short for an audience.
    fn default() -> Self {
        Self {
            target: Duration::from_millis(200),
            deadline: Duration::from_secs(2),
        }
    }
}

/// The size of work that takes one worker about `calibration.target`, rounded to two significant digits.
///
/// Runs the work with increasing sizes until it takes long enough for an estimate, in total about the target's
/// time. `core_wait` tells how long this thread has waited for a core so far: that time does not count, or a busy
/// machine would get less work, too little to tell anything of its workers.
/// `io` is the plan of the workload's site, as in a [`Job`].
pub fn calibrate_size(
    workload: Workload,
    io: Option<&IoPlan>,
    calibration: Calibration,
    core_wait: fn() -> Duration,
    breaker: &mut impl EvalBreaker,
) -> Result<u64, WorkError> {
    let mut until = DeadlineBreaker {
        deadline: Instant::now() + calibration.deadline,
        checks: 0,
        over: false,
        breaker,
    };
    let steps = SizeSteps::for_workload(workload);
    find_size(steps, calibration.target, |size| {
        let prepared = Job {
            io: io.cloned(),
            ..Job::new(workload, size)
        }
        .prepare()?;
        let (began, waited) = (Instant::now(), core_wait());
        match prepared.run_part(WorkPart::WHOLE, &mut until) {
            Ok(_) => {
                let waited = core_wait().saturating_sub(waited);
                Ok(Some(own_time(began.elapsed(), waited)))
            }
            Err(WorkError::Stopped(_)) if until.over => Ok(None),
            Err(error) => Err(error),
        }
    })
}

/// The same, until `stop` is set.
///
/// Compiled here, in the crate that is always optimised, so the work is as fast as in a measurement.
#[inline(never)]
pub fn calibrate_freely(
    workload: Workload,
    io: Option<&IoPlan>,
    calibration: Calibration,
    core_wait: fn() -> Duration,
    stop: &AtomicBool,
) -> Result<u64, WorkError> {
    calibrate_size(workload, io, calibration, core_wait, &mut StopFlag(stop))
}

/// The time that work took without its waits for a core, but at least a third: on a very busy machine a demo must come to
/// its end too.
fn own_time(elapsed: Duration, waited: Duration) -> Duration {
    elapsed.saturating_sub(waited).max(elapsed / 3)
}

/// The sizes to try, and how the cost grows with them.
#[derive(Debug, Clone, Copy)]
struct SizeSteps {
    first: u64,
    largest: u64,
    growth: f64,
}

impl SizeSteps {
    fn for_workload(workload: Workload) -> Self {
        let about = workload.info();
        Self {
            first: about.first,
            largest: workload.largest_size(),
            growth: about.growth,
        }
    }

    /// The size with `times` the cost of `size`.
    fn scale_size(self, size: u64, times: f64) -> u64 {
        let scaled = size as f64 * times.powf(1.0 / self.growth);
        // The conversion from float to integer saturates, and NaN becomes 0.
        (scaled.round() as u64).clamp(1, self.largest)
    }
}

/// Below this share of the target, a measurement is only an intermediate step.
const ENOUGH: f64 = 1.0 / 6.0;

/// `cost` measures a size, or returns `None` when there is no more time.
///
/// The cost doubles from step to step and ends below a third of the target, so all steps together cost less
/// than two thirds, and the last one, measured twice, another third. The smaller of two measurements counts: a
/// disturbance makes work longer, never shorter.
fn find_size<E>(
    steps: SizeSteps,
    target: Duration,
    mut cost: impl FnMut(u64) -> Result<Option<Duration>, E>,
) -> Result<u64, E> {
    let share = |cost: Duration| cost.as_secs_f64().max(1e-9) / target.as_secs_f64().max(1e-9);
    let mut size = steps.first.min(steps.largest);
    let mut guess = size;
    loop {
        let Some(measured) = cost(size)? else {
            return Ok(round_size(guess, steps.largest));
        };
        let mut part = share(measured);
        if part >= ENOUGH || size == steps.largest {
            // If the first one took far too long, a second one isn't worth the time.
            if part < 2.0 * ENOUGH
                && let Some(again) = cost(size)?
            {
                part = part.min(share(again));
            }
            return Ok(round_size(
                steps.scale_size(size, 1.0 / part),
                steps.largest,
            ));
        }
        guess = steps.scale_size(size, 1.0 / part);
        size = steps.scale_size(size, 2.0).max(size + 1).min(steps.largest);
    }
}

/// Rounds to two significant digits, so that people can remember and type the size.
fn round_size(size: u64, largest: u64) -> u64 {
    let unit = 10_u64.pow(size.max(1).ilog10().saturating_sub(1));
    // 128 bits, since rounding up may exceed 64.
    let rounded = (u128::from(size) + u128::from(unit) / 2) / u128::from(unit) * u128::from(unit);
    u64::try_from(rounded).unwrap_or(u64::MAX).min(largest)
}

/// Also ends the work at the deadline, and records that the deadline was the reason.
struct DeadlineBreaker<'a, B> {
    deadline: Instant,
    checks: u32,
    over: bool,
    breaker: &'a mut B,
}

/// The clock is read once in this many checks, so that reading it does not affect the measurement.
const CHECKS_A_LOOK: u32 = 256;

impl<B: EvalBreaker> DeadlineBreaker<'_, B> {
    fn check_deadline(&mut self) -> Result<(), WorkStopped> {
        self.checks = 0;
        self.over = Instant::now() >= self.deadline;
        if self.over { Err(WorkStopped) } else { Ok(()) }
    }
}

impl<B: EvalBreaker> EvalBreaker for DeadlineBreaker<'_, B> {
    #[inline]
    fn check(&mut self) -> Result<(), WorkStopped> {
        self.breaker.check()?;
        self.checks += 1;
        if self.checks < CHECKS_A_LOOK {
            return Ok(());
        }
        self.check_deadline()
    }

    fn run_blocking<R>(&mut self, call: impl FnOnce() -> R) -> R {
        // Blocking calls are long and few, so the clock is read after each.
        self.checks = CHECKS_A_LOOK;
        self.breaker.run_blocking(call)
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, convert::Infallible, sync::atomic::AtomicBool};

    use proptest::prelude::*;

    use super::*;
    use crate::{CpuWork, NoBreaker, StopFlag};

    const TARGET: Duration = Duration::from_millis(200);
    const LINEAR: SizeSteps = SizeSteps {
        first: 10,
        largest: 1_000_000_000_000,
        growth: 1.0,
    };

    /// The result on a simulated machine that needs `unit` seconds for size 1, and the time that calibration
    /// took.
    fn on_machine(steps: SizeSteps, unit: f64, target: Duration) -> (u64, Duration) {
        let spent = Cell::new(Duration::ZERO);
        let size = find_size(steps, target, |size| {
            let cost = Duration::from_secs_f64(unit * (size as f64).powf(steps.growth));
            spent.set(spent.get() + cost);
            Ok::<_, Infallible>(Some(cost))
        });
        (size.unwrap(), spent.get())
    }

    #[test]
    fn a_microsecond_an_item_is_two_hundred_thousand_items() {
        assert_eq!(on_machine(LINEAR, 1e-6, TARGET).0, 200_000);
    }

    proptest! {
        #[test]
        fn takes_the_target_and_finding_out_takes_no_longer(
            exponent in -8.0..-3.5, growth in 1.0..3.0,
        ) {
            let unit = 10_f64.powf(exponent);
            let steps = SizeSteps { growth, first: 1, ..LINEAR };
            let (size, spent) = on_machine(steps, unit, TARGET);
            let work = unit * (size as f64).powf(growth);
            // Sizes are rounded integers: the error is half a unit of the second digit, or half an item.
            let coarse = 1.0 + 0.05_f64.max(0.5 / size as f64);
            let error = (work / TARGET.as_secs_f64()).ln().abs();
            prop_assert!(error <= coarse.ln() * growth * 1.1, "{work} s at {size}");
            prop_assert!(spent <= TARGET * 6 / 5, "{spent:?}");
        }

        #[test]
        fn a_faster_machine_or_a_longer_target_never_gets_less(
            exponent in -8.0..-1.0, faster in 1.0..100.0, growth in 1.0..3.0,
        ) {
            let unit = 10_f64.powf(exponent);
            let steps = SizeSteps { growth, ..LINEAR };
            let (size, _) = on_machine(steps, unit, TARGET);
            prop_assert!(on_machine(steps, unit / faster, TARGET).0 >= size);
            prop_assert!(on_machine(steps, unit, TARGET.mul_f64(faster)).0 >= size);
        }

        #[test]
        fn rounding_keeps_two_digits_and_the_order(size in 1_u64.., other in 1_u64..) {
            let rounded = round_size(size, u64::MAX);
            prop_assert!(rounded.to_string().trim_end_matches('0').len() <= 2 || rounded == u64::MAX);
            prop_assert!(rounded.abs_diff(size) <= size / 20);
            prop_assert_eq!(round_size(size.min(other), u64::MAX), rounded.min(round_size(other, u64::MAX)));
        }
    }

    #[test]
    fn work_that_costs_nothing_is_taken_at_its_largest() {
        let size = find_size(LINEAR, TARGET, |_| {
            Ok::<_, Infallible>(Some(Duration::ZERO))
        });
        assert_eq!(size, Ok(LINEAR.largest));
        let size = find_size(LINEAR, Duration::ZERO, |_| {
            Ok::<_, Infallible>(Some(Duration::ZERO))
        });
        assert_eq!(size, Ok(LINEAR.first));
    }

    #[test]
    fn a_machine_that_is_far_too_slow_gets_a_single_item() {
        assert_eq!(on_machine(LINEAR, 60.0, TARGET).0, 1);
    }

    #[test]
    fn a_disturbed_measurement_is_corrected_by_the_next() {
        let mut calls = 0;
        let size = find_size(
            SizeSteps {
                first: 50_000,
                ..LINEAR
            },
            TARGET,
            |size| {
                calls += 1;
                let disturbed = if calls == 1 { 1.3 } else { 1.0 };
                Ok::<_, Infallible>(Some(Duration::from_secs_f64(
                    1e-6 * size as f64 * disturbed,
                )))
            },
        );
        assert_eq!((size, calls), (Ok(200_000), 2));
    }

    #[test]
    fn at_the_deadline_the_best_guess_counts() {
        let mut calls = 0;
        let size = find_size(LINEAR, TARGET, |size| {
            calls += 1;
            let cost = Duration::from_secs_f64(1e-6 * size as f64);
            Ok::<_, Infallible>((calls < 4).then_some(cost))
        });
        assert_eq!(size, Ok(200_000));
        let none = find_size(LINEAR, TARGET, |_| Ok::<_, Infallible>(None));
        assert_eq!(none, Ok(LINEAR.first));
    }

    fn never_waited() -> Duration {
        Duration::ZERO
    }

    #[test]
    fn a_wait_for_a_core_makes_no_smaller_work_but_has_a_limit() {
        let ms = Duration::from_millis;
        let cases = [(60, 0, 60), (60, 20, 40), (60, 57, 20), (60, 90, 20)];
        for (elapsed, waited, own) in cases {
            assert_eq!(own_time(ms(elapsed), ms(waited)), ms(own), "{waited}");
        }
    }

    #[test]
    fn a_deadline_ends_real_work_and_a_stop_is_an_error() {
        let primes = Workload::Cpu(CpuWork::Primes);
        let at_once = Calibration {
            deadline: Duration::ZERO,
            ..Calibration::default()
        };
        let size = calibrate_size(primes, None, at_once, never_waited, &mut NoBreaker).unwrap();
        assert_eq!(size, primes.info().first);
        let stopped = AtomicBool::new(true);
        let result = calibrate_size(
            primes,
            None,
            Calibration::default(),
            never_waited,
            &mut StopFlag(&stopped),
        );
        assert!(matches!(result, Err(WorkError::Stopped(_))), "{result:?}");
    }
}
