//! Figures and lists in the sentences of advice.

use crate::text::pick_plural;

/// A length of time, to two figures or so.
pub fn format_seconds(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s >= 0.9995 => (s, "s"),
        s if s >= 0.000_999_5 => (s * 1e3, "ms"),
        s => (s * 1e6, "µs"),
    };
    if value >= 99.5 || (unit == "µs" && value >= 9.95) {
        format!("{value:.0} {unit}")
    } else if value >= 9.95 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.2} {unit}")
    }
}

/// The same for nanoseconds.
pub fn format_nanoseconds(ns: u64) -> String {
    format_seconds(ns as f64 / 1e9)
}

/// `1 task`, `2 tasks`.
pub fn format_count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// Some names: all of a few, the first of many.
pub fn join_names(names: &[String]) -> String {
    const MOST: usize = 4;
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] if names.len() <= MOST => format!("{} and {last}", all.join(", ")),
        _ => format!(
            "{} and {} more",
            names[..MOST - 1].join(", "),
            names.len() - (MOST - 1)
        ),
    }
}

/// `was` or `were`.
pub fn was_or_were(number: usize) -> &'static str {
    pick_plural(number, "was", "were")
}

/// `ValueError: no such number`: the first line of an exception, without addresses and not too long.
pub fn quote_error(error: &str, message: &str) -> String {
    const LONGEST: usize = 160;
    let message = without_addresses(message);
    let line = message.lines().next().unwrap_or_default().trim();
    let short: String = line.chars().take(LONGEST).collect();
    let dots = if short.len() < line.len() { "…" } else { "" };
    if short.is_empty() {
        return error.to_owned();
    }
    format!("{error}: {short}{dots}")
}

/// A message without the addresses that differ from run to run.
pub fn without_addresses(message: &str) -> String {
    let mut rest = message;
    let mut text = String::new();
    while let Some(at) = rest.find(" at 0x") {
        text.push_str(&rest[..at]);
        rest = rest[at + 6..].trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_that_fits() {
        let formatted: Vec<String> = [1.1e-6, 0.000_25, 0.009_1, 0.11, 2.345, 120.0]
            .into_iter()
            .map(format_seconds)
            .collect();
        assert_eq!(
            formatted,
            ["1.10 µs", "250 µs", "9.10 ms", "110 ms", "2.35 s", "120 s"]
        );
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (1..=6).map(|n| format!("P-{n}")).collect();
        assert_eq!(join_names(&names[..1]), "P-1");
        assert_eq!(join_names(&names[..3]), "P-1, P-2 and P-3");
        assert_eq!(join_names(&names), "P-1, P-2, P-3 and 3 more");
    }

    #[test]
    fn addresses_are_left_out() {
        let message = "Can't pickle <function <lambda> at 0x7f4ccb532af0>: attribute lookup failed";
        assert_eq!(
            without_addresses(message),
            "Can't pickle <function <lambda>>: attribute lookup failed"
        );
    }
}
