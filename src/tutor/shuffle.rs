//! Shuffles that always come out the same for the same seed.

/// A seed for a text and a round: FNV-1a.
pub(super) fn shuffle_seed(text: &str, round: u64) -> u64 {
    let bytes = text.bytes().chain(round.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The numbers below `count`, shuffled.
pub(super) fn shuffle_places(count: usize, seed: u64) -> Vec<usize> {
    let mut state = seed | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut places: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        places.swap(at, (next() % (at as u64 + 1)) as usize);
    }
    places
}
