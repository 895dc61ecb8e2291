//! Counting primes.

use crate::{EvalBreaker, WorkOutcome, WorkPart, WorkStopped};

/// The size of a block: 2·3·5·7 numbers. Each block has the same multiples of the small primes, which are
/// cheap. Striding over single numbers would give one of two workers all even numbers, and one of three the
/// multiples of three.
const BLOCK: u64 = 2 * 3 * 5 * 7;

/// Counts the primes up to a limit; the checksum is their count.
#[derive(Debug)]
pub struct PrimesWork {
    limit: u64,
}

impl PrimesWork {
    pub fn new(limit: u64) -> Self {
        Self { limit }
    }

    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkStopped> {
        let mut outcome = WorkOutcome::default();
        for block in part.items(self.limit.div_ceil(BLOCK)) {
            let first = block * BLOCK + 1;
            let last = (first + BLOCK - 1).min(self.limit);
            for number in first..=last {
                breaker.check()?;
                outcome.checksum += u64::from(is_prime(number, breaker)?);
            }
            outcome.items += last - first + 1;
        }
        Ok(outcome)
    }
}

fn is_prime(number: u64, breaker: &mut impl EvalBreaker) -> Result<bool, WorkStopped> {
    if number < 4 || number.is_multiple_of(2) {
        return Ok(number == 2 || number == 3);
    }
    let mut divisor = 3;
    while divisor * divisor <= number {
        breaker.check()?;
        if number.is_multiple_of(divisor) {
            return Ok(false);
        }
        divisor += 2;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoBreaker;

    #[test]
    fn finds_as_many_as_there_are() {
        for (limit, primes) in [
            (0, 0),
            (1, 0),
            (2, 1),
            (3, 2),
            (10, 4),
            (210, 46),
            (211, 47),
            (10_000, 1229),
        ] {
            let outcome = PrimesWork::new(limit)
                .run_part(WorkPart::WHOLE, &mut NoBreaker)
                .unwrap();
            assert_eq!(
                outcome,
                WorkOutcome {
                    checksum: primes,
                    items: limit
                },
                "up to {limit}"
            );
        }
    }
}
