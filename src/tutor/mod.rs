//! Takes a learner through a lesson: step by step, with predictions before measurements, or played straight
//! through.
//!
//! This module uses no terminal and starts no process: output goes to a [`LessonRenderer`], a [`Runner`] runs
//! demos, and the learner's input is text. So tests need none of them.

mod bench_task;
mod choice_marks;
mod claims;
pub mod exercise;
mod hints;
mod lesson_cursor;
mod lesson_item;
mod lesson_session;
mod lesson_summary;
mod open_questions;
mod pause;
mod play;
mod predict;
pub mod progress;
mod proven_exercises;
mod quiz;
mod renderer;
mod runner;
mod screenfuls;
mod show;
mod shuffle;
mod state_file;
mod stepper;
mod trusted_programs;

pub use bench_task::BenchProgress;
pub use choice_marks::{ChoiceStyle, UnclearAnswer};
pub use claims::{
    claims_decided_by, fill_template, judge_condition, judge_lesson_claim, judge_without_run,
};
pub use lesson_cursor::{LessonCursor, LessonCursorError};
pub use lesson_item::{LessonItem, lesson_items};
pub use lesson_session::LessonSession;
pub use lesson_summary::summary_table;
pub use pause::{LessonOptions, LessonSessionError, Pause};
pub use play::{PlayOutcome, PlayedLesson, PlayedParts, play_lesson};
pub use predict::{Experiment, Guess, GuessOutcome, SettledGuess};
pub use proven_exercises::{ProofKey, ProvenExercises};
pub use quiz::{AnswerGrade, QuizReply, QuizState};
pub use renderer::{ItemEnd, LessonPorts, LessonRenderer};
pub use runner::{
    BenchDemonstration, DemonstrationStep, LessonProgram, ProgramOutput, RunOptions, RunOutcome,
    Runner, StopCondition, never_stop,
};
pub use screenfuls::draw_screenfuls;
pub use show::format_task;
pub use stepper::{
    FreshQuestion, ScheduleStepper, describe_step, describe_waits, draw_fresh_question,
};
pub use trusted_programs::TrustedPrograms;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
pub(crate) mod tests;
