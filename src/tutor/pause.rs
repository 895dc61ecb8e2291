//! The options of a lesson session, the reasons for a pause, and the errors.

use std::io;

use thiserror::Error;

use super::{
    choice_marks::{ChoiceStyle, UnclearAnswer},
    lesson_cursor::LessonCursorError,
};

/// The options of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LessonOptions {
    /// Whether instructors' notes are shown.
    pub notes: bool,
    /// Whether a demo waits for a prediction if the lesson asks for one.
    pub gate: bool,
    /// How choices are marked.
    pub style: ChoiceStyle,
}

impl Default for LessonOptions {
    fn default() -> Self {
        Self {
            notes: false,
            gate: true,
            style: ChoiceStyle::default(),
        }
    }
}

/// Why showing items stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// A quiz or a prediction is open: see [`LessonSession::is_asking`](super::LessonSession::is_asking).
    Question,
    /// A demo or a program is next, and the learner should think first; `next` runs it.
    BeforeDemo,
    /// The screen is full; `next` shows the rest of the step.
    ScreenFull,
    /// The step is complete.
    StepEnd,
    /// The lesson is over.
    LessonEnd,
    /// The learner stopped a demo; `next` continues with the rest of the step.
    Interrupted,
}

/// Why a session cannot do what was requested.
#[derive(Debug, Error)]
pub enum LessonSessionError {
    /// The step does not exist.
    #[error(transparent)]
    Walk(#[from] LessonCursorError),
    /// The answer names no choice.
    #[error(transparent)]
    Unclear(#[from] UnclearAnswer),
    /// No question is open.
    #[error("no question is open")]
    NoQuestion,
    /// The output cannot be written.
    #[error(transparent)]
    Page(#[from] io::Error),
}
