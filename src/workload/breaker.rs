//! The hook in every loop of the work.
//!
//! CPython's interpreter looks at its *eval breaker* whenever a loop jumps back, and lets go of the GIL
//! around calls that may block. Work that offers the same two places can be stopped, counted, or run
//! under a model of the GIL, without knowing any of them.

use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

/// The work was asked to stop, and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("stopped")]
pub struct WorkStopped;

/// What happens where a loop jumps back, and around a call that may block.
pub trait EvalBreaker {
    /// Called every microsecond or so of computing; an error ends the work at once.
    fn check(&mut self) -> Result<(), WorkStopped>;

    /// Makes a call that may block: sleep, network, disk. A lock that the work holds is let go meanwhile.
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

/// No hook: nothing of it is left in the compiled loop.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoBreaker;

impl EvalBreaker for NoBreaker {
    #[inline]
    fn check(&mut self) -> Result<(), WorkStopped> {
        Ok(())
    }
}

/// Stops the work soon after somebody sets the flag: within microseconds when it computes, after the call
/// that it is in when it waits.
#[derive(Debug, Clone, Copy)]
pub struct StopFlag<'a>(pub &'a AtomicBool);

impl EvalBreaker for StopFlag<'_> {
    #[inline]
    fn check(&mut self) -> Result<(), WorkStopped> {
        // Nothing else is read on the strength of the flag, so no ordering is needed.
        if self.0.load(Ordering::Relaxed) {
            return Err(WorkStopped);
        }
        Ok(())
    }
}

/// Computes, and does nothing else, until the hook says stop.
pub fn spin_with(mut breaker: impl EvalBreaker) {
    let mut sum = 0_u64;
    while breaker.check().is_ok() {
        sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(1));
    }
}

/// The same until `done` is set; compiled here, in the crate that is always optimised.
#[inline(never)]
pub fn spin_freely(done: &AtomicBool) {
    spin_with(StopFlag(done));
}

#[cfg(test)]
mod tests {
    use std::{thread, time::Duration};

    use super::*;
    use crate::{CpuWork, IoWork, Job, WorkError, WorkPart, Workload};

    /// Work that would take hours ends when the flag is set.
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
    fn a_call_that_blocks_gives_its_result() {
        assert_eq!(NoBreaker.run_blocking(|| 7), 7);
        let mut borrowed = &mut NoBreaker;
        assert_eq!(EvalBreaker::run_blocking(&mut borrowed, || 7), 7);
    }
}
