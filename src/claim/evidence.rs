//! The evidence that a condition is evaluated with.

use super::{condition::ConditionQuestion, needs::Needs, units::Unit};
use crate::record::Machine;

/// What was measured: by a run of a demo, or made up in tests.
pub trait Evidence {
    /// Answers a question. If it is about a Python, the first one that meets these needs answers.
    ///
    /// # Errors
    /// The reason why there is no answer, in words for a student.
    fn answer_question(
        &self,
        question: &ConditionQuestion,
        needs: &Needs,
    ) -> Result<EvidenceAnswer, String>;

    /// The machine that it was measured on.
    fn machine(&self) -> &Machine;

    /// Why the required Python did not take part; `None` if it did.
    fn lacks_python(&self, needs: &Needs) -> Option<String>;

    /// Why the run, or a part of it that these needs select, ended early; `None` if it is complete.
    fn stop_reason(&self, needs: &Needs) -> Option<String>;

    /// The smallest number of cores that a short probe got, if the run made one.
    fn available_cores(&self) -> Option<f64>;
}

/// What was measured for one question.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceAnswer {
    /// The values, in any order.
    pub values: AnswerValues,
    /// The number of workers, if the question is about a backend.
    pub workers: Option<usize>,
    /// The Python that answered: `CPython 3.13t`.
    pub python: Option<String>,
}

/// Values of one kind.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerValues {
    /// Numbers in their base unit, one per trial; at least one.
    Numbers(Vec<f64>, Unit),
    /// A number without uncertainty, such as a count of workers.
    Exact(f64, Unit),
    /// Truth values; at least one.
    Truths(Vec<bool>),
    /// Texts; at least one.
    Texts(Vec<String>),
}
