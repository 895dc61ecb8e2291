//! Rendering a small film.

use super::picture::{Disc, Picture};
use crate::{
    EvalBreaker, WorkOutcome, WorkPart, WorkStopped,
    random::{self, SplitMix64},
};

const WIDTH: usize = 320;
const HEIGHT: usize = 180;

/// Discs that bounce in front of a changing background; an item is a frame.
#[derive(Debug)]
pub struct FramesWork {
    frames: u64,
    balls: Vec<BouncingBall>,
}

/// A disc's initial state, and its motion per frame.
#[derive(Debug)]
struct BouncingBall {
    disc: Disc,
    right: u64,
    down: u64,
}

impl FramesWork {
    pub fn new(frames: u64, seed: u64) -> Self {
        let mut random = SplitMix64::new(seed);
        let balls = (0..12).map(|_| BouncingBall::new(&mut random)).collect();
        Self { frames, balls }
    }

    pub fn run_part(
        &self,
        part: WorkPart,
        breaker: &mut impl EvalBreaker,
    ) -> Result<WorkOutcome, WorkStopped> {
        let mut picture = Picture::new(WIDTH, HEIGHT);
        part.sum_items(self.frames, |frame| {
            self.render_frame(frame, &mut picture, breaker)?;
            Ok(random::mix_bits(
                frame ^ random::checksum_bytes(picture.bytes()),
            ))
        })
    }

    fn render_frame(
        &self,
        frame: u64,
        picture: &mut Picture,
        breaker: &mut impl EvalBreaker,
    ) -> Result<(), WorkStopped> {
        let discs: Vec<Disc> = self.balls.iter().map(|ball| ball.disc_at(frame)).collect();
        for y in 0..picture.height() {
            breaker.check()?;
            picture.fill_gradient(y, frame);
            for disc in &discs {
                picture.draw_disc_row(y, disc);
            }
        }
        Ok(())
    }
}

impl BouncingBall {
    fn new(random: &mut SplitMix64) -> Self {
        let radius = 10 + random.next_below(20) as i64;
        let disc = Disc {
            x: random.next_below(WIDTH as u64) as i64,
            y: random.next_below(HEIGHT as u64) as i64,
            radius,
            colour: [
                random.next() as u8,
                random.next() as u8,
                random.next() as u8,
            ],
        };
        Self {
            disc,
            right: 1 + random.next_below(5),
            down: 1 + random.next_below(5),
        }
    }

    fn disc_at(&self, frame: u64) -> Disc {
        let move_by = |place: i64, step: u64, size: usize| {
            bounce_between(place as u64 + step * frame, self.disc.radius, size)
        };
        Disc {
            x: move_by(self.disc.x, self.right, WIDTH),
            y: move_by(self.disc.y, self.down, HEIGHT),
            ..self.disc
        }
    }
}

/// Folds a distance into the space between two walls. Every disc stays completely in the picture, so that all
/// frames have the same cost.
fn bounce_between(way: u64, radius: i64, size: usize) -> i64 {
    let room = (size as i64 - 2 * radius).max(1);
    let turn = (way % (2 * room as u64)) as i64;
    radius + if turn < room { turn } else { 2 * room - turn }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoBreaker;

    #[test]
    fn a_ball_bounces_off_the_walls() {
        let places: Vec<i64> = (0..10).map(|way| bounce_between(way, 2, 8)).collect();
        assert_eq!(places, [2, 3, 4, 5, 6, 5, 4, 3, 2, 3]);
    }

    #[test]
    fn every_frame_is_another_picture() {
        let film = FramesWork::new(3, 0);
        let mut picture = Picture::new(WIDTH, HEIGHT);
        let mut frame = |number| {
            film.render_frame(number, &mut picture, &mut NoBreaker)
                .unwrap();
            random::checksum_bytes(picture.bytes())
        };
        let (first, second) = (frame(0), frame(1));
        assert_ne!(first, second);
        assert_eq!(frame(0), first, "whatever was in the picture before");
    }
}
