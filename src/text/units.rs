//! Numbers with units: three significant digits, a fitting unit, thousands set apart.

/// From here on digits are grouped: `12,345`, but `1234`.
const GROUPED_FROM: usize = 5;
/// A number is rounded to so many digits before it is fitted to a unit: 0.9996 s is `1.00 s`.
const ROUNDS_UP: f64 = 0.9995;

/// Units of one kind, the largest first: the factor to the base unit, and the name.
pub type UnitScale = &'static [(f64, &'static str)];

/// Times, kept in seconds.
pub const SECONDS: UnitScale = &[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")];
/// Sizes, kept in bytes.
pub const BYTES: UnitScale = &[
    (1_099_511_627_776.0, "TiB"),
    (1_073_741_824.0, "GiB"),
    (1_048_576.0, "MiB"),
    (1_024.0, "KiB"),
    (1.0, "B"),
];
/// Rates, kept per second.
pub const RATES: UnitScale = &[(1e9, "G/s"), (1e6, "M/s"), (1e3, "k/s"), (1.0, "/s")];
/// Shares of a whole, kept as 0 to 1.
pub const SHARES: UnitScale = &[(0.01, "%")];
/// Numbers without a unit.
pub const PURE: UnitScale = &[(1.0, "")];

/// The largest unit in which the number, once rounded, is at least 1: `0 s` and `0 B` for nothing.
pub fn fit_unit(scale: UnitScale, number: f64) -> (f64, &'static str) {
    let fits = |factor: f64| match number {
        0.0 => factor <= 1.0,
        _ => number.abs() / factor >= ROUNDS_UP,
    };
    let found = scale.iter().find(|(factor, _)| fits(*factor));
    *found.unwrap_or(&scale[scale.len() - 1])
}

/// The number with its unit: `171 ms`, `1.18 MiB`, `93.8 %`.
pub fn format_with_unit(scale: UnitScale, number: f64) -> String {
    let (factor, unit) = fit_unit(scale, number);
    let scaled = number / factor;
    let places = match unit {
        "B" => 0,
        _ if number == 0.0 => 0,
        _ => count_decimals(scaled, 3),
    };
    let text = format_decimal(scaled, places);
    match unit {
        "" => text,
        _ => format!("{text} {unit}"),
    }
}

/// Decimal places that show so many significant digits.
pub fn count_decimals(number: f64, significant: i32) -> usize {
    if number == 0.0 {
        return 0;
    }
    // A number that rounds up to the next power of ten has one digit more: 9.996 is 10.0.
    let rounded = number.abs() * (1.0 + 5.0 * 10f64.powi(-significant - 1));
    let digits = rounded.log10().floor() as i32 + 1;
    (significant - digits).clamp(0, 6) as usize
}

/// The number in positional notation, grouped; very large and very small ones in powers of ten.
pub fn format_decimal(number: f64, places: usize) -> String {
    if number != 0.0 && !(1e-5..1e15).contains(&number.abs()) {
        return format!("{number:.2e}");
    }
    let text = format!("{number:.places$}");
    // Rounded to zero: no sign is left.
    let text = match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| matches!(byte, b'0' | b'.')) => rest,
        _ => &text,
    };
    match text.split_once('.') {
        Some((whole, part)) => format!("{}.{part}", group_thousands(whole)),
        None => group_thousands(text),
    }
}

/// The number with so many digits that count; whole numbers keep all of theirs.
pub fn format_significant(number: f64, significant: i32) -> String {
    format_decimal(number, count_decimals(number, significant))
}

/// Decimal digits, with or without a sign, in groups of three: `12,345`, `-1,234,567`.
pub fn group_thousands(digits: &str) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits),
    };
    let mut text = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        let is_start_of_group = at > 0 && (digits.len() - at).is_multiple_of(3);
        if is_start_of_group && digits.len() >= GROUPED_FROM {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart_from_ten_thousand_on() {
        let texts = ["0", "999", "1234", "12345", "1234567", "-45678"].map(group_thousands);
        let expected = ["0", "999", "1234", "12,345", "1,234,567", "-45,678"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_number_has_three_digits_and_a_fitting_unit() {
        let texts = [
            format_with_unit(SECONDS, 0.999_96),
            format_with_unit(SECONDS, 0.000_061_23),
            format_with_unit(SECONDS, 0.0),
            format_with_unit(BYTES, 1023.0),
            format_with_unit(RATES, 0.25),
            format_with_unit(SHARES, 0.9376),
            format_with_unit(PURE, 9.996),
        ];
        let expected = [
            "1.00 s", "61.2 µs", "0 s", "1023 B", "0.250 /s", "93.8 %", "10.0",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn what_rounds_to_zero_has_no_sign() {
        assert_eq!(format_decimal(-0.001, 2), "0.00");
        assert_eq!(format_decimal(-0.25, 2), "-0.25");
    }

    #[test]
    fn digits_that_count_are_kept() {
        let texts = [1.94, 9.96, 0.0312, 123.4, 0.0].map(|x| format_significant(x, 2));
        assert_eq!(texts, ["1.9", "10", "0.031", "123", "0"]);
    }
}
