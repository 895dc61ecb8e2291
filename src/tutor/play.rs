//! Plays a lesson straight through: for a pipe, or with `--play`.

use std::io;

use super::{
    choice_marks::ChoiceStyle,
    lesson_item::{LessonItem, lesson_items},
    predict::{self, Experiment, Guess},
    quiz::QuizState,
    renderer::LessonPorts,
    show::{self, DemoStatus},
};
use crate::lesson::{Lesson, Library};

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

/// Shows all steps of a lesson. Demos run for real; predictions and quizzes are shown with their answers, and
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
                    let guesses = open_guesses(lesson, Experiment::Demo(demo));
                    match show::show_demo(stage, lesson, demo, &guesses)?.0 {
                        DemoStatus::Well => {}
                        DemoStatus::Badly => failed.push(demo.run.clone()),
                        DemoStatus::Interrupted => {
                            stage.page.flush_output()?;
                            return Ok(PlayOutcome::Interrupted);
                        }
                    }
                }
                LessonItem::Output { program, text } => {
                    let guesses = open_guesses(lesson, Experiment::Program(program));
                    match show::show_output(stage, &program.file, text, &guesses)?.0 {
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
                LessonItem::Predict(predict) => {
                    let guess = Guess::new(predict, ChoiceStyle::default());
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

/// The predictions that an experiment decides, without guesses.
fn open_guesses(lesson: &Lesson, experiment: Experiment<'_>) -> Vec<Guess> {
    let predictions = predict::predictions_decided_by(lesson, experiment).into_iter();
    let guess = |predict| Guess::new(predict, ChoiceStyle::default());
    predictions.map(guess).collect()
}
