//! A clock that all processes of the machine share.

use super::platform::{NativePlatform, Platform};

/// Nanoseconds since a fixed moment in the past. The moment is the same for every process of this machine.
///
/// On Unix this is `CLOCK_MONOTONIC`: it never steps back, and a parent may subtract its own reading from a
/// child's. Elsewhere it is the wall clock, which can be compared too but may be adjusted.
pub fn now_ns() -> u64 {
    NativePlatform::now_ns()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn never_steps_back_and_counts_nanoseconds() {
        let before = now_ns();
        std::thread::sleep(Duration::from_millis(5));
        let after = now_ns();
        assert!(after - before >= 5_000_000, "{before} {after}");
    }
}
