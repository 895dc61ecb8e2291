//! A lesson taken step by step, at the learner's pace.

use std::{collections::VecDeque, io};

use super::{
    asking::{OpenQuestion, OpenQuestions},
    hints::HintSequence,
    page::LessonPorts,
    piece::{LessonItem, pieces},
    predict::Guess,
    progress::{ProgressEvent, step_names},
    quiz::{AnswerGrade, QuizState},
    show::{self, DemoStatus},
    stop::{LessonOptions, LessonSessionError, Pause},
    walk::{LessonCursor, LessonCursorError, NextPosition},
};
use crate::lesson::{DemoBlock, Lesson, Library};

/// A learner in a lesson: where they are, what of the step is still to come, and what they are asked.
#[derive(Debug, Clone)]
pub struct LessonSession<'a> {
    walk: LessonCursor<'a>,
    options: LessonOptions,
    rest: VecDeque<LessonItem<'a>>,
    asking: OpenQuestions<'a>,
}

impl<'a> LessonSession<'a> {
    /// Enters a lesson; nothing is shown until [`Visit::open`].
    ///
    /// # Errors
    /// The lesson has no steps; those of a library always have.
    pub fn new(
        library: &'a Library,
        lesson: &'a Lesson,
        options: LessonOptions,
    ) -> Result<Self, LessonCursorError> {
        Ok(Self {
            walk: LessonCursor::new(library, lesson)?,
            options,
            rest: VecDeque::new(),
            asking: OpenQuestions::default(),
        })
    }

    /// Where the learner is.
    pub fn walk(&self) -> &LessonCursor<'a> {
        &self.walk
    }

    /// Whether demos wait for a guess from now on.
    pub fn set_gate(&mut self, gate: bool) {
        self.options.gate = gate;
    }

    /// How the lesson is taken.
    pub fn options(&self) -> LessonOptions {
        self.options
    }

    /// The question that waits for an answer.
    pub fn quiz(&self) -> Option<&QuizState<'a>> {
        self.asking.quiz()
    }

    /// Whether a question, or a guess, waits for an answer.
    pub fn is_asking(&self) -> bool {
        self.asking.open.is_some()
    }

    /// Whether a demo waits for a guess.
    pub fn is_locked(&self) -> bool {
        self.options.gate && matches!(self.asking.open, Some(OpenQuestion::Guess(_)))
    }

    /// Whether a line answers what is open, or changes a guess whose demo has not run yet.
    pub fn is_answer(&self, line: &str) -> bool {
        self.asking.is_answer(line)
    }

    /// Shows what stands above the lesson, and the step that the learner is at.
    ///
    /// # Errors
    /// The page cannot be written to.
    pub fn open(&mut self, stage: &mut LessonPorts<'_>) -> Result<Pause<'a>, LessonSessionError> {
        show::opening(stage.page, self.walk.lesson())?;
        self.show_step(stage)
    }

    /// Goes on: with the rest of the step if there is any, leaving an open question unanswered; else with the next
    /// step, and after the last with a word on the lesson that follows. A demo that waits for a guess goes on
    /// waiting.
    ///
    /// # Errors
    /// The page cannot be written to.
    pub fn next(&mut self, stage: &mut LessonPorts<'_>) -> Result<Pause<'a>, LessonSessionError> {
        if let Some(guess) = self.asking.open_guess().filter(|_| self.options.gate) {
            stage.page.markdown(&guess.locked())?;
            stage.page.flush()?;
            return Ok(Pause::Question);
        }
        self.asking.open = None;
        if !self.rest.is_empty() {
            return self.go_on(false, stage);
        }
        match self.walk.next() {
            NextPosition::Step(_) => self.show_step(stage),
            NextPosition::End(suggestion) => {
                let farewell = farewell(self.walk.lesson(), suggestion);
                stage.page.markdown(&farewell)?;
                stage.page.flush()?;
                Ok(Pause::LessonEnd(suggestion))
            }
        }
    }

    /// Goes back a step and shows it.
    ///
    /// # Errors
    /// This is the first step, or the page cannot be written to.
    pub fn back(&mut self, stage: &mut LessonPorts<'_>) -> Result<Pause<'a>, LessonSessionError> {
        self.walk.back()?;
        self.show_step(stage)
    }

    /// Goes to the step of that number, from 1, and shows it.
    ///
    /// # Errors
    /// There is no such step, or the page cannot be written to.
    pub fn goto(
        &mut self,
        number: usize,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause<'a>, LessonSessionError> {
        self.walk.goto(number)?;
        self.show_step(stage)
    }

    /// Answers what is open. After a right answer, or a guess, the rest of the step is shown. Where nothing is open,
    /// it changes the last guess, as long as its demo has not run.
    ///
    /// # Errors
    /// No question is open, the answer names no choice, or the page cannot be written to.
    pub fn answer(
        &mut self,
        line: &str,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause<'a>, LessonSessionError> {
        if let Some(OpenQuestion::Quiz(quiz)) = &mut self.asking.open {
            let reply = quiz.answer(line)?;
            let (id, right) = (quiz.quiz().id.clone(), reply.grade == AnswerGrade::Right);
            let answered = ProgressEvent::Answered { id, right };
            stage.page.happened(self.walk.lesson(), answered);
            quiz.show_reply(&reply, stage.page)?;
            if reply.grade != AnswerGrade::Right {
                stage.page.flush()?;
                return Ok(Pause::Question);
            }
            self.asking.open = None;
            return self.go_on(false, stage);
        }
        let is_first = matches!(self.asking.open, Some(OpenQuestion::Guess(_)));
        let guess = self
            .asking
            .guess_mut()
            .ok_or(LessonSessionError::NoQuestion)?;
        stage.page.markdown(&guess.answer(line)?)?;
        if let Some(made) = guess.happened(None) {
            stage.page.happened(self.walk.lesson(), made);
        }
        self.asking.open = None;
        if is_first {
            return self.go_on(true, stage);
        }
        stage.page.flush()?;
        Ok(Pause::BeforeDemo)
    }

    /// Leaves what is open unanswered, tells nothing about it, and shows the rest of the step. A demo that waited
    /// for a guess may run.
    ///
    /// # Errors
    /// No question is open, or the page cannot be written to.
    pub fn skip(&mut self, stage: &mut LessonPorts<'_>) -> Result<Pause<'a>, LessonSessionError> {
        if let Some(guess) = self.asking.open_guess_mut() {
            guess.skip();
            self.asking.open = None;
            stage
                .page
                .markdown("Without a guess, then. The demo is unlocked.")?;
            return self.go_on(true, stage);
        }
        self.asking
            .open
            .take()
            .ok_or(LessonSessionError::NoQuestion)?;
        self.go_on(false, stage)
    }

    /// Shows the next hint to what is open.
    ///
    /// # Errors
    /// No question is open, or the page cannot be written to.
    pub fn hint(&mut self, stage: &mut LessonPorts<'_>) -> Result<(), LessonSessionError> {
        let hints: &mut HintSequence<'a> =
            self.asking.hints().ok_or(LessonSessionError::NoQuestion)?;
        stage.page.markdown(&hints.next_one())?;
        Ok(stage.page.flush()?)
    }

    /// Shows the answer to the open question, and the rest of the step. Before the first try it asks for a second
    /// time; a guess is answered by the demo alone.
    ///
    /// # Errors
    /// No question is open, or the page cannot be written to.
    pub fn solution(
        &mut self,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause<'a>, LessonSessionError> {
        let word = match &mut self.asking.open {
            Some(OpenQuestion::Quiz(quiz)) if quiz.may_be_told() => {
                quiz.show_solution(stage.page)?;
                self.asking.open = None;
                return self.go_on(false, stage);
            }
            Some(OpenQuestion::Quiz(quiz)) => quiz.untried(),
            Some(OpenQuestion::Guess(_)) => {
                "The demo itself will tell: guess, or `skip`, and run it."
            }
            None => return Err(LessonSessionError::NoQuestion),
        };
        stage.page.markdown(word)?;
        stage.page.flush()?;
        Ok(Pause::Question)
    }

    /// Whether the next thing that this step shows is a demo, or what a program prints.
    pub fn demo_waits(&self) -> bool {
        self.asking.open.is_none()
            && matches!(
                self.rest.front(),
                Some(LessonItem::Demo(_) | LessonItem::Output { .. })
            )
    }

    fn show_step(&mut self, stage: &mut LessonPorts<'_>) -> Result<Pause<'a>, LessonSessionError> {
        self.asking.open = None;
        let (library, lesson) = (self.walk.library(), self.walk.lesson());
        self.rest = pieces(library, lesson, self.walk.step(), self.options.notes).into();
        show::heading(stage.page, lesson, self.walk.at())?;
        let (number, _) = self.walk.at();
        if let Some(step) = step_names(lesson).into_iter().nth(number - 1) {
            stage.page.happened(lesson, ProgressEvent::Seen { step });
        }
        self.go_on(false, stage)
    }

    /// Shows pieces until one needs the learner. A demo waits where something was shown before it: a guess is
    /// made before the answer is on the screen. Demos in a row run in a row.
    fn go_on(
        &mut self,
        mut has_shown: bool,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause<'a>, LessonSessionError> {
        let mut stop = Pause::StepEnd;
        while let Some(piece) = self.rest.pop_front() {
            let stopped = match piece {
                LessonItem::Demo(demo) if self.asks_before(demo, stage)? => {
                    self.rest.push_front(piece);
                    Some(Pause::Question)
                }
                LessonItem::Demo(_) | LessonItem::Output { .. } if has_shown => {
                    self.rest.push_front(piece);
                    Some(Pause::BeforeDemo)
                }
                LessonItem::Demo(demo) => self.run(demo, stage)?,
                LessonItem::Output { program, text } => {
                    has_shown = true;
                    let ran = show::output(stage, &program.file, text)?;
                    (ran == DemoStatus::Interrupted).then_some(Pause::Interrupted)
                }
                LessonItem::Predict(predict) => {
                    let guess = Guess::new(predict, self.options.numbered);
                    stage.page.markdown(&guess.question())?;
                    self.asking.ask_to_guess(guess);
                    Some(Pause::Question)
                }
                LessonItem::Quiz(quiz) => {
                    let quiz = QuizState::new(quiz).numbered(self.options.numbered);
                    quiz.show(stage.page)?;
                    self.asking.open = Some(OpenQuestion::Quiz(Box::new(quiz)));
                    Some(Pause::Question)
                }
                piece => {
                    show::still(stage.page, self.walk.lesson(), &piece)?;
                    has_shown = true;
                    None
                }
            };
            if let Some(stopped) = stopped {
                stop = stopped;
                break;
            }
        }
        stage.page.flush()?;
        Ok(stop)
    }

    /// Asks for the first guess that this demo still waits for: also one that was passed over on the way here.
    fn asks_before(
        &mut self,
        demo: &'a DemoBlock,
        stage: &mut LessonPorts<'_>,
    ) -> io::Result<bool> {
        if !self.options.gate {
            return Ok(false);
        }
        let Some(guess) = self.asking.missing(self.walk.lesson(), demo) else {
            return Ok(false);
        };
        let guess = Guess::new(guess, self.options.numbered);
        stage.page.markdown(&guess.question())?;
        self.asking.ask_to_guess(guess);
        Ok(true)
    }

    fn run(
        &mut self,
        demo: &'a DemoBlock,
        stage: &mut LessonPorts<'_>,
    ) -> io::Result<Option<Pause<'a>>> {
        let lesson = self.walk.lesson();
        let guesses = self.asking.take_guesses(lesson, demo);
        let (ran, settled) = show::demo(stage, lesson, demo, &guesses)?;
        for (guess, settled) in guesses.iter().zip(&settled) {
            if let Some(settled) = guess.happened(Some(settled)) {
                stage.page.happened(lesson, settled);
            }
        }
        Ok((ran == DemoStatus::Interrupted).then_some(Pause::Interrupted))
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
