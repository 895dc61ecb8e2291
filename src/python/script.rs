//! Runs a lesson's own program to show its output.

use std::{path::Path, time::Duration};

use super::{
    choice::ChosenPython,
    environment,
    error::ProgramError,
    folder::ProgramFolder,
    launch::ProcessPlan,
    output::{CapturedLine, CapturedOutput},
    wait::{WaitResult, join_in_rounds, kill_and_join, wait_for_exit},
};
use crate::mp::{Context, ProcessExit};

/// More output than a student would read.
const MOST_BYTES: usize = 64 * 1024;

/// A program of a lesson.
pub struct LessonScript<'a> {
    /// Its path in the lessons' folder. The copy that runs has the same file name.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The Python that runs it.
    pub python: &'a ChosenPython,
    /// The time limit.
    pub limit: Duration,
}

/// The output of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptOutput {
    /// The lines of both streams, in the order in which they came.
    pub lines: Vec<String>,
    /// The number of further lines.
    pub more: usize,
    /// How it ended.
    pub exit: Option<ProcessExit>,
    /// Whether it was killed because its time was over or it was stopped.
    pub was_cut: bool,
}

impl LessonScript<'_> {
    /// Runs the program to its end, within its limits.
    ///
    /// # Errors
    /// If the program cannot be started or killed. A program that fails or is stopped is no error: its output
    /// until then is returned.
    pub fn run(
        &self,
        mp: &Context,
        stopped: &dyn Fn() -> bool,
    ) -> Result<ScriptOutput, ProgramError> {
        let name = Path::new(self.file)
            .file_name()
            .unwrap_or("program.py".as_ref());
        let folder = ProgramFolder::for_program()?;
        folder.write_file(&name.to_string_lossy(), self.text.as_bytes())?;
        let environment = environment::for_program(folder.path());
        let plan = ProcessPlan::new(&self.python.path, [name.into()], environment);
        let version = &self.python.interpreter.name;
        let mut process = plan
            .in_folder(folder.path())
            .into_process(mp, &format!("Python {version}"));
        let said = CapturedOutput::capture_from(&mut process, MOST_BYTES);
        process.start().map_err(|source| ProgramError::Start {
            name: version.clone(),
            source: Box::new(source),
        })?;
        let attended = wait_for_exit(&process, self.limit, stopped, join_in_rounds(&process));
        // No process of its group is left running.
        if !kill_and_join(&process) {
            let name = version.clone();
            return Err(ProgramError::NotEnded { name });
        }
        let lines = said.lines();
        Ok(ScriptOutput {
            lines: lines
                .into_iter()
                .map(|CapturedLine { text, .. }| text)
                .collect(),
            more: said.dropped(),
            exit: process.exit(),
            // The user's interrupt may have killed the program before this was checked.
            was_cut: attended != WaitResult::Ended || stopped(),
        })
    }
}
