//! Warns of right choices that can be told from the wrong ones without the subject: by their length or their
//! letter.

use std::ops::Range;

use super::source_file::Diagnostics;

/// So many right choices alike may be chance.
const MOST_ALIKE: usize = 2;

/// Where a question has its one right choice.
pub(super) struct ChoicePattern {
    /// The first line of the question.
    at: Range<usize>,
    right: usize,
    is_longest: bool,
}

impl ChoicePattern {
    /// The pattern of a question with these choices; `right` is the index of the right one.
    pub(super) fn from_texts(at: Range<usize>, texts: &[&str], right: usize) -> Self {
        let length = |text: &str| text.chars().count();
        let others = texts.iter().enumerate().filter(|(at, _)| *at != right);
        let longest = others.map(|(_, text)| length(text)).max();
        let is_longest = texts.get(right).map(|text| length(text)) > longest;
        Self {
            at,
            right,
            is_longest,
        }
    }
}

/// Checks all questions of a lesson that have one right choice.
pub(super) fn check_answers(diagnostics: &mut Diagnostics<'_>, questions: &[ChoicePattern]) {
    let (Some(first), all) = (questions.first(), questions.len()) else {
        return;
    };
    let is_telling = |alike: usize| alike > MOST_ALIKE && 2 * alike > all;
    let longest = questions.iter().filter(|question| question.is_longest);
    let longest = longest.count();
    if is_telling(longest) {
        let message = format!("the right choice is the longest in {longest} of {all} questions");
        diagnostics
            .warning(first.at.clone(), message)
            .help("shorten right choices, and move what explains them into `why`");
    }
    for (place, letter) in ('a'..='i').enumerate() {
        let alike = questions.iter().filter(|question| question.right == place);
        let alike = alike.count();
        if is_telling(alike) {
            let message = format!("the right choice is {letter} in {alike} of {all} questions");
            diagnostics
                .warning(first.at.clone(), message)
                .help("move some of them to another place");
        }
    }
}
