//! Ages of what a learner did.

use super::schedule::DAY;
pub use crate::text::dates::{format_date, format_timestamp};

/// "today", "3 days ago", or the date.
pub fn format_age(at: u64, now: u64) -> String {
    match now.saturating_sub(at) / DAY {
        0 => "today".to_owned(),
        1 => "a day ago".to_owned(),
        days @ 2..30 => format!("{days} days ago"),
        _ => format_date(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_days_are_counted() {
        assert_eq!(format_age(1000, 900), "today");
        assert_eq!(format_age(0, DAY), "a day ago");
        assert_eq!(format_age(0, 5 * DAY), "5 days ago");
        assert_eq!(format_age(0, 40 * DAY), "1970-01-01");
    }
}
