//! Runs a lesson's own program, for what it prints.

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

/// More than anybody would read.
const MOST_BYTES: usize = 64 * 1024;

/// A program of a lesson.
pub struct LessonScript<'a> {
    /// Its path in the lessons' folder: the file keeps its name.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Under which Python.
    pub python: &'a ChosenPython,
    /// How long it may take.
    pub limit: Duration,
}

/// What a program printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptOutput {
    /// The lines of both streams, in the order in which they came.
    pub lines: Vec<String>,
    /// How many more there were.
    pub more: usize,
    /// How it ended.
    pub exit: Option<ProcessExit>,
    /// Whether it was ended: its time was over, or somebody stopped it.
    pub was_cut: bool,
}

impl LessonScript<'_> {
    /// Runs it to its end, bounded in every way.
    ///
    /// # Errors
    /// If it cannot be started, or not be ended. A program that fails is none, and neither is one that is stopped:
    /// what it printed by then is told.
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
        // Nobody of its group lives on.
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
            // Whoever stops us may have ended it before we looked.
            was_cut: attended != WaitResult::Ended || stopped(),
        })
    }
}
