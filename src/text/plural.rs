//! Words that depend on a number, and lists of words.

use std::{collections::HashSet, hash::Hash};

use super::units::group_thousands;

/// `one` for 1, `many` for every other number.
pub fn pick_plural<'w>(count: usize, one: &'w str, many: &'w str) -> &'w str {
    if count == 1 { one } else { many }
}

/// A number of things: `1 process`, `12,345 processes`.
pub fn format_count(count: usize, one: &str, many: &str) -> String {
    let number = group_thousands(&count.to_string());
    format!("{number} {}", pick_plural(count, one, many))
}

/// A list inside a sentence: `a`, `a or b`, `a, b or c`.
pub fn join_words(words: &[&str], last: &str) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}

/// The items without repetitions, in the order of their first appearance.
pub fn keep_distinct<T: Eq + Hash + Clone>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    let items = items.into_iter();
    items.filter(|item| seen.insert(item.clone())).collect()
}

/// The text with a capital at its beginning.
pub fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        let texts = [0, 1, 2, 12_345].map(|count| format_count(count, "process", "processes"));
        let expected = [
            "0 processes",
            "1 process",
            "2 processes",
            "12,345 processes",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(join_words(&["a"], "or"), "a");
        assert_eq!(join_words(&["a", "b"], "or"), "a or b");
        assert_eq!(join_words(&["a", "b", "c"], "or"), "a, b or c");
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(capitalize("über"), "Über");
        assert_eq!(capitalize(""), "");
    }
}
