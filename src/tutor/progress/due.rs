//! Chooses a quiz of an earlier lesson for review.

use std::sync::Arc;

use super::LearnerProgress;
use crate::lesson::{Block, Lesson, Library, Quiz};

/// The quiz that has been due for the longest time, of any lesson except the current one.
pub fn due_question<'l>(
    library: &'l Library,
    progress: &LearnerProgress,
    at_hand: Option<&Lesson>,
    now: u64,
) -> Option<(&'l Arc<Lesson>, &'l Arc<Quiz>)> {
    let (due, lesson, quiz) = soonest_question(library, progress, at_hand)?;
    (due <= now).then_some((lesson, quiz))
}

/// The next quiz, whether it is due yet or not. The current lesson's are used only if no other has one.
pub fn next_question<'l>(
    library: &'l Library,
    progress: &LearnerProgress,
    at_hand: Option<&Lesson>,
) -> Option<(&'l Arc<Lesson>, &'l Arc<Quiz>)> {
    let found = soonest_question(library, progress, at_hand)
        .or_else(|| soonest_question(library, progress, None));
    found.map(|(_, lesson, quiz)| (lesson, quiz))
}

fn soonest_question<'l>(
    library: &'l Library,
    progress: &LearnerProgress,
    at_hand: Option<&Lesson>,
) -> Option<(u64, &'l Arc<Lesson>, &'l Arc<Quiz>)> {
    let others = library.lessons().iter();
    let others = others.filter(|lesson| at_hand.is_none_or(|hand| hand.slug != lesson.slug));
    let answered = others.flat_map(|lesson| {
        let known = progress.lesson_history(lesson);
        lesson.blocks().filter_map(move |block| match block {
            Block::Quiz(quiz) => {
                let standing = known?.quizzes.get(&quiz.id)?;
                Some((standing.due, lesson, quiz))
            }
            _ => None,
        })
    });
    answered.min_by_key(|(due, ..)| *due)
}
