//! Where a learner is in a lesson, and where they can go.

use std::fmt;

use thiserror::Error;

use crate::lesson::{Lesson, Library, Step};

/// Where a learner cannot go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LessonCursorError {
    /// Before the first step.
    #[error("this is the first step")]
    AtFirst,
    /// To a step that the lesson does not have.
    #[error("there is no step {asked}: this lesson has steps 1 to {of}")]
    OutOfRange {
        /// The step that was asked for.
        asked: usize,
        /// How many there are.
        of: usize,
    },
    /// Into a lesson without steps.
    #[error("this lesson has no steps")]
    Empty,
}

/// A place in a lesson: always at one of its steps.
#[derive(Debug, Clone, Copy)]
pub struct LessonCursor<'a> {
    library: &'a Library,
    lesson: &'a Lesson,
    step: &'a Step,
    index: usize,
}

/// Where `next` leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NextPosition<'a> {
    /// To this step.
    Step(&'a Step),
    /// Nowhere: the lesson is over. The lesson to go on with, if there is one.
    End(Option<&'a Lesson>),
}

impl<'a> LessonCursor<'a> {
    /// Begins a lesson at its first step.
    ///
    /// # Errors
    /// The lesson has no steps; those of a library always have.
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

    /// The step that the learner is at.
    pub fn step(&self) -> &'a Step {
        self.step
    }

    /// The step's number, from 1, and how many there are.
    pub fn step_position(&self) -> (usize, usize) {
        (self.index + 1, self.lesson.steps.len())
    }

    /// Whether this is the last step.
    pub fn is_last(&self) -> bool {
        self.index + 1 == self.lesson.steps.len()
    }

    /// Goes to the next step, or stays at the last and names the lesson to go on with.
    #[expect(clippy::should_implement_trait, reason = "a walk goes back too")]
    pub fn next(&mut self) -> NextPosition<'a> {
        match self.move_to(self.index + 1) {
            Some(step) => NextPosition::Step(step),
            None => NextPosition::End(self.library.lesson_after(self.lesson)),
        }
    }

    /// Goes back to the step before.
    ///
    /// # Errors
    /// There is none.
    pub fn go_back(&mut self) -> Result<&'a Step, LessonCursorError> {
        let before = self
            .index
            .checked_sub(1)
            .ok_or(LessonCursorError::AtFirst)?;
        self.move_to(before).ok_or(LessonCursorError::AtFirst)
    }

    /// Goes to the step of that number, from 1.
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
