//! A clock that every process of the machine reads the same.

use super::platform::{NativePlatform, Platform};

/// Nanoseconds since some fixed moment before now, the same moment for every process of this machine.
///
/// On Unix this is `CLOCK_MONOTONIC`: it never steps back, and a parent may subtract its own reading from a
/// child's. Elsewhere it is the wall clock, comparable too, but somebody may set it.
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
