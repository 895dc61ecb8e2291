//! Words that depend on a number.

/// `1 worker`, `4 workers`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `1,234,567`, for a number inside a text; figures of their own are grouped by whoever shows them.
pub fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && digits.len() > 4 {
            text.push(',');
        }
        text.push(digit);
    }
    if count < 0 {
        text.insert(0, '−');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart_from_ten_thousand_on() {
        let texts = [0, 999, 1234, 12_345, 1_234_567, -45_678].map(grouped);
        assert_eq!(
            texts,
            ["0", "999", "1234", "12,345", "1,234,567", "−45,678"]
        );
    }

    #[test]
    fn one_is_singular() {
        let words = [0, 1, 2].map(|count| counted(count, "process", "processes"));
        assert_eq!(words, ["0 processes", "1 process", "2 processes"]);
    }
}
