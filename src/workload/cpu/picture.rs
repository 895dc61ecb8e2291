//! A picture of red, green and blue bytes, with a few shapes to draw in it.

/// Bytes of a pixel.
pub const CHANNELS: usize = 3;

/// A colour: red, green, blue.
pub type Colour = [u8; CHANNELS];

/// A picture, row by row.
#[derive(Debug, Clone)]
pub struct Picture {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

/// A filled circle.
#[derive(Debug, Clone, Copy)]
pub struct Disc {
    pub x: i64,
    pub y: i64,
    pub radius: i64,
    pub colour: Colour,
}

impl Picture {
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            bytes: vec![0; width * height * CHANNELS],
        }
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn row(&self, y: usize) -> &[u8] {
        let length = self.width * CHANNELS;
        &self.bytes[y * length..][..length]
    }

    pub fn row_mut(&mut self, y: usize) -> &mut [Colour] {
        let length = self.width * CHANNELS;
        self.bytes[y * length..][..length].as_chunks_mut().0
    }

    /// Fills a row of a background that shifts with `shift`.
    pub fn fill_gradient(&mut self, y: usize, shift: u64) {
        let (width, height) = (self.width, self.height);
        let green = (y * 255 / height) as u8;
        for (x, pixel) in self.row_mut(y).iter_mut().enumerate() {
            let red = (x * 255 / width) as u8;
            *pixel = [
                red,
                green,
                red.wrapping_add(green).wrapping_add(shift as u8),
            ];
        }
    }

    /// Draws the row `y` of a disc over the picture, half transparent.
    pub fn draw_disc_row(&mut self, y: usize, disc: &Disc) {
        let above = y as i64 - disc.y;
        let Ok(square) = u64::try_from(disc.radius * disc.radius - above * above) else {
            return;
        };
        let half = square.isqrt() as i64;
        let clip = |x: i64| x.clamp(0, self.width as i64) as usize;
        let (from, to) = (clip(disc.x - half), clip(disc.x + half + 1));
        for pixel in &mut self.row_mut(y)[from..to] {
            for (channel, colour) in pixel.iter_mut().zip(disc.colour) {
                *channel = channel.midpoint(colour);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lit(picture: &Picture) -> Vec<String> {
        (0..picture.height())
            .map(|y| {
                let (pixels, _) = picture.row(y).as_chunks::<CHANNELS>();
                pixels
                    .iter()
                    .map(|pixel| if pixel[0] > 0 { '#' } else { '.' })
                    .collect()
            })
            .collect()
    }

    fn draw(disc: Disc) -> Vec<String> {
        let mut picture = Picture::new(7, 5);
        for y in 0..picture.height() {
            picture.draw_disc_row(y, &disc);
        }
        lit(&picture)
    }

    const WHITE: Colour = [255; CHANNELS];

    #[test]
    fn a_disc_is_round() {
        let disc = Disc {
            x: 3,
            y: 2,
            radius: 2,
            colour: WHITE,
        };
        assert_eq!(
            draw(disc),
            ["...#...", "..###..", ".#####.", "..###..", "...#..."]
        );
    }

    #[test]
    fn a_disc_is_cut_at_the_edge() {
        let disc = Disc {
            x: 0,
            y: 0,
            radius: 2,
            colour: WHITE,
        };
        assert_eq!(
            draw(disc),
            ["###....", "##.....", "#......", ".......", "......."]
        );
        let outside = Disc { x: -90, ..disc };
        assert!(draw(outside).iter().all(|row| row == "......."));
    }

    #[test]
    fn a_gradient_shifts() {
        let mut picture = Picture::new(4, 4);
        picture.fill_gradient(2, 0);
        let still = picture.row(2).to_vec();
        picture.fill_gradient(2, 9);
        assert_ne!(picture.row(2), still);
    }
}
