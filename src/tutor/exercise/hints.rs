//! Which hint comes next: one at a time, and never the solution.

use std::collections::BTreeSet;

use crate::lesson::Exercise;

/// The hints of an exercise that a learner has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownHints {
    /// Requirements whose own hint was shown, by number.
    pub requirements: BTreeSet<usize>,
    /// How many of the exercise's hints were shown.
    pub hints: usize,
}

/// A hint: Markdown.
pub type HintText<'e> = &'e str;

/// The next hint where these requirements fail, which counts as shown from then on: the first one's own, or else
/// the next of the exercise's. At the end of all hints the first one's own comes again. Where nothing was checked so
/// far, nothing fails: then the exercise's own hints come.
pub fn choose_hint<'e>(
    exercise: &'e Exercise,
    failing: &[usize],
    shown: &mut ShownHints,
) -> Option<HintText<'e>> {
    let own = |number: usize| exercise.conditions.get(number)?.hint.as_deref();
    if let Some(first) = failing.first()
        && let Some(hint) = own(*first)
        && shown.requirements.insert(*first)
    {
        return Some(hint);
    }
    if let Some(hint) = exercise.hints.get(shown.hints) {
        shown.hints += 1;
        return Some(hint);
    }
    let others = failing.iter().filter_map(|number| own(*number));
    others
        .chain(exercise.hints.last().map(String::as_str))
        .next()
}
