//! A lesson taken step by step, at the learner's pace.

use std::{collections::VecDeque, io};

use thiserror::Error;

use super::{
    page::Stage,
    piece::{Piece, pieces},
    quiz::{QuizState, Unclear},
    show::{self, Ran},
    walk::{Next, Walk, WalkError},
};
use crate::lesson::{Lesson, Library};

/// Why showing stopped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop<'a> {
    /// A question is open: see [`Visit::quiz`].
    Question,
    /// A demo, or a program, is next, and the learner has been asked to think first; `next` runs it.
    BeforeDemo,
    /// The step is shown to its end.
    StepEnd,
    /// The lesson is over; the one to go on with, if there is one.
    LessonEnd(Option<&'a Lesson>),
    /// The learner stopped a demo; `next` goes on with the rest of the step.
    Interrupted,
}

/// Why a visit cannot do what was asked.
#[derive(Debug, Error)]
pub enum VisitError {
    /// There is no such step.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// The answer names no choice.
    #[error(transparent)]
    Unclear(#[from] Unclear),
    /// No question is open.
    #[error("no question is open")]
    NoQuestion,
    /// The page cannot be written to.
    #[error(transparent)]
    Page(#[from] io::Error),
}

/// A learner in a lesson: where they are, what of the step is still to come, and the question that is open.
#[derive(Debug, Clone)]
pub struct Visit<'a> {
    walk: Walk<'a>,
    notes: bool,
    rest: VecDeque<Piece<'a>>,
    quiz: Option<QuizState<'a>>,
}

impl<'a> Visit<'a> {
    /// Enters a lesson; nothing is shown until [`Visit::open`]. Instructors' notes are shown if `notes` is set.
    ///
    /// # Errors
    /// The lesson has no steps; those of a library always have.
    pub fn new(library: &'a Library, lesson: &'a Lesson, notes: bool) -> Result<Self, WalkError> {
        Ok(Self {
            walk: Walk::new(library, lesson)?,
            notes,
            rest: VecDeque::new(),
            quiz: None,
        })
    }

    /// Where the learner is.
    pub fn walk(&self) -> &Walk<'a> {
        &self.walk
    }

    /// The question that waits for an answer.
    pub fn quiz(&self) -> Option<&QuizState<'a>> {
        self.quiz.as_ref()
    }

    /// Shows what stands above the lesson, and the step that the learner is at.
    ///
    /// # Errors
    /// The page cannot be written to.
    pub fn open(&mut self, stage: &mut Stage<'_>) -> Result<Stop<'a>, VisitError> {
        show::opening(stage.page, self.walk.lesson())?;
        self.show_step(stage)
    }

    /// Goes on: with the rest of the step if there is any, leaving an open question unanswered; else with the next
    /// step, and after the last with a word on the lesson that follows.
    ///
    /// # Errors
    /// The page cannot be written to.
    pub fn next(&mut self, stage: &mut Stage<'_>) -> Result<Stop<'a>, VisitError> {
        self.quiz = None;
        if !self.rest.is_empty() {
            return self.go_on(stage);
        }
        match self.walk.next() {
            Next::Step(_) => self.show_step(stage),
            Next::End(suggestion) => {
                stage
                    .page
                    .markdown(&farewell(self.walk.lesson(), suggestion))?;
                stage.page.flush()?;
                Ok(Stop::LessonEnd(suggestion))
            }
        }
    }

    /// Goes back a step and shows it.
    ///
    /// # Errors
    /// This is the first step, or the page cannot be written to.
    pub fn back(&mut self, stage: &mut Stage<'_>) -> Result<Stop<'a>, VisitError> {
        self.walk.back()?;
        self.show_step(stage)
    }

    /// Goes to the step of that number, from 1, and shows it.
    ///
    /// # Errors
    /// There is no such step, or the page cannot be written to.
    pub fn goto(&mut self, number: usize, stage: &mut Stage<'_>) -> Result<Stop<'a>, VisitError> {
        self.walk.goto(number)?;
        self.show_step(stage)
    }

    /// Answers the open question. After a right answer the rest of the step is shown.
    ///
    /// # Errors
    /// No question is open, the answer names no choice, or the page cannot be written to.
    pub fn answer(&mut self, line: &str, stage: &mut Stage<'_>) -> Result<Stop<'a>, VisitError> {
        let quiz = self.quiz.as_mut().ok_or(VisitError::NoQuestion)?;
        let reply = quiz.answer(line)?;
        stage.page.markdown(&reply.markdown())?;
        if !reply.is_right() {
            stage.page.flush()?;
            return Ok(Stop::Question);
        }
        self.quiz = None;
        self.go_on(stage)
    }

    /// Leaves the open question unanswered, tells nothing about it, and shows the rest of the step.
    ///
    /// # Errors
    /// No question is open, or the page cannot be written to.
    pub fn skip(&mut self, stage: &mut Stage<'_>) -> Result<Stop<'a>, VisitError> {
        self.quiz.take().ok_or(VisitError::NoQuestion)?;
        self.go_on(stage)
    }

    /// Whether the next thing that this step shows is a demo, or what a program prints.
    pub fn demo_waits(&self) -> bool {
        self.quiz.is_none()
            && matches!(
                self.rest.front(),
                Some(Piece::Demo(_) | Piece::Output { .. })
            )
    }

    fn show_step(&mut self, stage: &mut Stage<'_>) -> Result<Stop<'a>, VisitError> {
        self.quiz = None;
        self.rest = pieces(
            self.walk.library(),
            self.walk.lesson(),
            self.walk.step(),
            self.notes,
        )
        .into();
        show::heading(stage.page, self.walk.lesson(), self.walk.at())?;
        self.go_on(stage)
    }

    /// Shows pieces until one needs the learner. A demo waits where something was shown before it: a guess is
    /// made before the answer is on the screen. Demos in a row run in a row.
    fn go_on(&mut self, stage: &mut Stage<'_>) -> Result<Stop<'a>, VisitError> {
        let mut stop = Stop::StepEnd;
        let mut has_shown = false;
        while let Some(piece) = self.rest.pop_front() {
            match piece {
                Piece::Demo(_) | Piece::Output { .. } if has_shown => {
                    self.rest.push_front(piece);
                    stop = Stop::BeforeDemo;
                    break;
                }
                Piece::Demo(demo) => {
                    if show::demo(stage, self.walk.lesson(), demo)? == Ran::Interrupted {
                        stop = Stop::Interrupted;
                        break;
                    }
                }
                Piece::Output { program, text } => {
                    if show::output(stage, &program.file, text)? == Ran::Interrupted {
                        stop = Stop::Interrupted;
                        break;
                    }
                    has_shown = true;
                }
                Piece::Quiz(quiz) => {
                    let quiz = QuizState::new(quiz);
                    stage.page.markdown(&quiz.question())?;
                    self.quiz = Some(quiz);
                    stop = Stop::Question;
                    break;
                }
                piece => {
                    show::still(stage.page, self.walk.lesson(), &piece)?;
                    has_shown = true;
                }
            }
        }
        stage.page.flush()?;
        Ok(stop)
    }
}

/// What is said at the end of a lesson.
fn farewell(lesson: &Lesson, suggestion: Option<&Lesson>) -> String {
    let over = format!("That was lesson {}.", lesson.number);
    match suggestion {
        Some(next) => format!(
            "{over} Go on with `lesson {}`: {} ({}).",
            next.number,
            show::literal(&next.title),
            show::in_minutes(next.minutes)
        ),
        None => format!(
            "{over} It was the last one: `lessons` lists them all, `demos` what to try next."
        ),
    }
}
