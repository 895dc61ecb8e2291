//! Runs demos and programs for a lesson.

use std::fmt::Write as _;

use crate::{
    claim::{Condition, Judgement},
    lesson::{Claim, DemoBlock, Lesson},
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

/// The command that runs a lesson's demo by hand: `run parallel --workers 2`.
pub fn demo_command(demo: &DemoBlock) -> String {
    // Every field is named, so that a new setting cannot be forgotten here.
    let Params {
        workers,
        trials,
        size,
        workload,
        repeat,
        unbuffered,
        backends,
        python,
        start_method,
        seed,
    } = &demo.params;
    let numbers = [
        ("workers", workers.map(u64::from)),
        ("trials", trials.map(u64::from)),
        ("size", *size),
        ("repeat", repeat.map(u64::from)),
        ("seed", *seed),
    ];
    let mut command = format!("run {}", demo.run);
    if let Some(workload) = workload {
        let _ = write!(command, " --workload {workload}");
    }
    for (name, number) in numbers {
        if let Some(number) = number {
            let _ = write!(command, " --{name} {number}");
        }
    }
    if !backends.is_empty() {
        let names: Vec<&str> = backends.iter().map(|backend| backend.name()).collect();
        let _ = write!(command, " --backends {}", names.join(","));
    }
    for name in python {
        let _ = write!(command, " --python {name}");
    }
    if let Some(method) = start_method {
        let _ = write!(command, " --start-method {method}");
    }
    if *unbuffered {
        command.push_str(" --unbuffered");
    }
    command
}
