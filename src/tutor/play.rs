//! Plays a lesson straight through: for a pipe, or with `--play`.

use std::io;

use super::{
    lesson_item::{LessonItem, lesson_items},
    predict::{self, Guess},
    quiz::QuizState,
    renderer::LessonPorts,
    show::{self, DemoStatus},
    stepper::ScheduleStepper,
};
use crate::lesson::{DemoBlock, Lesson, Library};

/// The result of playing a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayOutcome {
    /// Everything was shown, and all demos ran.
    Complete,
    /// Everything was shown, but these demos failed.
    Failed(Vec<String>),
    /// The user stopped it.
    Interrupted,
}

/// Shows all steps of a lesson. Demos run for real; predictions, quizzes and schedules are shown with their answers, and
/// instructors' notes if `notes` is set.
///
/// A failed demo is reported, and the lesson continues. An interrupted demo ends it.
///
/// # Errors
/// The output cannot be written, for example to a closed pipe.
pub fn play_lesson(
    library: &Library,
    lesson: &Lesson,
    notes: bool,
    stage: &mut LessonPorts<'_>,
) -> io::Result<PlayOutcome> {
    let mut failed = Vec::new();
    show::show_opening(stage.page, lesson)?;
    for (index, step) in lesson.steps.iter().enumerate() {
        show::show_heading(stage.page, lesson, (index + 1, lesson.steps.len()))?;
        for piece in lesson_items(library, lesson, step, notes) {
            match &piece {
                LessonItem::Demo(demo) => {
                    match show::show_demo(stage, lesson, demo, &open_guesses(lesson, demo))?.0 {
                        DemoStatus::Well => {}
                        DemoStatus::Badly => failed.push(demo.run.clone()),
                        DemoStatus::Interrupted => {
                            stage.page.flush_output()?;
                            return Ok(PlayOutcome::Interrupted);
                        }
                    }
                }
                LessonItem::Output { program, text } => {
                    match show::show_output(stage, &program.file, text)? {
                        DemoStatus::Well => {}
                        DemoStatus::Badly => failed.push(program.file.clone()),
                        DemoStatus::Interrupted => {
                            stage.page.flush_output()?;
                            return Ok(PlayOutcome::Interrupted);
                        }
                    }
                }
                LessonItem::Quiz(quiz) => {
                    let quiz = QuizState::new(quiz);
                    quiz.show_listed(stage.page)?;
                    quiz.show_solution(stage.page)?;
                }
                LessonItem::Schedule(task) => {
                    ScheduleStepper::new(task, true).draw_solution(stage.page)?;
                }
                LessonItem::Predict(predict) => {
                    let guess = Guess::new(predict, false);
                    stage.page.draw_markdown(&guess.list_choices())?;
                }
                piece => show::show_static_item(stage.page, lesson, piece)?,
            }
        }
    }
    stage.page.flush_output()?;
    Ok(if failed.is_empty() {
        PlayOutcome::Complete
    } else {
        PlayOutcome::Failed(failed)
    })
}

/// The predictions that a demo decides, without guesses.
fn open_guesses(lesson: &Lesson, demo: &DemoBlock) -> Vec<Guess> {
    let predictions = predict::predictions_decided_by(lesson, demo).into_iter();
    let guess = |predict| Guess::new(predict, false);
    predictions.map(guess).collect()
}
