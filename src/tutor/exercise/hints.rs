//! Chooses the next hint: one at a time, and never the solution.

use std::collections::BTreeSet;

use crate::lesson::Exercise;

/// The hints of an exercise that a learner has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownHints {
    /// The numbers of the requirements whose own hint was shown.
    pub requirements: BTreeSet<usize>,
    /// How many of the exercise's hints were shown.
    pub hints: usize,
}

/// A hint: Markdown.
pub type HintText<'e> = &'e str;

/// The next hint if these requirements fail; it counts as shown from then on. The first requirement's own hint
/// comes first, then the exercise's hints. After all hints, the first requirement's own is repeated. Before the
/// first check no requirement fails, so the exercise's own hints are used.
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
