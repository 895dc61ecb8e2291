//! Sentences that errors and lists share: "did you mean", "a, b or c".

use crate::lesson;

/// The candidate that a mistyped word most likely meant; `None` if it is near none of them.
///
/// A beginning counts too, if only one candidate begins so: `para` means `parallel`.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    lesson::nearest(word, candidates.iter().copied())
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

/// "no demo is called `pol`; did you mean `pool`?", or the list of all there are.
pub fn unknown(kind: &str, word: &str, candidates: &[&str]) -> String {
    match nearest(word, candidates.iter().copied()) {
        Some(near) => format!("no {kind} is called `{word}`; did you mean `{near}`?"),
        None if candidates.is_empty() => format!("no {kind} is called `{word}`"),
        None => {
            let verb = if candidates.len() == 1 { "is" } else { "are" };
            format!(
                "no {kind} is called `{word}`; there {verb} {}",
                listed(candidates, "and")
            )
        }
    }
}

/// The same where another command lists all there are, which may be many.
pub fn unknown_of_many(kind: &str, word: &str, candidates: &[&str], command: &str) -> String {
    match nearest(word, candidates.iter().copied()) {
        Some(near) => format!("no {kind} is called `{word}`; did you mean `{near}`?"),
        None => format!("no {kind} is called `{word}`; `{command}` lists them"),
    }
}

/// `a`, `a or b`, `a, b or c`.
pub fn listed(names: &[&str], last: &str) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}

/// "1 lesson", "2 lessons".
pub fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
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

    #[test]
    fn an_unknown_name_gets_a_suggestion_or_the_list() {
        assert_eq!(
            unknown("demo", "pol", &DEMOS),
            "no demo is called `pol`; did you mean `pool`?"
        );
        assert_eq!(
            unknown("demo", "zebra", &DEMOS),
            "no demo is called `zebra`; there are numbers, parallel, pool and process"
        );
        assert_eq!(unknown("demo", "x", &[]), "no demo is called `x`");
        assert_eq!(
            unknown_of_many("demo", "zebra", &DEMOS, "demos"),
            "no demo is called `zebra`; `demos` lists them"
        );
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(listed(&["a"], "or"), "a");
        assert_eq!(listed(&["a", "b"], "or"), "a or b");
        assert_eq!(listed(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(counted(1, "lesson"), "1 lesson");
        assert_eq!(counted(0, "problem"), "0 problems");
    }
}
