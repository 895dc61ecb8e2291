//! Drawing the Mandelbrot set.

use crate::{EvalBreaker, WorkOutcome, WorkPart, WorkStopped, random::mix_bits};

const WIDTH: u64 = 320;
const ITERATIONS: u32 = 300;
/// The part of the plane that contains the whole set.
const LEFT: f64 = -2.2;
const RIGHT: f64 = 0.8;
const TOP: f64 = -1.2;
const BOTTOM: f64 = 1.2;

/// Draws the set with this many rows of 320 pixels; an item is a row.
#[derive(Debug)]
pub struct MandelbrotWork {
    rows: u64,
}

impl MandelbrotWork {
    pub fn new(rows: u64) -> Self {
        Self { rows }
    }

    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkStopped> {
        part.sum_items(self.rows, |row| {
            let imaginary = TOP + (BOTTOM - TOP) * (row as f64 + 0.5) / self.rows as f64;
            let mut sum = mix_bits(row);
            for column in 0..WIDTH {
                let real = LEFT + (RIGHT - LEFT) * (column as f64 + 0.5) / WIDTH as f64;
                sum = mix_bits(sum ^ u64::from(escape_steps(real, imaginary, breaker)?));
            }
            Ok(sum)
        })
    }
}

/// The number of steps of z ← z² + c after which c is known to be outside of the set.
fn escape_steps(
    real: f64,
    imaginary: f64,
    breaker: &mut impl EvalBreaker,
) -> Result<u32, WorkStopped> {
    let (mut x, mut y) = (0.0, 0.0);
    for step in 0..ITERATIONS {
        breaker.check()?;
        let (x_squared, y_squared) = (x * x, y * y);
        if x_squared + y_squared > 4.0 {
            return Ok(step);
        }
        y = 2.0 * x * y + imaginary;
        x = x_squared - y_squared + real;
    }
    Ok(ITERATIONS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoBreaker;

    #[test]
    fn points_are_inside_or_escape() {
        let escape = |real, imaginary| escape_steps(real, imaginary, &mut NoBreaker).unwrap();
        assert_eq!(escape(0.0, 0.0), ITERATIONS);
        assert_eq!(escape(-1.0, 0.0), ITERATIONS);
        assert_eq!(escape(1.0, 0.0), 3, "0, 1, 2, 5");
        assert_eq!(escape(3.0, 0.0), 1);
    }
}
