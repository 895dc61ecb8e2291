//! When a quiz is due again: after growing intervals while the answers are right, and from the first interval
//! after a wrong one.

use super::QuizRecord;

/// A day in seconds.
pub const DAY: u64 = 86_400;

/// The intervals in days.
const INTERVALS: [u64; 4] = [1, 3, 7, 21];

/// Updates the record after an answer. The interval grows only if the quiz was due: answering twice in one
/// sitting is no test of memory.
pub fn record_answer(standing: &mut QuizRecord, right: bool, at: u64) {
    let is_first = standing.tries == 0;
    standing.tries += 1;
    standing.right = right;
    if !right {
        standing.level = 0;
    } else if !is_first && at >= standing.due {
        standing.level += 1;
    } else if !is_first {
        return;
    }
    standing.due = at + review_interval(standing.level);
}

/// Postpones the quiz by a day.
pub fn postpone_review(standing: &mut QuizRecord, at: u64) {
    standing.due = at + DAY;
}

fn review_interval(level: u32) -> u64 {
    let last = INTERVALS.len() - 1;
    INTERVALS[last.min(level as usize)] * DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_grow_with_success_and_begin_again_after_a_failure() {
        let mut standing = QuizRecord::default();
        let mut at = 1_000_000;
        for days in [1, 3, 7, 21, 21] {
            record_answer(&mut standing, true, at);
            assert_eq!(standing.due, at + days * DAY);
            at = standing.due;
        }
        record_answer(&mut standing, false, at);
        assert_eq!(standing.due, at + DAY);
        record_answer(&mut standing, true, at + DAY);
        assert_eq!(standing.due, at + 4 * DAY);
    }

    #[test]
    fn an_answer_that_was_not_due_changes_no_interval() {
        let mut standing = QuizRecord::default();
        record_answer(&mut standing, false, 0);
        record_answer(&mut standing, true, 60);
        assert_eq!((standing.due, standing.level, standing.tries), (DAY, 0, 2));
        assert!(standing.right);
        postpone_review(&mut standing, 2 * DAY);
        assert_eq!((standing.due, standing.level), (3 * DAY, 0));
    }
}
