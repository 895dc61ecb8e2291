//! Counts how often each outcome occurred.

/// The outcomes in words, each with its count, in the order of their first occurrence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutcomeTally {
    seen: Vec<(String, usize)>,
}

impl OutcomeTally {
    /// Counts one outcome.
    pub fn add_outcome(&mut self, outcome: &str) {
        match self.seen.iter_mut().find(|(known, _)| known == outcome) {
            Some((_, count)) => *count += 1,
            None => self.seen.push((outcome.to_owned(), 1)),
        }
    }

    /// The number of outcomes.
    pub fn total_count(&self) -> usize {
        self.seen.iter().map(|(_, count)| count).sum()
    }

    /// The count of this outcome.
    pub fn count_outcome(&self, outcome: &str) -> usize {
        let mut seen = self.seen.iter();
        seen.find(|(known, _)| known == outcome)
            .map_or(0, |(_, count)| *count)
    }

    /// Whether it was the only outcome; not if there was none.
    pub fn is_always(&self, outcome: &str) -> bool {
        self.total_count() > 0 && self.count_outcome(outcome) == self.total_count()
    }

    /// Whether there were different outcomes.
    pub fn has_different_outcomes(&self) -> bool {
        self.seen.len() > 1
    }

    /// "holds 3 of 5, too noisy to tell 2 of 5".
    pub fn describe_counts(&self) -> String {
        let all = self.total_count();
        let seen = self.seen.iter();
        let seen: Vec<String> = seen
            .map(|(outcome, count)| format!("{outcome} {count} of {all}"))
            .collect();
        seen.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_counted_in_the_order_of_their_coming() {
        let mut tally = OutcomeTally::default();
        assert!(!tally.is_always("holds") && !tally.has_different_outcomes());
        for outcome in ["holds", "noisy", "holds"] {
            tally.add_outcome(outcome);
        }
        assert_eq!(tally.describe_counts(), "holds 2 of 3, noisy 1 of 3");
        assert!(tally.has_different_outcomes() && !tally.is_always("holds"));
    }
}
