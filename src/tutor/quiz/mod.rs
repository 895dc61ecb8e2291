//! Quizzes and their answers: every wrong answer has its own explanation, and another try is possible.

mod choices;
mod number;
mod order;

use std::{io, sync::Arc};

use super::{
    choice_marks::{ChoiceMarks, ChoiceStyle, UnclearAnswer},
    hints::HintSequence,
    renderer::LessonRenderer,
};
use crate::{
    lesson::{Quiz, QuizAnswer},
    text::capitalize,
};
use order::OrderPuzzle;

/// An open quiz. It does not reveal the right answer before a try.
#[derive(Debug, Clone)]
pub struct QuizState {
    quiz: Arc<Quiz>,
    tries: u32,
    was_asked_for: bool,
    style: ChoiceStyle,
    puzzle: Option<OrderPuzzle>,
    hints: HintSequence,
}

/// The reply to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuizReply {
    /// Its grade.
    pub grade: AnswerGrade,
    /// The text as Markdown, without instructions for continuing.
    pub says: String,
    /// The number of answers so far, including this one.
    pub tries: u32,
}

/// The grade of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerGrade {
    /// It is right, and the quiz is done.
    Right,
    /// Part of it is wrong.
    Wrong,
    /// Everything named is right, but something is missing.
    Incomplete,
}

impl QuizState {
    /// Opens a quiz.
    pub fn new(quiz: &Arc<Quiz>) -> Self {
        Self {
            quiz: Arc::clone(quiz),
            tries: 0,
            was_asked_for: false,
            style: ChoiceStyle::default(),
            puzzle: match &quiz.answer {
                QuizAnswer::Order(order) => Some(OrderPuzzle::new(&quiz.id, order)),
                _ => None,
            },
            hints: HintSequence::default(),
        }
    }

    /// Marks the choices in this way.
    #[must_use]
    pub fn with_style(self, style: ChoiceStyle) -> Self {
        Self { style, ..self }
    }

    /// The quiz.
    pub fn quiz(&self) -> &Quiz {
        &self.quiz
    }

    /// The number of answers so far.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Whether a line is an answer: `b`, `2`, `a,c`; a number; `c a d b`.
    pub fn is_answer(&self, line: &str) -> bool {
        match &self.quiz.answer {
            QuizAnswer::Choices(_) | QuizAnswer::Order(_) => self.choice_marks().is_answer(line),
            QuizAnswer::Number(_) => number::is_answer(line),
        }
    }

    /// Grades an answer.
    ///
    /// # Errors
    /// The answer does not match the question. It does not count as a try.
    pub fn accept_answer(&mut self, line: &str) -> Result<QuizReply, UnclearAnswer> {
        let marks = self.choice_marks();
        let (grade, says) = match (&self.quiz.answer, &self.puzzle) {
            (QuizAnswer::Choices(_), _) => choices::judge_choices(&self.quiz, marks, line)?,
            (QuizAnswer::Number(number), _) => number::judge_number(number, line)?,
            (QuizAnswer::Order(_), Some(puzzle)) => puzzle.judge_order(marks, line)?,
            // Every order quiz has a puzzle.
            (QuizAnswer::Order(_), None) => (AnswerGrade::Wrong, String::new()),
        };
        self.tries += 1;
        let tries = self.tries;
        Ok(QuizReply { grade, says, tries })
    }

    /// An answer that is right; authors and tests rely on that.
    pub fn model_answer(&self) -> String {
        let marks = self.choice_marks();
        match (&self.quiz.answer, &self.puzzle) {
            (QuizAnswer::Order(_), Some(puzzle)) => puzzle.model_answer(marks),
            (QuizAnswer::Number(number), _) => number.value.to_string(),
            _ => choices::model_answer(&self.quiz, marks),
        }
    }

    /// Draws the question with instructions for answering.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn show_question(&self, page: &mut dyn LessonRenderer) -> io::Result<()> {
        self.show_listed(page)?;
        page.draw_markdown(&format!("{}.", capitalize(&self.answer_instructions())))
    }

    /// Draws the question with its choices.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn show_listed(&self, page: &mut dyn LessonRenderer) -> io::Result<()> {
        let question = format!("**Question.** {}", self.quiz.question);
        match (&self.quiz.answer, &self.puzzle) {
            (QuizAnswer::Order(_), Some(puzzle)) => {
                page.draw_markdown(&question)?;
                page.draw_code(&puzzle.list_lines(self.choice_marks()), "text")
            }
            (QuizAnswer::Choices(_), _) => {
                let listed = choices::list_choices(&self.quiz, self.choice_marks());
                page.draw_markdown(&format!("{question}\n\n{listed}"))
            }
            _ => page.draw_markdown(&question),
        }
    }

    /// Draws the right answer with its explanations.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn show_solution(&self, page: &mut dyn LessonRenderer) -> io::Result<()> {
        match (&self.quiz.answer, &self.puzzle) {
            (QuizAnswer::Order(order), Some(puzzle)) => {
                page.draw_markdown("**Answer:**")?;
                page.draw_code(&puzzle.solution_lines(), &order.lang)?;
                page.draw_markdown(&order.why)?;
            }
            (QuizAnswer::Number(number), _) => {
                page.draw_markdown(&number::solution_text(number))?;
            }
            _ => page.draw_markdown(&choices::solution_text(&self.quiz, self.choice_marks()))?,
        }
        self.show_explanation(page)
    }

    /// The next hint as Markdown, or a message that there are no more.
    pub fn next_hint(&mut self) -> String {
        self.hints.next_one(&self.quiz.hints)
    }

    /// Whether the solution may be shown: after a try, or at the second request.
    pub fn may_show_solution(&self) -> bool {
        self.tries > 0 || self.was_asked_for
    }

    /// The reply to a request for the solution before the first try. The next request shows it.
    pub fn refuse_solution(&mut self) -> &'static str {
        self.was_asked_for = true;
        "You have not tried yet: a `hint` may do. `solution` again shows the answer all the same."
    }

    /// Draws the reply to an answer. After a right one, it also draws the whole program and the explanation.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn show_reply(&self, reply: &QuizReply, page: &mut dyn LessonRenderer) -> io::Result<()> {
        if reply.grade != AnswerGrade::Right {
            return page.draw_markdown(&format!("{}\n\n{}", reply.says, self.another_try()));
        }
        page.draw_markdown(&reply.says)?;
        self.show_explanation(page)
    }

    fn show_explanation(&self, page: &mut dyn LessonRenderer) -> io::Result<()> {
        match &self.quiz.explain {
            Some(explain) => page.draw_markdown(explain),
            None => Ok(()),
        }
    }

    fn another_try(&self) -> &'static str {
        if self.hints.has_more(&self.quiz.hints) {
            "Try again, ask for a `hint`, or `skip`."
        } else {
            "Try again, or `skip`."
        }
    }

    /// What to type as an answer: one message in lower case.
    pub fn answer_instructions(&self) -> String {
        match &self.quiz.answer {
            QuizAnswer::Choices(_) if self.quiz.several() => {
                "answer with all that are right, with commas between them, or `skip`".to_owned()
            }
            QuizAnswer::Choices(_) => {
                format!(
                    "answer with {}, or `skip`",
                    self.choice_marks().list_marks()
                )
            }
            QuizAnswer::Number(number) => match &number.unit {
                Some(unit) => format!("type a number, in {unit}, or `skip`"),
                None => "type a number, or `skip`".to_owned(),
            },
            QuizAnswer::Order(order) => {
                let example = self.choice_marks().example_order();
                let all = if order.extra.is_empty() {
                    "each once"
                } else {
                    "some do not belong"
                };
                format!("answer with the order, such as `{example}` ({all}), or `skip`")
            }
        }
    }

    fn choice_marks(&self) -> ChoiceMarks {
        let numbered = self.style.numbered;
        match &self.quiz.answer {
            QuizAnswer::Choices(choices) => {
                ChoiceMarks::for_question(&self.quiz.id, choices.len(), self.style)
            }
            QuizAnswer::Number(_) => ChoiceMarks::default(),
            // The puzzle shuffles its lines itself.
            QuizAnswer::Order(order) => ChoiceMarks {
                count: order.lines.len() + order.extra.len(),
                numbered,
                seed: None,
            },
        }
    }
}
