//! A pool of the bench, as Python's `Pool(4).map(square, range(8))`.

use super::{error::BenchError, worker_bench::WorkerBench};

/// The function that the pool maps over numbers.
pub(super) fn square(number: i64) -> i64 {
    number * number
}

impl WorkerBench {
    /// The squares of these numbers, by a pool of so many processes, which ends with this call.
    pub fn map_squares(
        &mut self,
        processes: usize,
        numbers: Vec<i64>,
    ) -> Result<Vec<i64>, BenchError> {
        let pool = self.new_context().pool(processes)?;
        Ok(pool.map(square, numbers)?)
    }
}
