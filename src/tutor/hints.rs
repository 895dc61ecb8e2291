//! Hints, shown one at a time, apart from the solution.

/// How many hints of one question were shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct HintSequence {
    shown: usize,
}

impl HintSequence {
    /// The next one of these, as Markdown; or that there is none left.
    pub fn next_one(&mut self, hints: &[String]) -> String {
        let of = hints.len();
        match hints.get(self.shown) {
            Some(hint) => {
                self.shown += 1;
                let last = if self.shown == of && of > 1 {
                    ", the last one"
                } else {
                    ""
                };
                format!("**Hint {} of {of}{last}.** {hint}", self.shown)
            }
            None if of == 0 => "There is no hint for this one.".to_owned(),
            None if of == 1 => "That was the only hint.".to_owned(),
            None => format!("No hint is left: those were all {of}."),
        }
    }

    /// Whether there is one among these that was not shown yet.
    pub fn has_more(self, hints: &[String]) -> bool {
        self.shown < hints.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_come_one_at_a_time_and_end_with_a_word() {
        let hints = ["Look.".to_owned(), "Closer.".to_owned()];
        let mut sequence = HintSequence::default();
        let mut next = || sequence.next_one(&hints);
        assert_eq!(next(), "**Hint 1 of 2.** Look.");
        assert_eq!(next(), "**Hint 2 of 2, the last one.** Closer.");
        assert_eq!(next(), "No hint is left: those were all 2.");
        assert!(!sequence.has_more(&hints));
        assert_eq!(
            HintSequence::default().next_one(&[]),
            "There is no hint for this one."
        );
    }
}
