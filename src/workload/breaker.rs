//! The hook in every loop of a workload.
//!
//! CPython's interpreter checks its *eval breaker* whenever a loop jumps back, and releases the GIL around
//! calls that may block. A workload with hooks at the same two places can be stopped, counted, or run under a
//! model of the GIL, without depending on any of these.

use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

/// The work was stopped on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("stopped")]
pub struct WorkStopped;

/// The hook for loops, and for calls that may block.
pub trait EvalBreaker {
    /// Called about every microsecond of computing. An error ends the work at once.
    fn check(&mut self) -> Result<(), WorkStopped>;

    /// Makes a call that may block: sleep, network, disk. A lock that the work holds is released meanwhile.
    fn run_blocking<R>(&mut self, call: impl FnOnce() -> R) -> R {
        call()
    }
}

impl<B: EvalBreaker> EvalBreaker for &mut B {
    #[inline]
    fn check(&mut self) -> Result<(), WorkStopped> {
        (**self).check()
    }

    fn run_blocking<R>(&mut self, call: impl FnOnce() -> R) -> R {
        (**self).run_blocking(call)
    }
}

/// No hook: it leaves no code in the compiled loop.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoBreaker;

impl EvalBreaker for NoBreaker {
    #[inline]
    fn check(&mut self) -> Result<(), WorkStopped> {
        Ok(())
    }
}

/// Stops the work soon after the flag is set: within microseconds if it computes, after the current call if it
/// waits.
#[derive(Debug, Clone, Copy)]
pub struct StopFlag<'a>(pub &'a AtomicBool);

impl EvalBreaker for StopFlag<'_> {
    #[inline]
    fn check(&mut self) -> Result<(), WorkStopped> {
        // No other data depends on the flag, so no ordering is needed.
        if self.0.load(Ordering::Relaxed) {
            return Err(WorkStopped);
        }
        Ok(())
    }
}

/// Calls `sample` at some of the check points. It says after how many more of them it is called again.
pub struct SampledBreaker<'s, B> {
    inner: B,
    left: u32,
    sample: &'s mut dyn FnMut() -> u32,
}

impl<'s, B> SampledBreaker<'s, B> {
    /// Calls it at the first check point.
    pub fn new(inner: B, sample: &'s mut dyn FnMut() -> u32) -> Self {
        Self {
            inner,
            left: 1,
            sample,
        }
    }

    #[cold]
    fn take_sample(&mut self) {
        self.left = (self.sample)().max(1);
    }
}

impl<B: EvalBreaker> EvalBreaker for SampledBreaker<'_, B> {
    #[inline]
    fn check(&mut self) -> Result<(), WorkStopped> {
        self.left -= 1;
        if self.left == 0 {
            self.take_sample();
        }
        self.inner.check()
    }

    fn run_blocking<R>(&mut self, call: impl FnOnce() -> R) -> R {
        self.inner.run_blocking(call)
    }
}

/// Computes, without any other work, until the hook says stop.
pub fn spin_with(mut breaker: impl EvalBreaker) {
    let mut sum = 0_u64;
    while breaker.check().is_ok() {
        sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(1));
    }
}

/// The same until `done` is set. Compiled here, in the crate that is always optimised.
#[inline(never)]
pub fn spin_freely(done: &AtomicBool) {
    spin_with(StopFlag(done));
}

#[cfg(test)]
mod tests {
    use std::{thread, time::Duration};

    use super::*;
    use crate::{CpuWork, IoWork, Job, WorkError, WorkPart, Workload};

    /// Checks that work of hours ends when the flag is set.
    fn stops(workload: impl Into<Workload>, size: u64) {
        let prepared = Job::new(workload, size).prepare().unwrap();
        let flag = AtomicBool::new(false);
        let result = thread::scope(|scope| {
            let worker = scope.spawn(|| prepared.run_part(WorkPart::WHOLE, &mut StopFlag(&flag)));
            thread::sleep(Duration::from_millis(20));
            assert!(!worker.is_finished(), "too small to be stopped");
            flag.store(true, Ordering::Relaxed);
            worker.join().unwrap()
        });
        assert!(
            matches!(result, Err(WorkError::Stopped(WorkStopped))),
            "{result:?}"
        );
    }

    #[test]
    fn a_flag_stops_every_kind_of_computing() {
        for workload in CpuWork::ALL {
            stops(workload, Workload::from(workload).largest_size());
        }
    }

    #[test]
    fn a_flag_stops_waiting() {
        stops(IoWork::Wait, 1_000_000);
    }

    #[test]
    fn samples_are_taken_as_often_as_they_say() {
        let (mut taken, mut checks) = (Vec::new(), 0);
        let mut sample = || {
            taken.push(checks);
            checks += 3;
            3
        };
        let mut breaker = SampledBreaker::new(NoBreaker, &mut sample);
        for _ in 0..8 {
            breaker.check().unwrap();
        }
        assert_eq!(taken, [0, 3, 6]);
    }

    #[test]
    fn a_call_that_blocks_gives_its_result() {
        assert_eq!(NoBreaker.run_blocking(|| 7), 7);
        let mut borrowed = &mut NoBreaker;
        assert_eq!(EvalBreaker::run_blocking(&mut borrowed, || 7), 7);
    }
}
