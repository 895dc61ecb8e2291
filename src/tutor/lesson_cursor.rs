//! The learner's position in a lesson.

use std::{fmt, sync::Arc};

use thiserror::Error;

use super::lesson_item::{LessonItem, lesson_items};
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
#[derive(Debug, Clone)]
pub struct LessonCursor {
    library: Arc<Library>,
    lesson: Arc<Lesson>,
    /// The step's place in the lesson.
    index: usize,
}

impl LessonCursor {
    /// Starts a lesson at its first step.
    ///
    /// # Errors
    /// The lesson has no steps. A library's lessons always have some.
    pub fn new(library: &Arc<Library>, lesson: &Arc<Lesson>) -> Result<Self, LessonCursorError> {
        if lesson.steps.is_empty() {
            return Err(LessonCursorError::Empty);
        }
        Ok(Self {
            library: Arc::clone(library),
            lesson: Arc::clone(lesson),
            index: 0,
        })
    }

    /// The lesson.
    pub fn lesson(&self) -> &Arc<Lesson> {
        &self.lesson
    }

    /// The lesson to go on with after this one, if there is one.
    pub fn next_lesson(&self) -> Option<&Arc<Lesson>> {
        self.library.lesson_after(&self.lesson)
    }

    /// The current step.
    pub fn step(&self) -> &Step {
        &self.lesson.steps[self.index]
    }

    /// What the step shows, in order; instructors' notes only if `notes` is set.
    pub fn step_items(&self, notes: bool) -> Vec<LessonItem<'_>> {
        lesson_items(&self.library, &self.lesson, self.step(), notes)
    }

    /// The number of the current step, from 1, and the number of steps.
    pub fn step_position(&self) -> (usize, usize) {
        (self.index + 1, self.lesson.steps.len())
    }

    /// Whether this is the last step.
    pub fn is_last(&self) -> bool {
        self.index + 1 == self.lesson.steps.len()
    }

    /// Goes to the next step, or stays at the last.
    pub fn go_forward(&mut self) -> Option<&Step> {
        self.move_to(self.index + 1)
    }

    /// Goes to the previous step.
    ///
    /// # Errors
    /// This is the first step.
    pub fn go_back(&mut self) -> Result<&Step, LessonCursorError> {
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
    pub fn go_to_step(&mut self, number: usize) -> Result<&Step, LessonCursorError> {
        let of = self.lesson.steps.len();
        let out_of_range = LessonCursorError::OutOfRange { asked: number, of };
        let index = number.checked_sub(1).ok_or(out_of_range)?;
        self.move_to(index).ok_or(out_of_range)
    }

    fn move_to(&mut self, index: usize) -> Option<&Step> {
        let step = self.lesson.steps.get(index)?;
        self.index = index;
        Some(step)
    }
}

/// `lesson 6 · 2/5`: for a prompt.
impl fmt::Display for LessonCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (step, of) = self.step_position();
        write!(f, "lesson {} · {step}/{of}", self.lesson.number)
    }
}
