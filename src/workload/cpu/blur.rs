//! Blurring a picture.

use super::picture::{CHANNELS, Disc, Picture};
use crate::{
    EvalBreaker, WorkOutcome, WorkPart, WorkStopped,
    random::{self, SplitMix64},
};

const WIDTH: usize = 640;
const HEIGHT: usize = 480;
const RADIUS: usize = 8;
const TAPS: usize = 2 * RADIUS + 1;

/// The sixteenth row of Pascal's triangle: practically a Gaussian, and exact. The sum is 2¹⁶.
const WEIGHTS: [u32; TAPS] = [
    1, 16, 120, 560, 1820, 4368, 8008, 11440, 12870, 11440, 8008, 4368, 1820, 560, 120, 16, 1,
];

/// Blurs the rows of a picture, starting again at the top after the last; an item is a row.
#[derive(Debug)]
pub struct BlurWork {
    rows: u64,
    picture: Picture,
}

/// A worker's buffers.
struct BlurScratch {
    /// One row, blurred only vertically, with its ends repeated to the left and to the right.
    columns: Vec<u32>,
    sums: Vec<u32>,
    blurred: Vec<u8>,
}

impl BlurWork {
    pub fn new(rows: u64, seed: u64) -> Self {
        Self {
            rows,
            picture: draw_photograph(seed),
        }
    }

    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkStopped> {
        let mut scratch = BlurScratch {
            columns: vec![0; (WIDTH + 2 * RADIUS) * CHANNELS],
            sums: vec![0; WIDTH * CHANNELS],
            blurred: vec![0; WIDTH * CHANNELS],
        };
        part.sum_items(self.rows, |row| {
            self.blur_row((row % HEIGHT as u64) as usize, &mut scratch, breaker)?;
            Ok(random::mix_bits(
                row ^ random::checksum_bytes(&scratch.blurred),
            ))
        })
    }

    fn blur_row(
        &self,
        y: usize,
        scratch: &mut BlurScratch,
        breaker: &mut impl EvalBreaker,
    ) -> Result<(), WorkStopped> {
        let BlurScratch {
            columns,
            sums,
            blurred,
        } = scratch;
        self.blur_columns(y, columns, breaker)?;
        sums.fill(0);
        for (tap, weight) in WEIGHTS.into_iter().enumerate() {
            breaker.check()?;
            for (sum, value) in sums.iter_mut().zip(&columns[tap * CHANNELS..]) {
                *sum += weight * value;
            }
        }
        for (byte, sum) in blurred.iter_mut().zip(&*sums) {
            *byte = (sum >> 24) as u8;
        }
        Ok(())
    }

    fn blur_columns(
        &self,
        y: usize,
        columns: &mut [u32],
        breaker: &mut impl EvalBreaker,
    ) -> Result<(), WorkStopped> {
        const EDGE: usize = RADIUS * CHANNELS;
        let middle = &mut columns[EDGE..][..WIDTH * CHANNELS];
        middle.fill(0);
        for (tap, weight) in WEIGHTS.into_iter().enumerate() {
            breaker.check()?;
            let above = (y + tap).saturating_sub(RADIUS).min(HEIGHT - 1);
            for (sum, &byte) in middle.iter_mut().zip(self.picture.row(above)) {
                *sum += weight * u32::from(byte);
            }
        }
        // Reduced to 16 bits, so that the horizontal pass fits into 32.
        for sum in middle {
            *sum >>= 8;
        }
        let last = EDGE + (WIDTH - 1) * CHANNELS;
        for pixel in 0..RADIUS {
            columns.copy_within(EDGE..EDGE + CHANNELS, pixel * CHANNELS);
            columns.copy_within(last..last + CHANNELS, last + (pixel + 1) * CHANNELS);
        }
        Ok(())
    }
}

/// A picture: a gradient, bright discs, and film grain.
fn draw_photograph(seed: u64) -> Picture {
    let mut random = SplitMix64::new(seed);
    let mut picture = Picture::new(WIDTH, HEIGHT);
    let discs: Vec<Disc> = (0..40)
        .map(|_| Disc {
            x: random.next_below(WIDTH as u64) as i64,
            y: random.next_below(HEIGHT as u64) as i64,
            radius: 8 + random.next_below(60) as i64,
            colour: [
                random.next() as u8,
                random.next() as u8,
                random.next() as u8,
            ],
        })
        .collect();
    for y in 0..HEIGHT {
        picture.fill_gradient(y, 0);
        for disc in &discs {
            picture.draw_disc_row(y, disc);
        }
        for pixel in picture.row_mut(y) {
            let grain = random.next().to_le_bytes();
            for (channel, grain) in pixel.iter_mut().zip(grain) {
                *channel = channel.saturating_add(grain / 8);
            }
        }
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoBreaker;

    fn blurred_row(work: &BlurWork, y: usize) -> Vec<u8> {
        let mut scratch = BlurScratch {
            columns: vec![0; (WIDTH + 2 * RADIUS) * CHANNELS],
            sums: vec![0; WIDTH * CHANNELS],
            blurred: vec![0; WIDTH * CHANNELS],
        };
        work.blur_row(y, &mut scratch, &mut NoBreaker).unwrap();
        scratch.blurred
    }

    fn roughness(row: &[u8]) -> u32 {
        row.windows(CHANNELS + 1)
            .map(|window| u32::from(window[0].abs_diff(window[CHANNELS])))
            .sum()
    }

    #[test]
    fn the_weights_add_up_to_one() {
        assert_eq!(WEIGHTS.iter().sum::<u32>(), 1 << 16);
    }

    #[test]
    fn a_plain_picture_stays_as_it_is() {
        let mut picture = Picture::new(WIDTH, HEIGHT);
        for y in 0..HEIGHT {
            picture.row_mut(y).fill([255, 100, 0]);
        }
        let work = BlurWork { rows: 1, picture };
        for y in [0, 7, HEIGHT / 2, HEIGHT - 1] {
            assert!(
                blurred_row(&work, y)
                    .as_chunks()
                    .0
                    .iter()
                    .all(|pixel| *pixel == [255, 100, 0]),
                "{y}"
            );
        }
    }

    #[test]
    fn a_picture_becomes_smoother() {
        let work = BlurWork::new(1, 0);
        let (before, after) = (
            roughness(work.picture.row(200)),
            roughness(&blurred_row(&work, 200)),
        );
        assert!(after * 4 < before, "{before} → {after}");
    }
}
