//! What a condition is held against: whoever can answer its questions.

use super::{condition::ConditionQuestion, needs::Needs, units::Unit};
use crate::record::Machine;

/// What was measured: a run of a demo, or in tests whatever is made up.
pub trait Evidence {
    /// The answer to a question, from the first Python that meets these needs where a Python is asked for.
    ///
    /// # Errors
    /// Why there is none, in words for a student.
    fn answer_question(
        &self,
        question: &ConditionQuestion,
        needs: &Needs,
    ) -> Result<EvidenceAnswer, String>;

    /// What it was measured on.
    fn machine(&self) -> &Machine;

    /// Why the Python that is needed did not take part; `None` if it did.
    fn lacks_python(&self, needs: &Needs) -> Option<String>;

    /// Why the run ended early, or one of the parts that such needs look at; `None` if it is whole.
    fn stop_reason(&self, needs: &Needs) -> Option<String>;

    /// The least of the cores that a short probe really got, where the run held one.
    fn available_cores(&self) -> Option<f64>;
}

/// What was measured for one question.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceAnswer {
    /// The values, in any order.
    pub values: AnswerValues,
    /// How many workers there were, where the question is about a backend.
    pub workers: Option<usize>,
    /// The Python that was asked: `CPython 3.13t`.
    pub python: Option<String>,
}

/// Values of one kind.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerValues {
    /// Numbers in their base unit, one a trial; at least one.
    Numbers(Vec<f64>, Unit),
    /// A number that is what it is, however often it is looked at: a count of workers.
    Exact(f64, Unit),
    /// Truths; at least one.
    Truths(Vec<bool>),
    /// Words; at least one.
    Texts(Vec<String>),
}
