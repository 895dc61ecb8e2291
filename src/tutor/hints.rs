//! Hints, shown one at a time, apart from the solution.

/// The hints of one question or exercise, and how many of them were shown.
#[derive(Debug, Clone, Copy)]
pub struct HintSequence<'a> {
    hints: &'a [String],
    shown: usize,
}

impl<'a> HintSequence<'a> {
    /// Hints of which none has been shown.
    pub fn new(hints: &'a [String]) -> Self {
        Self { hints, shown: 0 }
    }

    /// The next hint as Markdown, or a message that there are no more.
    pub fn next_one(&mut self) -> String {
        let of = self.hints.len();
        match self.hints.get(self.shown) {
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

    /// Whether there is a hint that has not been shown.
    pub fn has_more(&self) -> bool {
        self.shown < self.hints.len()
    }

    /// The number of hints that were shown.
    pub fn shown_count(&self) -> usize {
        self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_come_one_at_a_time_and_end_with_a_word() {
        let hints = ["Look.".to_owned(), "Closer.".to_owned()];
        let mut hints = HintSequence::new(&hints);
        assert_eq!(hints.next_one(), "**Hint 1 of 2.** Look.");
        assert_eq!(hints.next_one(), "**Hint 2 of 2, the last one.** Closer.");
        assert_eq!(hints.next_one(), "No hint is left: those were all 2.");
        assert_eq!(hints.shown_count(), 2);
        assert_eq!(
            HintSequence::new(&[]).next_one(),
            "There is no hint for this one."
        );
    }
}
