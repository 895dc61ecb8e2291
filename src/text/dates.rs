//! Seconds since 1970 as dates, in UTC.

/// The seconds of a day.
const DAY: u64 = 86_400;

/// `2026-11-23`.
pub fn format_date(at: u64) -> String {
    let (year, month, day) = civil_date(at / DAY);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-11-23T19:05:00Z`.
pub fn format_timestamp(at: u64) -> String {
    let (date, second) = (format_date(at), at % DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a day since 1970, in the Gregorian calendar. Years are counted from March, so that a
/// leap day is the last day of a year.
fn civil_date(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097;
    let shifted = days + 719_468;
    let (era, day) = (shifted / ERA, shifted % ERA);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let in_month = in_year - (153 * month + 2) / 5 + 1;
    let (month, carried) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + carried, month, in_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(format_date(0), "1970-01-01");
        assert_eq!(format_date(951_782_400), "2000-02-29");
        assert_eq!(format_date(4_107_542_400), "2100-03-01");
        assert_eq!(format_timestamp(1_795_460_700), "2026-11-23T19:05:00Z");
    }
}
