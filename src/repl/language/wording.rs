//! Which name a mistyped word at the prompt most likely meant.

use crate::text::find_nearest;

/// The candidate that a mistyped word most likely meant; `None` if it is near none of them.
///
/// A beginning counts too, if only one candidate begins so: `para` means `parallel`.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    find_nearest(word, candidates.iter().copied())
        .or_else(|| the_only_one_beginning(&word.to_lowercase(), &candidates))
}

fn the_only_one_beginning<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    if word.chars().count() < 2 {
        return None;
    }
    let mut beginning = candidates.iter().filter(|name| name.starts_with(word));
    match (beginning.next(), beginning.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMOS: [&str; 4] = ["numbers", "parallel", "pool", "process"];

    #[test]
    fn a_typo_finds_what_was_meant() {
        assert_eq!(nearest("paralel", DEMOS), Some("parallel"));
        assert_eq!(nearest("Pool", DEMOS), Some("pool"));
        assert_eq!(nearest("zebra", DEMOS), None);
    }

    #[test]
    fn a_beginning_counts_if_it_is_the_only_one() {
        assert_eq!(nearest("para", DEMOS), Some("parallel"));
        assert_eq!(nearest("p", DEMOS), None);
    }
}
