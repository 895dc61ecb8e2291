//! Signals by their names.

use super::platform;

/// The number of a signal: 15 for `SIGTERM`. `None` if this system has no such signal.
pub fn signal_number(name: &str) -> Option<i32> {
    platform::signal_number(name)
}

/// The name of a signal: `SIGTERM` for 15. `None` if this system has no such signal.
pub fn signal_name(number: i32) -> Option<&'static str> {
    platform::signal_name(number)
}
