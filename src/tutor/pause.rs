//! How a lesson is taken step by step, why showing it stops, and what can go wrong.

use std::io;

use thiserror::Error;

use super::{choice_marks::UnclearAnswer, lesson_cursor::LessonCursorError};

/// How a lesson is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LessonOptions {
    /// Whether instructors' notes are shown.
    pub notes: bool,
    /// Whether a demo waits for a guess where the lesson asks for one.
    pub gate: bool,
    /// Whether choices have numbers rather than letters.
    pub numbered: bool,
}

impl Default for LessonOptions {
    fn default() -> Self {
        Self {
            notes: false,
            gate: true,
            numbered: false,
        }
    }
}

/// Why showing stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// A question is open, or a guess: see [`Visit::is_asking`](super::Visit::is_asking).
    Question,
    /// A demo, or a program, is next, and the learner has been asked to think first; `next` runs it.
    BeforeDemo,
    /// The step is shown to its end.
    StepEnd,
    /// The lesson is over.
    LessonEnd,
    /// The learner stopped a demo; `next` goes on with the rest of the step.
    Interrupted,
}

/// Why a visit cannot do what was asked.
#[derive(Debug, Error)]
pub enum LessonSessionError {
    /// There is no such step.
    #[error(transparent)]
    Walk(#[from] LessonCursorError),
    /// The answer names no choice.
    #[error(transparent)]
    Unclear(#[from] UnclearAnswer),
    /// No question is open.
    #[error("no question is open")]
    NoQuestion,
    /// The page cannot be written to.
    #[error(transparent)]
    Page(#[from] io::Error),
}
