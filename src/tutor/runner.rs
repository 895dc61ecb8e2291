//! Runs demos and programs for lessons, exercises and commands.

use std::{sync::Arc, time::Duration};

use crate::{
    catalog::DemoSpec,
    observe::{ObserveError, ObservedProgram},
    python::{PythonChoice, Pythons},
    record::{Machine, Params, Recording},
    render::Format,
};

/// Runs demos and programs: for real, or in tests by returning prepared recordings.
pub trait Runner {
    /// The machine that everything runs on.
    fn machine(&mut self) -> &Machine;

    /// Finds the Pythons that `words` choose among; each is asked once in a session. `None` after a Ctrl-C.
    fn find_pythons(&mut self, words: &[String]) -> Option<Pythons>;

    /// Chooses the Python that runs a single script. `None` after a Ctrl-C.
    fn find_python(&mut self, words: &[String]) -> Option<PythonChoice> {
        let pythons = self.find_pythons(words)?;
        Some(pythons.choose_one(words))
    }

    /// How many cores other programs leave free at this moment.
    fn available_cores(&mut self) -> Option<f64>;

    /// Runs a demo with these options. Its errors are in the recording.
    fn run_demo(
        &mut self,
        demo: &'static DemoSpec,
        params: Params,
        options: RunOptions,
    ) -> RunOutcome;

    /// Runs a lesson's program under the first of the Pythons that `words` choose.
    fn run_program(
        &mut self,
        program: LessonProgram<'_>,
        words: &[String],
        options: RunOptions,
    ) -> ProgramOutput;

    /// Executes commands of the bench one after the other, and ends the workers that they leave.
    fn demonstrate(&mut self, commands: &[String]) -> BenchDemonstration;

    /// Runs a learner's program with these options and watches it. Stops it as soon as `until` returns a reason. The
    /// program's own errors are in the recording.
    ///
    /// # Errors
    /// If it cannot be started or watched.
    fn watch_program(
        &mut self,
        program: ObservedProgram,
        options: RunOptions,
        until: StopCondition,
    ) -> Result<RunOutcome, ObserveError>;
}

/// The options of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOptions {
    /// The time limit.
    pub limit: Duration,
    /// The format of the report: there is no live output with a format for programs.
    pub format: Format,
    /// Whether the output of its workers is shown while it runs.
    pub shows_lines: bool,
}

/// Commands that were executed for a lesson.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BenchDemonstration {
    /// The commands, and what each of them showed.
    pub steps: Vec<DemonstrationStep>,
    /// What was done; `None` if no worker was started.
    pub recording: Option<Arc<Recording>>,
    /// Whether the user stopped it.
    pub is_interrupted: bool,
}

/// A command, and what it showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemonstrationStep {
    /// The command.
    pub command: String,
    /// What it showed.
    pub shown: String,
}

/// Returns the reason to stop a running program, once there is one.
pub type StopCondition = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// Never returns a reason.
pub fn never_stop() -> StopCondition {
    Arc::new(|| None)
}

/// The result of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunOutcome {
    /// The recording.
    pub recording: Arc<Recording>,
    /// Whether the user stopped it, even at its very end.
    pub is_interrupted: bool,
}

/// A program that a lesson runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LessonProgram<'p> {
    /// Its file.
    pub file: &'p str,
    /// Its text.
    pub text: &'p str,
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
