//! Work under the lock.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use forklore_workload::{
    EvalBreaker, PreparedJob, SampledBreaker, WorkError, WorkOutcome, WorkPart, WorkStopped,
    spin_with,
};

use super::AttachedThread;

/// Lets a workload run under the lock: its loops' check points become the lock's, and the lock is released
/// around blocking calls. It can also be stopped, like with [`StopFlag`](forklore_workload::StopFlag).
#[derive(Debug)]
pub struct GilBreaker<'a> {
    running: AttachedThread<'a>,
    stop: &'a AtomicBool,
}

impl<'a> GilBreaker<'a> {
    /// For a thread that holds the lock, which is released when this is dropped.
    pub fn new(running: AttachedThread<'a>, stop: &'a AtomicBool) -> Self {
        Self { running, stop }
    }

    /// The rare work at a check point.
    #[cold]
    fn handle_breaker(&mut self) -> Result<(), WorkStopped> {
        if self.stop.load(Relaxed) {
            return Err(WorkStopped);
        }
        self.running.give_way();
        Ok(())
    }
}

/// Does one part under the lock. `sample` is called now and then: see [`SampledBreaker`].
///
/// Compiled here, in the crate that is always optimised; [`PreparedJob::run_part`] is compiled where it is
/// called.
///
/// # Errors
/// As [`PreparedJob::run_part`].
#[inline(never)]
pub fn run_under(
    prepared: &PreparedJob,
    part: WorkPart,
    breaker: &mut GilBreaker<'_>,
    sample: &mut dyn FnMut() -> u32,
) -> Result<WorkOutcome, WorkError> {
    prepared.run_part(part, &mut SampledBreaker::new(breaker, sample))
}

/// Computes under the lock, without any other work, until the breaker says stop.
#[inline(never)]
pub fn spin_under(breaker: GilBreaker<'_>) {
    spin_with(breaker);
}

impl EvalBreaker for GilBreaker<'_> {
    #[inline]
    fn check(&mut self) -> Result<(), WorkStopped> {
        // A single branch for both conditions: every iteration of a loop pays for it.
        if self.running.has_drop_request() | self.stop.load(Relaxed) {
            return self.handle_breaker();
        }
        Ok(())
    }

    fn run_blocking<R>(&mut self, call: impl FnOnce() -> R) -> R {
        self.running.allow_threads(call)
    }
}
