//! The open questions in a lesson: a quiz, or predictions about the next demo.

use super::{
    hints::HintSequence,
    predict::{self, Guess},
    quiz::QuizState,
};
use crate::lesson::{DemoBlock, Lesson, Prediction};

/// A question that waits for an answer.
#[derive(Debug, Clone)]
pub(super) enum OpenQuestion<'a> {
    /// The prediction at this index of the list.
    Guess(usize),
    Quiz(Box<QuizState<'a>>),
}

/// The open question, and the predictions whose demo has not run yet.
#[derive(Debug, Clone, Default)]
pub(super) struct OpenQuestions<'a> {
    pub open: Option<OpenQuestion<'a>>,
    guesses: Vec<Guess<'a>>,
}

impl<'a> OpenQuestions<'a> {
    /// The quiz that is open.
    pub fn open_quiz(&self) -> Option<&QuizState<'a>> {
        match &self.open {
            Some(OpenQuestion::Quiz(quiz)) => Some(quiz),
            _ => None,
        }
    }

    /// The prediction that is open.
    pub fn open_guess(&self) -> Option<&Guess<'a>> {
        match self.open {
            Some(OpenQuestion::Guess(at)) => self.guesses.get(at),
            _ => None,
        }
    }

    pub fn open_guess_mut(&mut self) -> Option<&mut Guess<'a>> {
        match self.open {
            Some(OpenQuestion::Guess(at)) => self.guesses.get_mut(at),
            _ => None,
        }
    }

    /// The prediction that a line answers: the open one, or the last one if it can still be changed.
    pub fn guess_mut(&mut self) -> Option<&mut Guess<'a>> {
        let at = self.guess_place()?;
        self.guesses.get_mut(at)
    }

    fn guess_place(&self) -> Option<usize> {
        match self.open {
            Some(OpenQuestion::Guess(at)) => Some(at),
            Some(OpenQuestion::Quiz(_)) => None,
            None => self
                .guesses
                .iter()
                .rposition(|guess| guess.chosen_index().is_some()),
        }
    }

    /// Whether a line answers the open question, or changes a prediction.
    pub fn is_answer(&self, line: &str) -> bool {
        if let Some(quiz) = self.open_quiz() {
            return quiz.is_answer(line);
        }
        let guess = self.guess_place().and_then(|at| self.guesses.get(at));
        guess.is_some_and(|guess| guess.is_answer(line))
    }

    /// The hints of the open question, or of the last prediction.
    pub fn current_hints(&mut self) -> Option<&mut HintSequence<'a>> {
        let at = self.guess_place();
        match &mut self.open {
            Some(OpenQuestion::Quiz(quiz)) => Some(&mut quiz.hints),
            _ => Some(&mut self.guesses.get_mut(at?)?.hints),
        }
    }

    /// Opens this prediction. It replaces an earlier one with the same question.
    pub fn ask_to_guess(&mut self, guess: Guess<'a>) {
        let is_same = |known: &Guess<'a>| std::ptr::eq(known.predict(), guess.predict());
        self.guesses.retain(|known| !is_same(known));
        self.guesses.push(guess);
        self.open = Some(OpenQuestion::Guess(self.guesses.len() - 1));
    }

    /// The first prediction that this demo waits for.
    pub fn unanswered_prediction(
        &self,
        lesson: &'a Lesson,
        demo: &DemoBlock,
    ) -> Option<&'a Prediction> {
        let is_done = |predict: &&Prediction| {
            let mut guesses = self.guesses.iter();
            guesses.any(|guess| std::ptr::eq(guess.predict(), *predict) && guess.is_done())
        };
        let mut wanted = predict::predictions_decided_by(lesson, demo).into_iter();
        wanted.find(|predict| !is_done(predict))
    }

    /// Takes the predictions that this demo decides.
    pub fn take_guesses(&mut self, lesson: &Lesson, demo: &DemoBlock) -> Vec<Guess<'a>> {
        let decided = predict::predictions_decided_by(lesson, demo);
        let is_its = |guess: &Guess<'a>| {
            let mut decided = decided.iter();
            decided.any(|predict| std::ptr::eq(*predict, guess.predict()))
        };
        let (taken, left) = self.guesses.drain(..).partition(is_its);
        self.guesses = left;
        taken
    }
}
