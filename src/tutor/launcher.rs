//! Launching a demo from a lesson.

use crate::{
    claim::{Condition, Judgement},
    lesson::{Claim, Lesson},
    record::Params,
    report::{ClaimReport, Report},
};

/// Runs demos for a lesson: for real, or in tests by answering what they would have measured.
///
/// A closure `FnMut(&str, &Params) -> Launched` is one.
pub trait DemoLauncher {
    /// Runs a lesson's program, and gives what it printed.
    fn run_program(&mut self, _file: &str, _text: &str) -> ProgramOutput {
        ProgramOutput::Missing("nothing runs programs here".to_owned())
    }

    /// Runs the demo of that name to its end. Its live output is the launcher's to show, its report is not.
    fn launch_demo(&mut self, demo: &str, params: &Params) -> LaunchOutcome;

    /// Holds claims of a lesson against what was launched last.
    fn judge_claims(&mut self, _lesson: &Lesson, _claims: &[&Claim]) -> Vec<ClaimReport> {
        Vec::new()
    }

    /// Holds a condition against what was launched last.
    fn judge_condition(&mut self, _condition: &Condition) -> Judgement {
        Judgement::cannot_be_shown("nothing was measured")
    }
}

impl<F: FnMut(&str, &Params) -> LaunchOutcome> DemoLauncher for F {
    fn launch_demo(&mut self, demo: &str, params: &Params) -> LaunchOutcome {
        self(demo, params)
    }
}

/// What became of a lesson's program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramOutput {
    /// It ran.
    Printed {
        /// What ran it: `Python 3.11`.
        by: String,
        /// What it printed, line by line.
        text: String,
        /// What is worth knowing about its end: one sentence.
        remark: Option<String>,
        /// Whether it was ended before it came to its end.
        was_cut: bool,
    },
    /// Nothing here runs it: one line that says what is missing, and how to get it.
    Missing(String),
    /// The learner stopped it.
    Interrupted,
    /// It could not be run: one message, in lower case.
    Failed(String),
}

/// What became of a demo.
#[derive(Debug, Clone, PartialEq)]
pub enum LaunchOutcome {
    /// It ran to its end.
    Finished(Box<Report>),
    /// The learner stopped it; what was measured until then.
    Interrupted(Option<Box<Report>>),
    /// It failed, or its time was over.
    Failed {
        /// Why: one message, in lower case.
        error: String,
        /// What was measured until then.
        report: Option<Box<Report>>,
    },
}
