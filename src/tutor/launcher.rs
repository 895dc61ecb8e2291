//! Runs demos and programs for a lesson.

use crate::{
    claim::{Condition, Judgement, Template},
    lesson::{Claim, Lesson},
    record::Params,
    report::{ClaimReport, Report},
};

/// Runs demos for a lesson. Tests return made-up measurements.
///
/// A closure `FnMut(&str, &Params) -> LaunchOutcome` implements it.
pub trait DemoLauncher {
    /// Runs a lesson's program and returns its output.
    fn run_program(&mut self, _file: &str, _text: &str) -> ProgramOutput {
        ProgramOutput::Missing("nothing runs programs here".to_owned())
    }

    /// Runs the demo with this name to its end. The launcher shows the live output but not the report.
    fn launch_demo(&mut self, demo: &str, params: &Params) -> LaunchOutcome;

    /// Judges claims of a lesson from the last run.
    fn judge_claims(&mut self, _lesson: &Lesson, _claims: &[&Claim]) -> Vec<ClaimReport> {
        Vec::new()
    }

    /// Judges a condition from the last run.
    fn judge_condition(&mut self, _condition: &Condition) -> Judgement {
        Judgement::cannot_be_shown("nothing was measured")
    }

    /// An author's sentences with the figures of the last run; `None` if they are missing.
    fn fill_template(&mut self, _words: &Template) -> Option<String> {
        None
    }
}

impl<F: FnMut(&str, &Params) -> LaunchOutcome> DemoLauncher for F {
    fn launch_demo(&mut self, demo: &str, params: &Params) -> LaunchOutcome {
        self(demo, params)
    }
}

/// The result of running a lesson's program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramOutput {
    /// It ran.
    Printed {
        /// The interpreter: `Python 3.11`.
        by: String,
        /// Its output.
        text: String,
        /// A note about its end: one sentence.
        remark: Option<String>,
        /// Whether it was stopped before its end.
        was_cut: bool,
    },
    /// No interpreter can run it. One line says what is missing and how to get it.
    Missing(String),
    /// The learner stopped it.
    Interrupted,
    /// It could not be run, for this reason: one message in lower case.
    Failed(String),
}

/// The result of running a demo.
#[derive(Debug, Clone, PartialEq)]
pub enum LaunchOutcome {
    /// It ran to its end.
    Finished(Box<Report>),
    /// The learner stopped it. The report has the measurements until then.
    Interrupted(Option<Box<Report>>),
    /// It failed, or reached its time limit.
    Failed {
        /// The reason: one message in lower case.
        error: String,
        /// The measurements until then.
        report: Option<Box<Report>>,
    },
}
