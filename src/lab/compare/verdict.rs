//! What figures from several parts make of one sentence of the course.

/// What was measured for a sentence in one part.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Under what: `Rust`, `CPython 3.11`, `the model of the GIL`.
    pub under: String,
    /// Whether a GIL was there.
    pub gil: bool,
    /// Whether the figures are as the sentence says.
    pub holds: bool,
}

/// The verdict in plain words: where the sentence holds, and where it does not.
pub fn verdict(evidence: &[Evidence]) -> String {
    let all = |gil: bool, holds: bool| {
        let mut of_kind = evidence.iter().filter(|each| each.gil == gil).peekable();
        of_kind.peek().is_some() && of_kind.all(|each| each.holds == holds)
    };
    if evidence.is_empty() {
        return "cannot be shown here".to_owned();
    }
    if evidence.iter().all(|each| each.holds) {
        return "as the notes say".to_owned();
    }
    if all(true, true) && all(false, false) {
        return "only with a GIL".to_owned();
    }
    if evidence.iter().all(|each| !each.holds) {
        return "not here".to_owned();
    }
    let not: Vec<&str> = evidence
        .iter()
        .filter(|each| !each.holds)
        .map(|each| each.under.as_str())
        .collect();
    format!("not under {}", not.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(under: &str, gil: bool, holds: bool) -> Evidence {
        Evidence {
            under: under.to_owned(),
            gil,
            holds,
        }
    }

    #[test]
    fn the_words_say_where_a_sentence_holds() {
        let native = |holds| of("Rust", false, holds);
        let model = |holds| of("the model", true, holds);
        let python = |holds| of("CPython 3.11", true, holds);
        let verdicts = [
            vec![],
            vec![native(true), python(true)],
            vec![native(false), model(true), python(true)],
            vec![native(false)],
            vec![native(true), model(true), python(false)],
        ]
        .map(|evidence| verdict(&evidence));
        assert_eq!(
            verdicts,
            [
                "cannot be shown here",
                "as the notes say",
                "only with a GIL",
                "not here",
                "not under CPython 3.11",
            ]
        );
    }
}
