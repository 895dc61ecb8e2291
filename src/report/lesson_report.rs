//! A lesson that was played from its beginning to its end, for other programs.

use serde::Serialize;

use super::{ClaimReport, Report};

/// Version of the JSON object of a played lesson.
pub const LESSON_SCHEMA: &str = "forklore.lesson/1";

/// The runs of a lesson, and what they decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LessonReport {
    /// [`LESSON_SCHEMA`].
    pub schema: &'static str,
    /// The lesson's number.
    pub lesson: u32,
    /// Its steps, as far as it was played.
    pub steps: Vec<StepReport>,
}

/// The runs of a step, and what they decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepReport {
    /// The step's heading.
    pub title: String,
    /// The reports of its demos, in order.
    pub runs: Vec<Report>,
    /// The claims that its demos decide.
    pub claims: Vec<ClaimReport>,
    /// The predictions that its demos decide.
    pub predictions: Vec<PredictionReport>,
}

/// The answer of a run to a prediction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PredictionReport {
    /// The prediction's name.
    pub id: String,
    /// The letters of the choices that are right on this machine; `None` if the run does not decide it.
    pub answer: Option<Vec<String>>,
    /// Why there is no answer.
    pub why_null: Option<String>,
    /// The sentences with the figures that decided it; empty if none did.
    pub measured: String,
}

impl LessonReport {
    /// A lesson of which nothing was played yet.
    pub fn new(lesson: u32) -> Self {
        Self {
            schema: LESSON_SCHEMA,
            lesson,
            steps: Vec::new(),
        }
    }
}

impl StepReport {
    /// A step in which nothing has run yet.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            runs: Vec::new(),
            claims: Vec::new(),
            predictions: Vec::new(),
        }
    }
}

impl PredictionReport {
    /// A prediction without an answer, for this reason.
    pub fn without_answer(id: &str, why: String) -> Self {
        Self {
            id: id.to_owned(),
            answer: None,
            why_null: Some(why),
            measured: String::new(),
        }
    }
}
