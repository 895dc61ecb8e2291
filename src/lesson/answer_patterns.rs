//! Warns of right choices that can be told from the wrong ones without the subject: by their length or their
//! letter.

use std::ops::Range;

use super::source_file::Diagnostics;

/// So many right choices alike may be chance.
const MOST_ALIKE: usize = 2;

/// What tells the one right choice of a question from its wrong ones.
pub(super) struct ChoicePattern {
    /// The first line of the question.
    at: Range<usize>,
    right: usize,
    is_longest: bool,
    is_shortest: bool,
}

impl ChoicePattern {
    /// The pattern of a question with these choices; `right` is the index of the right one.
    pub(super) fn from_texts(at: Range<usize>, texts: &[&str], right: usize) -> Self {
        let mut others: Vec<usize> = texts.iter().map(|text| text.chars().count()).collect();
        let own = others.swap_remove(right);
        Self {
            at,
            right,
            is_longest: others.iter().all(|other| own > *other),
            is_shortest: others.iter().all(|other| own < *other),
        }
    }
}

/// Checks all questions of a lesson that have one right choice.
pub(super) fn check_answers(diagnostics: &mut Diagnostics<'_>, questions: &[ChoicePattern]) {
    let (Some(first), all) = (questions.first(), questions.len()) else {
        return;
    };
    let mut warn_if_telling =
        |what: &str, help: &str, is_alike: &dyn Fn(&ChoicePattern) -> bool| {
            let alike = questions.iter().filter(|question| is_alike(question));
            let alike = alike.count();
            if alike > MOST_ALIKE && 2 * alike > all {
                let message = format!("the right choice is {what} in {alike} of {all} questions");
                diagnostics.warning(first.at.clone(), message).help(help);
            }
        };
    let help = "shorten right choices, and move what explains them into `why`";
    warn_if_telling("the longest", help, &|question| question.is_longest);
    let help = "shorten wrong choices, or say more in right ones";
    warn_if_telling("the shortest", help, &|question| question.is_shortest);
    for (place, letter) in ('a'..='i').enumerate() {
        let is_here = |question: &ChoicePattern| question.right == place;
        warn_if_telling(
            &letter.to_string(),
            "move some of them to another place",
            &is_here,
        );
    }
}
