//! "Did you mean …?"

/// The candidate that a mistyped word most likely meant; `None` if it is near none of them.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    let near_enough = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), candidate))
        .filter(|(distance, _)| *distance <= near_enough)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Help for a name that does not exist: the nearest one, or else all that exist.
pub(super) fn suggest_name(word: &str, candidates: &[&str]) -> Option<String> {
    if let Some(near) = nearest(word, candidates.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    (!candidates.is_empty()).then(|| format!("there are: {}", candidates.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_what_was_meant() {
        let demos = ["numbers", "parallel", "pool"];
        assert_eq!(nearest("paralel", demos), Some("parallel"));
        assert_eq!(nearest("Pool", demos), Some("pool"));
        assert_eq!(nearest("zebra", demos), None);
    }

    #[test]
    fn a_name_near_to_none_gets_the_list() {
        let help = suggest_name("zebra", &["pool", "numbers"]);
        assert_eq!(help.as_deref(), Some("there are: pool, numbers"));
        assert_eq!(suggest_name("zebra", &[]), None);
    }
}
