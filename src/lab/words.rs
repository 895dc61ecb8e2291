//! Words that depend on a number.

/// `1 worker`, `4 workers`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        let words = [0, 1, 2].map(|count| counted(count, "process", "processes"));
        assert_eq!(words, ["0 processes", "1 process", "2 processes"]);
    }
}
