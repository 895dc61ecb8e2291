//! A lesson taken step by step, at the learner's pace.

use std::{io, ops::Range, sync::Arc};

use super::{
    lesson_cursor::{LessonCursor, LessonCursorError},
    lesson_item::LessonItem,
    open_questions::{OpenQuestion, OpenQuestions},
    pause::{LessonOptions, LessonSessionError, Pause},
    predict::Guess,
    progress::{ProgressEvent, step_names},
    quiz::{AnswerGrade, QuizState},
    renderer::LessonPorts,
    show::{self, DemoStatus},
};
use crate::lesson::{DemoBlock, Lesson, Library};

/// A learner in a lesson: where they are, what of the step is still to come, and what they are asked.
#[derive(Debug, Clone)]
pub struct LessonSession {
    walk: LessonCursor,
    options: LessonOptions,
    /// Which items of the step are still to come.
    rest: Range<usize>,
    asking: OpenQuestions,
}

impl LessonSession {
    /// Enters a lesson; nothing is shown until [`Visit::open`].
    ///
    /// # Errors
    /// The lesson has no steps; those of a library always have.
    pub fn new(
        library: &Arc<Library>,
        lesson: &Arc<Lesson>,
        options: LessonOptions,
    ) -> Result<Self, LessonCursorError> {
        Ok(Self {
            walk: LessonCursor::new(library, lesson)?,
            options,
            rest: 0..0,
            asking: OpenQuestions::default(),
        })
    }

    /// Where the learner is.
    pub fn cursor(&self) -> &LessonCursor {
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
    pub fn open_quiz(&self) -> Option<&QuizState> {
        self.asking.open_quiz()
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
    pub fn open_lesson(
        &mut self,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        show::show_opening(stage.page, self.walk.lesson())?;
        self.show_step(stage)
    }

    /// Goes on: with the rest of the step if there is any, leaving an open question unanswered; else with the next
    /// step, and after the last with a word on the lesson that follows. A demo that waits for a guess goes on
    /// waiting.
    ///
    /// # Errors
    /// The page cannot be written to.
    pub fn next(&mut self, stage: &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError> {
        if let Some(guess) = self.asking.open_guess().filter(|_| self.options.gate) {
            stage.page.draw_markdown(&guess.locked_message())?;
            stage.page.flush_output()?;
            return Ok(Pause::Question);
        }
        self.asking.open = None;
        if !self.rest.is_empty() {
            return self.show_until_pause(false, stage);
        }
        if self.walk.go_forward().is_some() {
            return self.show_step(stage);
        }
        let farewell = closing_text(self.walk.lesson(), self.walk.next_lesson());
        stage.page.draw_markdown(&farewell)?;
        stage.page.flush_output()?;
        Ok(Pause::LessonEnd)
    }

    /// Goes back a step and shows it.
    ///
    /// # Errors
    /// This is the first step, or the page cannot be written to.
    pub fn go_back(&mut self, stage: &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError> {
        self.walk.go_back()?;
        self.show_step(stage)
    }

    /// Goes to the step of that number, from 1, and shows it.
    ///
    /// # Errors
    /// There is no such step, or the page cannot be written to.
    pub fn go_to_step(
        &mut self,
        number: usize,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        self.walk.go_to_step(number)?;
        self.show_step(stage)
    }

    /// Answers what is open. After a right answer, or a guess, the rest of the step is shown. Where nothing is open,
    /// it changes the last guess, as long as its demo has not run.
    ///
    /// # Errors
    /// No question is open, the answer names no choice, or the page cannot be written to.
    pub fn accept_answer(
        &mut self,
        line: &str,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        if let Some(OpenQuestion::Quiz(quiz)) = &mut self.asking.open {
            let reply = quiz.accept_answer(line)?;
            let (id, right) = (quiz.quiz().id.clone(), reply.grade == AnswerGrade::Right);
            let answered = ProgressEvent::Answered { id, right };
            stage.page.record_event(self.walk.lesson(), answered);
            quiz.show_reply(&reply, stage.page)?;
            if reply.grade != AnswerGrade::Right {
                stage.page.flush_output()?;
                return Ok(Pause::Question);
            }
            self.asking.open = None;
            return self.show_until_pause(false, stage);
        }
        let is_first = matches!(self.asking.open, Some(OpenQuestion::Guess(_)));
        let guess = self
            .asking
            .guess_mut()
            .ok_or(LessonSessionError::NoQuestion)?;
        stage.page.draw_markdown(&guess.accept_answer(line)?)?;
        if let Some(made) = guess.to_event(None) {
            stage.page.record_event(self.walk.lesson(), made);
        }
        self.asking.open = None;
        if is_first {
            return self.show_until_pause(true, stage);
        }
        stage.page.flush_output()?;
        Ok(Pause::BeforeDemo)
    }

    /// Leaves what is open unanswered, tells nothing about it, and shows the rest of the step. A demo that waited
    /// for a guess may run.
    ///
    /// # Errors
    /// No question is open, or the page cannot be written to.
    pub fn skip_question(
        &mut self,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        if let Some(guess) = self.asking.open_guess_mut() {
            guess.skip();
            self.asking.open = None;
            stage
                .page
                .draw_markdown("Without a guess, then. The demo is unlocked.")?;
            return self.show_until_pause(true, stage);
        }
        self.asking
            .open
            .take()
            .ok_or(LessonSessionError::NoQuestion)?;
        self.show_until_pause(false, stage)
    }

    /// Shows the next hint to what is open.
    ///
    /// # Errors
    /// No question is open, or the page cannot be written to.
    pub fn show_hint(&mut self, stage: &mut LessonPorts<'_>) -> Result<(), LessonSessionError> {
        let hint = self.asking.next_hint();
        let hint = hint.ok_or(LessonSessionError::NoQuestion)?;
        stage.page.draw_markdown(&hint)?;
        Ok(stage.page.flush_output()?)
    }

    /// Shows the answer to the open question, and the rest of the step. Before the first try it asks for a second
    /// time; a guess is answered by the demo alone.
    ///
    /// # Errors
    /// No question is open, or the page cannot be written to.
    pub fn show_solution(
        &mut self,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        let word = match &mut self.asking.open {
            Some(OpenQuestion::Quiz(quiz)) if quiz.may_show_solution() => {
                quiz.show_solution(stage.page)?;
                self.asking.open = None;
                return self.show_until_pause(false, stage);
            }
            Some(OpenQuestion::Quiz(quiz)) => quiz.refuse_solution(),
            Some(OpenQuestion::Guess(_)) => {
                "The demo itself will tell: guess, or `skip`, and run it."
            }
            None => return Err(LessonSessionError::NoQuestion),
        };
        stage.page.draw_markdown(word)?;
        stage.page.flush_output()?;
        Ok(Pause::Question)
    }

    /// Whether the next thing that this step shows is a demo, or what a program prints.
    pub fn demo_waits(&self) -> bool {
        self.asking.open.is_none()
            && !self.rest.is_empty()
            && matches!(
                self.walk
                    .step_items(self.options.notes)
                    .get(self.rest.start),
                Some(LessonItem::Demo(_) | LessonItem::Output { .. })
            )
    }

    fn show_step(&mut self, stage: &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError> {
        self.asking.open = None;
        self.rest = 0..self.walk.step_items(self.options.notes).len();
        let lesson = self.walk.lesson();
        show::show_heading(stage.page, lesson, self.walk.step_position())?;
        let (number, _) = self.walk.step_position();
        if let Some(step) = step_names(lesson).into_iter().nth(number - 1) {
            stage
                .page
                .record_event(lesson, ProgressEvent::Seen { step });
        }
        self.show_until_pause(false, stage)
    }

    /// Shows pieces until one needs the learner. A demo waits where something was shown before it: a guess is
    /// made before the answer is on the screen. Demos in a row run in a row.
    fn show_until_pause(
        &mut self,
        mut has_shown: bool,
        stage: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        let mut stop = Pause::StepEnd;
        let walk = self.walk.clone();
        let pieces = walk.step_items(self.options.notes);
        while let Some(at) = self.rest.next() {
            let stopped = match &pieces[at] {
                LessonItem::Demo(demo) if self.asks_before(demo, stage)? => {
                    self.rest.start = at;
                    Some(Pause::Question)
                }
                LessonItem::Demo(_) | LessonItem::Output { .. } if has_shown => {
                    self.rest.start = at;
                    Some(Pause::BeforeDemo)
                }
                LessonItem::Demo(demo) => self.run_demo(demo, stage)?,
                LessonItem::Output { program, text } => {
                    has_shown = true;
                    let ran = show::show_output(stage, &program.file, text)?;
                    (ran == DemoStatus::Interrupted).then_some(Pause::Interrupted)
                }
                LessonItem::Predict(predict) => {
                    let guess = Guess::new(predict, self.options.numbered);
                    stage.page.draw_markdown(&guess.question_text())?;
                    self.asking.ask_to_guess(guess);
                    Some(Pause::Question)
                }
                LessonItem::Quiz(quiz) => {
                    let quiz = QuizState::new(quiz).with_numbers(self.options.numbered);
                    quiz.show_question(stage.page)?;
                    self.asking.open = Some(OpenQuestion::Quiz(Box::new(quiz)));
                    Some(Pause::Question)
                }
                piece => {
                    show::show_static_item(stage.page, walk.lesson(), piece)?;
                    has_shown = true;
                    None
                }
            };
            if let Some(stopped) = stopped {
                stop = stopped;
                break;
            }
        }
        stage.page.flush_output()?;
        Ok(stop)
    }

    /// Asks for the first guess that this demo still waits for: also one that was passed over on the way here.
    fn asks_before(&mut self, demo: &DemoBlock, stage: &mut LessonPorts<'_>) -> io::Result<bool> {
        if !self.options.gate {
            return Ok(false);
        }
        let lesson = self.walk.lesson();
        let Some(predict) = self.asking.unanswered_prediction(lesson, demo) else {
            return Ok(false);
        };
        let guess = Guess::new(predict, self.options.numbered);
        stage.page.draw_markdown(&guess.question_text())?;
        self.asking.ask_to_guess(guess);
        Ok(true)
    }

    fn run_demo(
        &mut self,
        demo: &DemoBlock,
        stage: &mut LessonPorts<'_>,
    ) -> io::Result<Option<Pause>> {
        let lesson = self.walk.lesson();
        let guesses = self.asking.take_guesses(lesson, demo);
        let (ran, settled) = show::show_demo(stage, lesson, demo, &guesses)?;
        for (guess, settled) in guesses.iter().zip(&settled) {
            if let Some(settled) = guess.to_event(Some(settled)) {
                stage.page.record_event(lesson, settled);
            }
        }
        Ok((ran == DemoStatus::Interrupted).then_some(Pause::Interrupted))
    }
}

/// What is said at the end of a lesson.
fn closing_text(lesson: &Lesson, suggestion: Option<&Arc<Lesson>>) -> String {
    let over = format!("That was lesson {}.", lesson.number);
    match suggestion {
        Some(next) => format!(
            "{over} Go on with `lesson {}`: {} ({}).",
            next.number,
            show::escape_markdown(&next.title),
            show::in_minutes(next.minutes)
        ),
        None => format!(
            "{over} It was the last one: `lessons` lists them all, `demos` what to try next."
        ),
    }
}
