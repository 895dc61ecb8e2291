//! The evidence that a condition is evaluated with.

use super::{
    condition::{Condition, ConditionQuestion},
    needs::Needs,
    units::Unit,
};
use crate::record::{Machine, metrics::CoreSample};

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

    /// Whether other programs took cores while the figures of this condition were measured.
    fn core_supply(&self, condition: &Condition) -> CoreSupply;
}

/// What is known of other programs on the cores during a measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CoreSupply {
    /// It was not measured.
    Unknown,
    /// All usable cores were free.
    Full,
    /// Other programs took cores: so many were left in the worst moment.
    Short(f64),
}

impl CoreSupply {
    /// What these samples come to.
    pub fn from_samples(samples: &[CoreSample]) -> Self {
        let disturbed = samples.iter().filter(|sample| sample.is_disturbed);
        match disturbed.map(|sample| sample.free).reduce(f64::min) {
            Some(free) => Self::Short(free),
            None if samples.is_empty() => Self::Unknown,
            None => Self::Full,
        }
    }
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
