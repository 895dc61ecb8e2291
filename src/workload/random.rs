//! Pseudo-random numbers that are the same each time.

/// The splitmix64 generator: short, and good enough for pictures and books.
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix_bits(self.state)
    }

    /// A number below `limit`, which must not be 0. Its bias towards small numbers is negligible.
    pub fn next_below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// Mixes a number over all 64 bits. In a checksum, right values in wrong places then do not cancel out.
#[inline]
pub fn mix_bits(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A checksum of bytes in order, eight at a time, which is fast compared with the work.
pub fn checksum_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let fold = |sum: u64, word: u64| {
        (sum ^ word)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    };
    let sum = words.iter().fold(bytes.len() as u64, |sum, word| {
        fold(sum, u64::from_le_bytes(*word))
    });
    mix_bits(
        rest.iter()
            .fold(sum, |sum, &byte| fold(sum, u64::from(byte))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_published_sequence() {
        // The first numbers of the reference implementation with seed 1234567.
        let mut random = SplitMix64::new(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_checksum_sees_order_length_and_every_byte() {
        let plain = checksum_bytes(b"forklore, a lab bench");
        for other in [
            &b"forklore, a lab bencH"[..],
            b"orfklore, a lab bench",
            b"forklore, a lab bench\0",
            b"",
        ] {
            assert_ne!(checksum_bytes(other), plain);
        }
    }
}
