//! What an author's text fills of the learner's screen, without running anything.

use std::io;

use super::{
    bench_task::BenchProgress,
    choice_marks::ChoiceStyle,
    lesson_item::{LessonItem, lesson_items},
    predict::Guess,
    quiz::QuizState,
    renderer::LessonRenderer,
    show,
};
use crate::lesson::{Block, Lesson, Library};

/// Draws the text of the step at this place, and calls `pause` where the lesson waits for the learner: before a demo, after a question,
/// and at the end; a question that does not fit below the text has a screen of its own. Programs are left out: the pager shows long ones.
///
/// # Errors
/// The output cannot be written.
pub fn draw_screenfuls<R: LessonRenderer>(
    library: &Library,
    lesson: &Lesson,
    at: usize,
    page: &mut R,
    pause: fn(&mut R),
) -> io::Result<()> {
    let steps = lesson.steps.len();
    show::show_heading(page, lesson, (at + 1, steps))?;
    let step = &lesson.steps[at];
    for item in lesson_items(library, lesson, step, false) {
        match &item {
            LessonItem::Block(Block::Demo(_) | Block::Schedule(_)) | LessonItem::Output { .. } => {
                pause(page);
            }
            LessonItem::Block(Block::Bench(task)) => {
                pause(page);
                BenchProgress::begin(task, page)?;
                pause(page);
            }
            LessonItem::Program { .. } => {}
            LessonItem::Block(Block::Predict(predict)) => {
                pause(page);
                page.draw_markdown(&Guess::new(predict, ChoiceStyle::default()).question_text())?;
                pause(page);
            }
            LessonItem::Block(Block::Quiz(quiz)) => {
                pause(page);
                QuizState::new(quiz).show_question(page)?;
                pause(page);
            }
            item => show::show_static_item(page, lesson, item)?,
        }
    }
    pause(page);
    Ok(())
}
