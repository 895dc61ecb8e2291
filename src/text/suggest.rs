//! "Did you mean …?"

use super::join_words;

/// The candidate that a mistyped word most likely meant; `None` if it is near none of them.
///
/// The beginning of one counts too, if only that one begins so: `para` means `parallel`.
pub fn find_nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let word = word.to_lowercase();
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let near_enough = (word.chars().count() / 3).max(1);
    candidates
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), *candidate))
        .filter(|(distance, _)| *distance <= near_enough)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
        .or_else(|| find_by_beginning(&word, &candidates))
}

fn find_by_beginning<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    if word.chars().count() < 2 {
        return None;
    }
    let mut found = candidates.iter().filter(|name| name.starts_with(word));
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Help for an unknown name: the nearest one, or else all there are; `None` if there are none.
pub fn suggest_name(word: &str, candidates: &[&str]) -> Option<String> {
    if let Some(near) = find_nearest(word, candidates.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    (!candidates.is_empty()).then(|| format!("there are: {}", candidates.join(", ")))
}

/// "no demo is called `pol`; did you mean `pool`?", or the list of all there are.
pub fn describe_unknown(kind: &str, word: &str, candidates: &[&str]) -> String {
    if let Some(near) = find_nearest(word, candidates.iter().copied()) {
        return format!("no {kind} is called `{word}`; did you mean `{near}`?");
    }
    let verb = match candidates.len() {
        0 => return format!("no {kind} is called `{word}`"),
        1 => "is",
        _ => "are",
    };
    let names = join_words(candidates, "and");
    format!("no {kind} is called `{word}`; there {verb} {names}")
}

/// The same where a command lists all there are, which may be many.
pub fn describe_unknown_of_many(
    kind: &str,
    word: &str,
    candidates: &[&str],
    command: &str,
) -> String {
    match find_nearest(word, candidates.iter().copied()) {
        Some(near) => format!("no {kind} is called `{word}`; did you mean `{near}`?"),
        None => format!("no {kind} is called `{word}`; `{command}` lists them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMOS: [&str; 4] = ["numbers", "parallel", "pool", "process"];

    #[test]
    fn a_typo_finds_what_was_meant() {
        assert_eq!(find_nearest("paralel", DEMOS), Some("parallel"));
        assert_eq!(find_nearest("Pool", DEMOS), Some("pool"));
        assert_eq!(find_nearest("zebra", DEMOS), None);
    }

    #[test]
    fn a_beginning_counts_if_it_is_the_only_one() {
        assert_eq!(find_nearest("para", DEMOS), Some("parallel"));
        assert_eq!(find_nearest("p", DEMOS), None);
    }

    #[test]
    fn a_name_near_to_none_gets_the_list() {
        let help = suggest_name("zebra", &["pool", "numbers"]);
        assert_eq!(help.as_deref(), Some("there are: pool, numbers"));
        assert_eq!(suggest_name("zebra", &[]), None);
    }

    #[test]
    fn an_unknown_name_gets_a_suggestion_or_the_list() {
        let describe = |word| describe_unknown("demo", word, &DEMOS);
        assert_eq!(
            describe("pol"),
            "no demo is called `pol`; did you mean `pool`?"
        );
        assert_eq!(
            describe("zebra"),
            "no demo is called `zebra`; there are numbers, parallel, pool and process"
        );
        assert_eq!(describe_unknown("demo", "x", &[]), "no demo is called `x`");
        assert_eq!(
            describe_unknown_of_many("demo", "zebra", &DEMOS, "demos"),
            "no demo is called `zebra`; `demos` lists them"
        );
    }
}
