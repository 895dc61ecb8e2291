//! Multiplying matrices.

use crate::{
    EvalBreaker, WorkOutcome, WorkPart, WorkStopped,
    random::{SplitMix64, mix_bits},
};

/// Multiplies two square matrices; an item is a row of the product.
#[derive(Debug)]
pub struct MatmulWork {
    rows: usize,
    left: Vec<f64>,
    right: Vec<f64>,
}

impl MatmulWork {
    pub fn new(rows: u64, seed: u64) -> Self {
        let rows = rows as usize;
        let mut random = SplitMix64::new(seed);
        let mut matrix = || {
            (0..rows * rows)
                .map(|_| random.next_below(16) as f64)
                .collect()
        };
        Self {
            rows,
            left: matrix(),
            right: matrix(),
        }
    }

    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkStopped> {
        let mut product = vec![0.0; self.rows];
        part.sum_items(self.rows as u64, |row| {
            self.multiply_row(row as usize, &mut product, breaker)?;
            Ok(checksum_row(row, &product))
        })
    }

    fn multiply_row(
        &self,
        row: usize,
        product: &mut [f64],
        breaker: &mut impl EvalBreaker,
    ) -> Result<(), WorkStopped> {
        product.fill(0.0);
        let factors = &self.left[row * self.rows..][..self.rows];
        // Also row by row through the right matrix, in the order of memory.
        for (factor, values) in factors.iter().zip(self.right.chunks_exact(self.rows)) {
            breaker.check()?;
            for (cell, value) in product.iter_mut().zip(values) {
                *cell += factor * value;
            }
        }
        Ok(())
    }
}

/// Exact: every worker adds up a row in the same order.
fn checksum_row(row: u64, product: &[f64]) -> u64 {
    product
        .iter()
        .fold(mix_bits(row), |sum, cell| mix_bits(sum ^ cell.to_bits()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoBreaker;

    #[test]
    fn multiplies_rows_by_columns() {
        let work = MatmulWork {
            rows: 2,
            left: vec![1.0, 2.0, 3.0, 4.0],
            right: vec![5.0, 6.0, 7.0, 8.0],
        };
        let mut product = [0.0; 2];
        let mut row = |row| {
            work.multiply_row(row, &mut product, &mut NoBreaker)
                .unwrap();
            product.map(|cell| cell as u64)
        };
        assert_eq!([row(0), row(1)], [[19, 22], [43, 50]]);
    }

    #[test]
    fn no_rows_are_no_work() {
        let outcome = MatmulWork::new(0, 0).run_part(WorkPart::WHOLE, &mut NoBreaker);
        assert_eq!(outcome, Ok(WorkOutcome::default()));
    }
}
