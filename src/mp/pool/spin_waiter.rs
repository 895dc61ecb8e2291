//! Busy waiting for what usually comes within microseconds.

use std::{
    thread,
    time::{Duration, Instant},
};

/// If a thread that gives its core up gets it back no sooner, other programs want it.
const LOST_CORE: Duration = Duration::from_millis(1);

/// The number of waits after that which sleep without spinning. A thread that sleeps gets a core as soon as it is
/// woken, while one that gives its core up waits until the other program has used its whole time slice.
const SLEEPING_WAITS: u32 = 1000;

/// Spins for a limited time, unless other programs want the cores.
pub(crate) struct SpinWaiter {
    limit: Duration,
    sleeping_waits: u32,
}

impl SpinWaiter {
    /// One that spins for at most `limit`.
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit,
            sleeping_waits: 0,
        }
    }

    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    /// Spins until `came` returns `true`. Returns `false` if it did not: then the caller is to sleep.
    pub(crate) fn spin_until(&mut self, came: impl FnMut() -> bool) -> bool {
        self.spin_yielding(came, thread::yield_now)
    }

    fn spin_yielding(
        &mut self,
        mut came: impl FnMut() -> bool,
        mut yield_core: impl FnMut(),
    ) -> bool {
        if came() {
            return true;
        }
        if self.sleeping_waits > 0 || self.limit.is_zero() {
            self.sleeping_waits = self.sleeping_waits.saturating_sub(1);
            return false;
        }
        let end = Instant::now() + self.limit;
        loop {
            for _ in 0..50 {
                if came() {
                    return true;
                }
                std::hint::spin_loop();
            }
            let now = Instant::now();
            if now >= end {
                return false;
            }
            // Another thread may need this core to let it come.
            yield_core();
            if now.elapsed() >= LOST_CORE {
                self.sleeping_waits = SLEEPING_WAITS;
                return came();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spinning_ends() {
        assert!(SpinWaiter::new(Duration::ZERO).spin_until(|| true));
        assert!(!SpinWaiter::new(Duration::ZERO).spin_until(|| false));
        assert!(!SpinWaiter::new(Duration::from_micros(10)).spin_until(|| false));
    }

    #[test]
    fn a_core_that_other_programs_want_is_given_up_once_in_a_thousand_waits() {
        let mut waiter = SpinWaiter::new(Duration::from_mins(1));
        let mut count_yields = |waits| {
            let mut yields = 0;
            for _ in 0..waits {
                let came = waiter.spin_yielding(
                    || false,
                    || {
                        yields += 1;
                        thread::sleep(LOST_CORE);
                    },
                );
                assert!(!came);
            }
            yields
        };
        assert_eq!(count_yields(1 + SLEEPING_WAITS), 1);
        assert_eq!(count_yields(1), 1, "then it tries again");
    }
}
