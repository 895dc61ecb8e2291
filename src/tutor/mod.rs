//! Takes a learner through a lesson: step by step, with predictions before measurements, or played straight
//! through.
//!
//! This module uses no terminal and starts no process: output goes to a [`LessonRenderer`], a [`DemoLauncher`]
//! runs demos, and the learner's input is text. So tests need none of them.

mod choice_marks;
mod claims;
pub mod exercise;
mod hints;
mod launcher;
mod lesson_cursor;
mod lesson_item;
mod lesson_session;
mod lesson_summary;
mod open_questions;
mod pause;
mod play;
mod predict;
pub mod progress;
mod quiz;
mod renderer;
mod show;
mod stepper;

pub use choice_marks::UnclearAnswer;
pub use claims::{
    claims_decided_by, fill_template, judge_condition, judge_lesson_claim, judge_without_run,
    report_not_shown,
};
pub use launcher::{DemoLauncher, LaunchOutcome, ProgramOutput};
pub use lesson_cursor::{LessonCursor, LessonCursorError};
pub use lesson_item::{LessonItem, lesson_items};
pub use lesson_session::LessonSession;
pub use pause::{LessonOptions, LessonSessionError, Pause};
pub use play::{PlayOutcome, PlayedLesson, play_lesson};
pub use predict::{Experiment, Guess, GuessOutcome, SettledGuess};
pub use quiz::{AnswerGrade, QuizReply, QuizState};
pub use renderer::{ItemEnd, LessonPorts, LessonRenderer};
pub use show::format_task;
pub use stepper::{ScheduleStepper, describe_step, describe_waits, draw_question, known_tasks};

#[cfg(test)]
pub(crate) mod tests;
