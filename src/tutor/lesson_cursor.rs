//! The learner's position in a lesson.

use std::fmt;

use thiserror::Error;

use crate::lesson::{Lesson, Library, Step};

/// Why the position cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LessonCursorError {
    /// There is no step before the first.
    #[error("this is the first step")]
    AtFirst,
    /// The lesson does not have this step.
    #[error("there is no step {asked}: this lesson has steps 1 to {of}")]
    OutOfRange {
        /// The requested step.
        asked: usize,
        /// The number of steps.
        of: usize,
    },
    /// The lesson has no steps.
    #[error("this lesson has no steps")]
    Empty,
}

/// A position in a lesson: always one of its steps.
#[derive(Debug, Clone, Copy)]
pub struct LessonCursor<'a> {
    library: &'a Library,
    lesson: &'a Lesson,
    step: &'a Step,
    index: usize,
}

/// The result of going to the next step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NextPosition<'a> {
    /// The next step.
    Step(&'a Step),
    /// The lesson is over. The value is the suggested next lesson, if there is one.
    End(Option<&'a Lesson>),
}

impl<'a> LessonCursor<'a> {
    /// Starts a lesson at its first step.
    ///
    /// # Errors
    /// The lesson has no steps. A library's lessons always have some.
    pub fn new(library: &'a Library, lesson: &'a Lesson) -> Result<Self, LessonCursorError> {
        let step = lesson.steps.first().ok_or(LessonCursorError::Empty)?;
        Ok(Self {
            library,
            lesson,
            step,
            index: 0,
        })
    }

    /// The library that the lesson belongs to.
    pub fn library(&self) -> &'a Library {
        self.library
    }

    /// The lesson.
    pub fn lesson(&self) -> &'a Lesson {
        self.lesson
    }

    /// The current step.
    pub fn step(&self) -> &'a Step {
        self.step
    }

    /// The number of the current step, from 1, and the number of steps.
    pub fn step_position(&self) -> (usize, usize) {
        (self.index + 1, self.lesson.steps.len())
    }

    /// Whether this is the last step.
    pub fn is_last(&self) -> bool {
        self.index + 1 == self.lesson.steps.len()
    }

    /// Goes to the next step. At the last step, it stays there and suggests the next lesson.
    #[expect(clippy::should_implement_trait, reason = "a walk goes back too")]
    pub fn next(&mut self) -> NextPosition<'a> {
        match self.move_to(self.index + 1) {
            Some(step) => NextPosition::Step(step),
            None => NextPosition::End(self.library.lesson_after(self.lesson)),
        }
    }

    /// Goes to the previous step.
    ///
    /// # Errors
    /// This is the first step.
    pub fn go_back(&mut self) -> Result<&'a Step, LessonCursorError> {
        let before = self
            .index
            .checked_sub(1)
            .ok_or(LessonCursorError::AtFirst)?;
        self.move_to(before).ok_or(LessonCursorError::AtFirst)
    }

    /// Goes to the step with this number, from 1.
    ///
    /// # Errors
    /// The lesson has no such step.
    pub fn go_to_step(&mut self, number: usize) -> Result<&'a Step, LessonCursorError> {
        let of = self.lesson.steps.len();
        let out_of_range = LessonCursorError::OutOfRange { asked: number, of };
        let index = number.checked_sub(1).ok_or(out_of_range)?;
        self.move_to(index).ok_or(out_of_range)
    }

    fn move_to(&mut self, index: usize) -> Option<&'a Step> {
        self.step = self.lesson.steps.get(index)?;
        self.index = index;
        Some(self.step)
    }
}

/// `lesson 6 · 2/5`: for a prompt.
impl fmt::Display for LessonCursor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (step, of) = self.step_position();
        write!(f, "lesson {} · {step}/{of}", self.lesson.number)
    }
}
