//! Waiting, as for a slow device.

use std::{thread::sleep, time::Duration};

use crate::{EvalBreaker, WorkOutcome, WorkPart, WorkStopped, random::mix_bits};

/// The duration of each wait: as for a hard disk, or a server in the same country.
const PAUSE: Duration = Duration::from_millis(10);

/// Waits a number of times; an item is a wait.
#[derive(Debug)]
pub struct WaitWork {
    waits: u64,
}

impl WaitWork {
    pub fn new(waits: u64) -> Self {
        Self { waits }
    }

    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkStopped> {
        part.sum_items(self.waits, |wait| {
            breaker.check()?;
            breaker.run_blocking(|| sleep(PAUSE));
            Ok(mix_bits(wait))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::NoBreaker;

    #[test]
    fn waits_as_often_as_asked() {
        let began = Instant::now();
        let outcome = WaitWork::new(3)
            .run_part(WorkPart::WHOLE, &mut NoBreaker)
            .unwrap();
        assert!(began.elapsed() >= 3 * PAUSE);
        assert_eq!(outcome.items, 3);
    }

    #[test]
    fn waits_inside_of_the_bracket() {
        #[derive(Default)]
        struct Brackets(u32);
        impl EvalBreaker for Brackets {
            fn check(&mut self) -> Result<(), WorkStopped> {
                Ok(())
            }

            fn run_blocking<R>(&mut self, call: impl FnOnce() -> R) -> R {
                self.0 += 1;
                call()
            }
        }
        let mut brackets = Brackets::default();
        WaitWork::new(2)
            .run_part(WorkPart::WHOLE, &mut brackets)
            .unwrap();
        assert_eq!(brackets.0, 2);
    }
}
