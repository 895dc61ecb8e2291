//! Cuts work into parts, and combines their outcomes.

use std::iter::Sum;

use serde::{Deserialize, Serialize};

/// One of several equal parts of the work.
///
/// Parts are strided, not contiguous: part 1 of 3 does items 1, 4, 7, …. If the cost of items changes along the
/// way, every part gets the same share of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WorkPart {
    /// The index; less than `of`.
    pub index: u32,
    /// The number of parts, at least 1.
    pub of: u32,
}

impl WorkPart {
    /// The whole work.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// All parts of work that is cut into `of`.
    pub fn all_of(of: u32) -> impl Iterator<Item = Self> {
        (0..of).map(move |index| Self { index, of })
    }

    /// The items of this part, out of `count`.
    pub(super) fn items(self, count: u64) -> impl Iterator<Item = u64> {
        debug_assert!(self.index < self.of, "part {} of {}", self.index, self.of);
        (u64::from(self.index)..count).step_by(self.of.max(1) as usize)
    }

    /// Does the items of this part, out of `count`, and adds up the results of `work`.
    #[inline]
    pub(super) fn sum_items<E>(
        self,
        count: u64,
        mut work: impl FnMut(u64) -> Result<u64, E>,
    ) -> Result<WorkOutcome, E> {
        self.items(count)
            .map(|item| {
                Ok(WorkOutcome {
                    checksum: work(item)?,
                    items: 1,
                })
            })
            .sum()
    }
}

/// The outcome of a part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOutcome {
    /// A checksum of the result. The wrapping sum over all parts is the same however the work was cut.
    pub checksum: u64,
    /// The number of items that were done; over all parts, the size.
    pub items: u64,
}

impl Sum for WorkOutcome {
    fn sum<I: Iterator<Item = Self>>(outcomes: I) -> Self {
        outcomes.fold(Self::default(), |total, outcome| Self {
            checksum: total.checksum.wrapping_add(outcome.checksum),
            items: total.items + outcome.items,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_strided() {
        let items = |index| WorkPart { index, of: 3 }.items(8).collect::<Vec<_>>();
        assert_eq!(
            [items(0), items(1), items(2)],
            [vec![0, 3, 6], vec![1, 4, 7], vec![2, 5]]
        );
    }

    #[test]
    fn more_parts_than_items_leaves_some_empty() {
        let items: Vec<_> = WorkPart::all_of(5)
            .map(|part| part.items(2).count())
            .collect();
        assert_eq!(items, [1, 1, 0, 0, 0]);
    }

    #[test]
    fn outcomes_add_up_and_wrap() {
        let outcome = |checksum| WorkOutcome { checksum, items: 2 };
        let total: WorkOutcome = [outcome(u64::MAX), outcome(5)].into_iter().sum();
        assert_eq!(
            total,
            WorkOutcome {
                checksum: 4,
                items: 4
            }
        );
    }

    #[test]
    fn an_error_ends_the_sum() {
        let mut done = Vec::new();
        let result = WorkPart::WHOLE.sum_items(10, |item| {
            done.push(item);
            if item == 2 { Err("enough") } else { Ok(item) }
        });
        assert_eq!((result, done), (Err("enough"), vec![0, 1, 2]));
    }
}
