//! A learner's way through a lesson: step by step, with a guess before what is measured, or played straight through.
//!
//! Nothing here knows a terminal or starts a process: what is shown goes to a [`Page`], demos run through a
//! [`Launcher`], and a learner's input comes as text. So every path is tested without any of them.

mod asking;
mod claims;
pub mod exercise;
mod hints;
mod known;
mod launcher;
mod marks;
mod page;
mod piece;
mod play;
mod predict;
pub mod progress;
mod quiz;
mod show;
mod stop;
mod visit;
mod walk;

pub use claims::{
    claims_decided_by, judge_condition, judge_lesson_claim, judge_without_run, report_not_shown,
};
pub use hints::HintSequence;
pub use known::known_demos;
pub use launcher::{DemoLauncher, LaunchOutcome, ProgramOutput, demo_command};
pub use marks::UnclearAnswer;
pub use page::{LessonPorts, LessonRenderer};
pub use piece::{LessonItem, lesson_items};
pub use play::{PlayOutcome, play_lesson};
pub use predict::{Guess, GuessOutcome, SettledGuess};
pub use quiz::{AnswerGrade, QuizReply, QuizState};
pub use show::format_task;
pub use stop::{LessonOptions, LessonSessionError, Pause};
pub use visit::LessonSession;
pub use walk::{LessonCursor, LessonCursorError, NextPosition};

#[cfg(test)]
pub(crate) mod tests;
