//! The open questions in a lesson: a quiz, a schedule to choose, or predictions about the next demo.

use std::sync::Arc;

use super::{
    bench_task::BenchProgress,
    predict::{self, Experiment, Guess},
    quiz::QuizState,
    stepper::ScheduleStepper,
};
use crate::lesson::{Lesson, Prediction};

/// A question that waits for an answer.
#[derive(Debug, Clone)]
pub(super) enum OpenQuestion {
    /// The prediction at this index of the list.
    Guess(usize),
    Quiz(Box<QuizState>),
    Schedule(Box<ScheduleStepper>),
    /// Its answers are commands.
    Bench(Box<BenchProgress>),
}

/// The open question, and the predictions whose demo has not run yet.
#[derive(Debug, Clone, Default)]
pub(super) struct OpenQuestions {
    pub open: Option<OpenQuestion>,
    guesses: Vec<Guess>,
}

impl OpenQuestions {
    /// The quiz that is open.
    pub fn open_quiz(&self) -> Option<&QuizState> {
        match &self.open {
            Some(OpenQuestion::Quiz(quiz)) => Some(quiz),
            _ => None,
        }
    }

    /// The task for the bench that is open.
    pub fn open_bench(&mut self) -> Option<&mut BenchProgress> {
        match &mut self.open {
            Some(OpenQuestion::Bench(progress)) => Some(progress),
            _ => None,
        }
    }

    /// The prediction that is open.
    pub fn open_guess(&self) -> Option<&Guess> {
        match self.open {
            Some(OpenQuestion::Guess(at)) => self.guesses.get(at),
            _ => None,
        }
    }

    pub fn open_guess_mut(&mut self) -> Option<&mut Guess> {
        match self.open {
            Some(OpenQuestion::Guess(at)) => self.guesses.get_mut(at),
            _ => None,
        }
    }

    /// The prediction that a line answers: the open one, or the last one if it can still be changed.
    pub fn guess_mut(&mut self) -> Option<&mut Guess> {
        let at = self.guess_place()?;
        self.guesses.get_mut(at)
    }

    fn guess_place(&self) -> Option<usize> {
        match self.open {
            Some(OpenQuestion::Guess(at)) => Some(at),
            Some(OpenQuestion::Quiz(_) | OpenQuestion::Schedule(_) | OpenQuestion::Bench(_)) => {
                None
            }
            None => self
                .guesses
                .iter()
                .rposition(|guess| guess.chosen_index().is_some() && !guess.is_settled()),
        }
    }

    /// Whether a line answers the open question, or changes a prediction.
    pub fn is_answer(&self, line: &str) -> bool {
        match &self.open {
            Some(OpenQuestion::Quiz(quiz)) => return quiz.is_answer(line),
            Some(OpenQuestion::Schedule(stepper)) => return stepper.is_key(line),
            _ => {}
        }
        let guess = self.guess_place().and_then(|at| self.guesses.get(at));
        guess.is_some_and(|guess| guess.is_answer(line))
    }

    /// The next hint to what is open, or to the last guess.
    pub fn next_hint(&mut self) -> Option<String> {
        match &mut self.open {
            Some(OpenQuestion::Quiz(quiz)) => Some(quiz.next_hint()),
            Some(OpenQuestion::Schedule(stepper)) => Some(stepper.describe_choices()),
            Some(OpenQuestion::Bench(progress)) => Some(progress.next_hint()),
            _ => self.guess_mut().map(Guess::next_hint),
        }
    }

    /// Opens this prediction. It replaces an earlier one with the same question.
    pub fn ask_to_guess(&mut self, guess: Guess) {
        self.guesses
            .retain(|known| !Arc::ptr_eq(known.predict(), guess.predict()));
        self.guesses.push(guess);
        self.open = Some(OpenQuestion::Guess(self.guesses.len() - 1));
    }

    /// The first prediction that this experiment waits for.
    pub fn unanswered_prediction<'l>(
        &self,
        lesson: &'l Lesson,
        experiment: Experiment<'_>,
    ) -> Option<&'l Arc<Prediction>> {
        let is_done = |predict: &Arc<Prediction>| {
            let mut guesses = self.guesses.iter();
            guesses.any(|guess| Arc::ptr_eq(guess.predict(), predict) && guess.is_done())
        };
        let mut wanted = predict::predictions_decided_by(lesson, experiment).into_iter();
        wanted.find(|predict| !is_done(predict))
    }

    /// The predictions that this experiment decides. From now on, their guesses can be changed only where they are
    /// shown again.
    pub fn settle_guesses_about(
        &mut self,
        lesson: &Lesson,
        experiment: Experiment<'_>,
    ) -> Vec<Guess> {
        let decided = predict::predictions_decided_by(lesson, experiment);
        let mut settled = Vec::new();
        for guess in &mut self.guesses {
            let mut decided = decided.iter();
            if decided.any(|predict| Arc::ptr_eq(predict, guess.predict())) {
                settled.push(guess.clone());
                guess.set_settled(true);
            }
        }
        settled
    }

    /// Shows the guess about this prediction again, as Markdown, and lets it be changed until the next demo;
    /// `None` if none was made.
    pub fn reopen_guess(&mut self, predict: &Arc<Prediction>) -> Option<String> {
        let is_its = |guess: &Guess| Arc::ptr_eq(guess.predict(), predict);
        let at = self.guesses.iter().position(is_its)?;
        let text = self.guesses[at].kept_text()?;
        // The last guess is the one that an answer changes.
        let mut guess = self.guesses.remove(at);
        guess.set_settled(false);
        self.guesses.push(guess);
        Some(text)
    }
}
