//! A lesson taken step by step, at the learner's pace.

use std::{io, ops::Range, sync::Arc};

use super::{
    bench_task::BenchProgress,
    lesson_cursor::{LessonCursor, LessonCursorError},
    lesson_item::LessonItem,
    lesson_summary::{count_table, suggest_lesson, suggest_next},
    open_questions::{OpenQuestion, OpenQuestions},
    pause::{LessonOptions, LessonSessionError, Pause},
    predict::{Experiment, Guess},
    progress::{ProgressEvent, step_names},
    quiz::{AnswerGrade, QuizState},
    renderer::{ItemEnd, LessonPorts},
    show::{self, DemoStatus, ShownDemo},
    stepper::ScheduleStepper,
};
use crate::{
    lesson::{Block, Lesson, Library, Prediction},
    text::capitalize,
};

/// A learner's session in a lesson: the position, the remaining items of the step, and the open questions.
#[derive(Debug, Clone)]
pub struct LessonSession {
    cursor: LessonCursor,
    options: LessonOptions,
    /// Which items of the step are still to come.
    rest: Range<usize>,
    asking: OpenQuestions,
    /// Whether the end of the lesson was shown, after its last step.
    is_over: bool,
}

impl LessonSession {
    /// Starts a lesson. Nothing is shown until [`LessonSession::open_lesson`].
    ///
    /// # Errors
    /// The lesson has no steps. A library's lessons always have some.
    pub fn new(
        library: &Arc<Library>,
        lesson: &Arc<Lesson>,
        options: LessonOptions,
    ) -> Result<Self, LessonCursorError> {
        Ok(Self {
            cursor: LessonCursor::new(library, lesson)?,
            options,
            rest: 0..0,
            asking: OpenQuestions::default(),
            is_over: false,
        })
    }

    /// The learner's position.
    pub fn cursor(&self) -> &LessonCursor {
        &self.cursor
    }

    /// Sets whether demos wait for a prediction from now on.
    pub fn set_gate(&mut self, gate: bool) {
        self.options.gate = gate;
    }

    /// The options of the session.
    pub fn options(&self) -> LessonOptions {
        self.options
    }

    /// The quiz that is open.
    pub fn open_quiz(&self) -> Option<&QuizState> {
        self.asking.open_quiz()
    }

    /// The task for the bench that is open.
    pub fn open_bench(&mut self) -> Option<&mut BenchProgress> {
        self.asking.open_bench()
    }

    /// Whether a quiz or a prediction is open.
    pub fn is_asking(&self) -> bool {
        self.asking.open.is_some()
    }

    /// Whether a demo waits for a prediction.
    pub fn is_locked(&self) -> bool {
        self.options.gate && matches!(self.asking.open, Some(OpenQuestion::Guess(_)))
    }

    /// Whether a line answers the open question, or changes a prediction whose demo has not run yet.
    pub fn is_answer(&self, line: &str) -> bool {
        self.asking.is_answer(line)
    }

    /// Shows the lesson's title and the current step.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn open_lesson(
        &mut self,
        ports: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        show::show_opening(ports.page, self.cursor.lesson())?;
        self.show_step(ports)
    }

    /// Continues with the rest of the step, if there is any, otherwise with the next step. After the last step
    /// comes the end of the lesson. An open quiz stays open, and a demo that waits for a prediction keeps waiting.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn next(&mut self, ports: &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError> {
        if ports.page.show_rest()? {
            return Ok(if self.is_asking() {
                Pause::Question
            } else {
                Pause::ScreenFull
            });
        }
        if let Some(guess) = self.asking.open_guess().filter(|_| self.options.gate) {
            ports.page.draw_markdown(&guess.locked_message())?;
            ports.page.flush_output()?;
            return Ok(Pause::Question);
        }
        if let Some(quiz) = self.asking.open_quiz() {
            let instructions = capitalize(&quiz.answer_instructions());
            ports.page.draw_markdown(&format!("{instructions}."))?;
            ports.page.flush_output()?;
            return Ok(Pause::Question);
        }
        self.asking.open = None;
        if !self.rest.is_empty() {
            return self.show_until_pause(false, ports);
        }
        if self.cursor.go_forward().is_some() {
            return self.show_step(ports);
        }
        self.show_end(ports)
    }

    /// Shows what the learner did in the lesson, and what to do next.
    fn show_end(&mut self, ports: &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError> {
        let (lesson, next) = (self.cursor.lesson(), self.cursor.next_lesson());
        let end = format!("# That was lesson {}", lesson.number);
        ports.page.draw_markdown(&end)?;
        if let Some(known) = ports.page.lesson_history(lesson) {
            ports.page.draw_table(&count_table(lesson, &known))?;
            ports
                .page
                .draw_markdown(&suggest_next(lesson, &known, next))?;
        } else {
            ports.page.draw_markdown(&suggest_lesson(next))?;
        }
        ports.page.flush_output()?;
        self.is_over = true;
        Ok(Pause::LessonEnd)
    }

    /// The lesson to begin with Enter: the next one, once the end of this one was shown.
    pub fn lesson_to_begin(&self) -> Option<&Arc<Lesson>> {
        self.cursor.next_lesson().filter(|_| self.is_over)
    }

    /// Whether it is at the end of the last lesson.
    pub fn is_at_last_end(&self) -> bool {
        self.is_over && self.cursor.next_lesson().is_none()
    }

    /// What to type as an answer to the open question.
    pub fn answer_instructions(&self) -> Option<String> {
        match self.asking.open {
            Some(OpenQuestion::Quiz(ref quiz)) => Some(quiz.answer_instructions()),
            Some(OpenQuestion::Guess(_)) => {
                self.asking.open_guess().map(Guess::answer_instructions)
            }
            // Enter goes on from a schedule and from a task for the bench.
            Some(OpenQuestion::Schedule(_) | OpenQuestion::Bench(_)) | None => None,
        }
    }

    /// Goes to the previous step and shows it.
    ///
    /// # Errors
    /// This is the first step, or the output cannot be written.
    pub fn go_back(&mut self, ports: &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError> {
        self.cursor.go_back()?;
        self.show_step(ports)
    }

    /// Goes to the step with this number, from 1, and shows it.
    ///
    /// # Errors
    /// There is no such step, or the output cannot be written.
    pub fn go_to_step(
        &mut self,
        number: usize,
        ports: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        self.cursor.go_to_step(number)?;
        self.show_step(ports)
    }

    /// Answers the open question, or chooses the next step of a schedule. After a right answer or a prediction, the
    /// rest of the step is shown. If no question is open, this changes the last prediction, as long as its demo has
    /// not run.
    ///
    /// # Errors
    /// No question is open, the answer names no choice, or the output cannot be written.
    pub fn accept_answer(
        &mut self,
        line: &str,
        ports: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        if let Some(OpenQuestion::Quiz(quiz)) = &mut self.asking.open {
            let reply = quiz.accept_answer(line)?;
            let (id, right) = (quiz.quiz().id.clone(), reply.grade == AnswerGrade::Right);
            let answered = ProgressEvent::Answered { id, right };
            ports.page.record_event(self.cursor.lesson(), answered);
            quiz.show_reply(&reply, ports.page)?;
            if reply.grade != AnswerGrade::Right {
                ports.page.flush_output()?;
                return Ok(Pause::Question);
            }
            self.asking.open = None;
            return self.show_until_pause(false, ports);
        }
        if let Some(OpenQuestion::Schedule(stepper)) = &mut self.asking.open {
            stepper.press_key(line, ports.page)?;
            ports.page.flush_output()?;
            return Ok(Pause::Question);
        }
        let is_first = matches!(self.asking.open, Some(OpenQuestion::Guess(_)));
        let guess = self
            .asking
            .guess_mut()
            .ok_or(LessonSessionError::NoQuestion)?;
        ports.page.draw_markdown(&guess.accept_answer(line)?)?;
        if let Some(made) = guess.to_event(None) {
            ports.page.record_event(self.cursor.lesson(), made);
        }
        self.asking.open = None;
        if is_first {
            return self.show_until_pause(true, ports);
        }
        ports.page.flush_output()?;
        Ok(Pause::BeforeDemo)
    }

    /// Skips the open question without an answer, and shows the rest of the step. A demo that waited for a
    /// prediction may run.
    ///
    /// # Errors
    /// No question is open, or the output cannot be written.
    pub fn skip_question(
        &mut self,
        ports: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        if let Some(guess) = self.asking.open_guess_mut() {
            guess.skip();
            self.asking.open = None;
            ports
                .page
                .draw_markdown("Without a guess, then. The demo is unlocked.")?;
            return self.show_until_pause(true, ports);
        }
        self.asking
            .open
            .take()
            .ok_or(LessonSessionError::NoQuestion)?;
        self.show_until_pause(false, ports)
    }

    /// Shows the next hint for the open question.
    ///
    /// # Errors
    /// No question is open, or the output cannot be written.
    pub fn show_hint(&mut self, ports: &mut LessonPorts<'_>) -> Result<(), LessonSessionError> {
        let hint = self.asking.next_hint();
        let hint = hint.ok_or(LessonSessionError::NoQuestion)?;
        ports.page.draw_markdown(&hint)?;
        Ok(ports.page.flush_output()?)
    }

    /// Shows the answer to the open question and the rest of the step. Before the first try, the learner must
    /// ask twice. Only the demo answers a prediction.
    ///
    /// # Errors
    /// No question is open, or the output cannot be written.
    pub fn show_solution(
        &mut self,
        ports: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        let word = match &mut self.asking.open {
            Some(OpenQuestion::Quiz(quiz)) if quiz.may_show_solution() => {
                quiz.show_solution(ports.page)?;
                self.asking.open = None;
                return self.show_until_pause(false, ports);
            }
            Some(OpenQuestion::Quiz(quiz)) => quiz.refuse_solution().to_owned(),
            Some(OpenQuestion::Schedule(stepper)) => stepper.describe_solution(),
            Some(OpenQuestion::Bench(progress)) => progress.describe_solution(),
            Some(OpenQuestion::Guess(_)) => {
                "The demo itself will tell: guess, or `skip`, and run it.".to_owned()
            }
            None => return Err(LessonSessionError::NoQuestion),
        };
        ports.page.draw_markdown(&word)?;
        ports.page.flush_output()?;
        Ok(Pause::Question)
    }

    /// Whether the next item of this step is a demo, or a program to run.
    pub fn demo_waits(&self) -> bool {
        self.asking.open.is_none()
            && !self.rest.is_empty()
            && matches!(
                self.cursor
                    .step_items(self.options.notes)
                    .get(self.rest.start),
                Some(LessonItem::Block(Block::Demo(_)) | LessonItem::Output { .. })
            )
    }

    /// Whether the step continues with something other than a demo.
    pub fn has_more_text(&self) -> bool {
        !self.rest.is_empty() && !self.demo_waits()
    }

    fn show_step(&mut self, ports: &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError> {
        self.asking.open = None;
        self.is_over = false;
        self.rest = 0..self.cursor.step_items(self.options.notes).len();
        let lesson = self.cursor.lesson();
        show::show_heading(ports.page, lesson, self.cursor.step_position())?;
        let (number, _) = self.cursor.step_position();
        if let Some(step) = step_names(lesson).into_iter().nth(number - 1) {
            ports
                .page
                .record_event(lesson, ProgressEvent::Seen { step });
        }
        self.show_until_pause(false, ports)
    }

    /// Shows items until one needs the learner, or the screen is full. A demo waits if something was shown before it,
    /// so that the learner predicts before the result is on the screen.
    fn show_until_pause(
        &mut self,
        mut has_shown: bool,
        ports: &mut LessonPorts<'_>,
    ) -> Result<Pause, LessonSessionError> {
        let mut stop = Pause::StepEnd;
        let cursor = self.cursor.clone();
        let items = cursor.step_items(self.options.notes);
        let mut may_wait = false;
        while let Some(at) = self.rest.next() {
            let waits = matches!(
                items[at],
                LessonItem::Block(Block::Demo(_)) | LessonItem::Output { .. }
            );
            if self.asks_before(&items[at], ports)? {
                self.rest.start = at;
                stop = Pause::Question;
                break;
            }
            if waits && has_shown {
                self.rest.start = at;
                stop = Pause::BeforeDemo;
                break;
            }
            let before = self.asking.clone();
            ports.page.begin_item();
            let stopped = self.show_item(&items[at], ports)?;
            let end = ports.page.end_item(may_wait && !waits)?;
            if end == ItemEnd::Dropped {
                self.asking = before;
                self.rest.start = at;
            }
            if let (ItemEnd::Shown | ItemEnd::Partly, Some(stopped)) = (end, stopped) {
                stop = stopped;
                break;
            }
            if end != ItemEnd::Shown {
                stop = Pause::ScreenFull;
                break;
            }
            may_wait = true;
            has_shown = true;
        }
        ports.page.flush_output()?;
        Ok(stop)
    }

    /// Shows one item. Returns why the lesson pauses after it, if it does.
    fn show_item(
        &mut self,
        item: &LessonItem<'_>,
        ports: &mut LessonPorts<'_>,
    ) -> io::Result<Option<Pause>> {
        match item {
            LessonItem::Block(Block::Demo(demo)) => {
                let guesses = self.take_guesses(Experiment::Demo(demo));
                let shown = show::show_demo(ports, self.cursor.lesson(), demo, &guesses)?;
                Ok(self.finish_experiment(&guesses, &shown, ports))
            }
            LessonItem::Output { program, text } => {
                let guesses = self.take_guesses(Experiment::Program(program));
                let shown = show::show_output(ports, &program.file, text, &guesses)?;
                Ok(self.finish_experiment(&guesses, &shown, ports))
            }
            LessonItem::Block(Block::Predict(predict)) => {
                if self.show_kept_guess(predict, ports)? {
                    return Ok(None);
                }
                let guess = Guess::new(predict, self.options.style);
                ports.page.draw_markdown(&guess.question_text())?;
                self.asking.ask_to_guess(guess);
                Ok(Some(Pause::Question))
            }
            LessonItem::Block(Block::Schedule(task)) => {
                let stepper = ScheduleStepper::new(task, true);
                stepper.draw_start(ports.page)?;
                self.asking.open = Some(OpenQuestion::Schedule(Box::new(stepper)));
                Ok(Some(Pause::Question))
            }
            LessonItem::Block(Block::Bench(task)) => {
                let progress = BenchProgress::begin(task, ports.page)?;
                self.asking.open = Some(OpenQuestion::Bench(Box::new(progress)));
                Ok(Some(Pause::Question))
            }
            LessonItem::Block(Block::Quiz(quiz)) => {
                let quiz = QuizState::new(quiz).with_style(self.options.style);
                quiz.show_question(ports.page)?;
                self.asking.open = Some(OpenQuestion::Quiz(Box::new(quiz)));
                Ok(Some(Pause::Question))
            }
            item => {
                show::show_static_item(ports.page, self.cursor.lesson(), item)?;
                Ok(None)
            }
        }
    }

    /// Asks for the first prediction that this demo or program still waits for, even if the learner went past
    /// it.
    fn asks_before(
        &mut self,
        piece: &LessonItem<'_>,
        ports: &mut LessonPorts<'_>,
    ) -> io::Result<bool> {
        let experiment = match piece {
            LessonItem::Block(Block::Demo(demo)) => Experiment::Demo(demo),
            LessonItem::Output { program, .. } => Experiment::Program(program),
            _ => return Ok(false),
        };
        if !self.options.gate {
            return Ok(false);
        }
        let lesson = self.cursor.lesson();
        let Some(predict) = self.asking.unanswered_prediction(lesson, experiment) else {
            return Ok(false);
        };
        let guess = Guess::new(predict, self.options.style);
        ports.page.draw_markdown(&guess.question_text())?;
        self.asking.ask_to_guess(guess);
        Ok(true)
    }

    /// Shows a prediction with the guess that was made before; `false` if there is none.
    fn show_kept_guess(
        &mut self,
        predict: &Arc<Prediction>,
        ports: &mut LessonPorts<'_>,
    ) -> io::Result<bool> {
        let Some(text) = self.asking.reopen_guess(predict) else {
            return Ok(false);
        };
        ports.page.draw_markdown(&text)?;
        Ok(true)
    }

    fn take_guesses(&mut self, experiment: Experiment<'_>) -> Vec<Guess> {
        self.asking
            .settle_guesses_about(self.cursor.lesson(), experiment)
    }

    /// Records what an experiment settled.
    fn finish_experiment(
        &self,
        guesses: &[Guess],
        shown: &ShownDemo,
        ports: &mut LessonPorts<'_>,
    ) -> Option<Pause> {
        for (guess, settled) in guesses.iter().zip(&shown.settled) {
            if let Some(settled) = guess.to_event(Some(settled)) {
                ports.page.record_event(self.cursor.lesson(), settled);
            }
        }
        (shown.status == DemoStatus::Interrupted).then_some(Pause::Interrupted)
    }
}
