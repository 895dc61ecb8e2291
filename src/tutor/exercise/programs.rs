//! The programs of a check: the learner's file, and the starter of its exercise.

use std::{fs, path::PathBuf, sync::Arc, time::SystemTime};

use super::check::CheckError;
use crate::{
    observe::{ObservedProgram, ProgramCommand, WatchOptions},
    python::{ChosenPython, ProgramError, ProgramFolder},
    record::Recording,
    tutor::runner::{RunOptions, Runner, StopCondition},
};

/// A learner's program beside its starter, and how both run.
pub struct ExercisePrograms {
    /// The Python that runs them.
    pub python: ChosenPython,
    /// The learner's file.
    pub file: PathBuf,
    /// The starter.
    pub starter: StarterProgram,
    /// The options of each run.
    pub options: RunOptions,
    /// The reason to stop, once the file was changed during the check.
    pub changed: StopCondition,
}

/// The starter's text, and its file once it was needed.
pub struct StarterProgram {
    name: String,
    text: String,
    folder: Option<ProgramFolder>,
}

impl ExercisePrograms {
    /// Runs the learner's program once and watches it.
    ///
    /// # Errors
    /// Why there is no recording. A program that fails is no error.
    pub(super) fn run_program(&self, runner: &mut dyn Runner) -> Result<Recording, CheckError> {
        self.run_watched(self.file.clone(), runner)
    }

    /// Runs the exercise's starter once and watches it.
    ///
    /// # Errors
    /// As for `run_program`.
    pub(super) fn run_starter(&mut self, runner: &mut dyn Runner) -> Result<Recording, CheckError> {
        let file = self.starter.ensure_file();
        let file = file.map_err(|error| CheckError::Failed(error.to_string()))?;
        self.run_watched(file, runner)
    }

    /// When the learner's file was written, and its length; it changes with every save.
    pub(super) fn file_version(&self) -> Option<(SystemTime, u64)> {
        let about = fs::metadata(&self.file).ok()?;
        Some((about.modified().ok()?, about.len()))
    }

    fn run_watched(&self, path: PathBuf, runner: &mut dyn Runner) -> Result<Recording, CheckError> {
        let program = ObservedProgram {
            command: ProgramCommand::Script {
                path,
                python: self.python.clone(),
            },
            arguments: Vec::new(),
            folder: None,
            limit: Some(self.options.limit),
            options: WatchOptions::default(),
        };
        let ran = runner.watch_program(program, self.options, Arc::clone(&self.changed));
        let ran = ran.map_err(|error| CheckError::Failed(error.to_string()))?;
        if ran.is_interrupted {
            return Err(CheckError::Interrupted);
        }
        if (self.changed)().is_some() {
            return Err(CheckError::Changed);
        }
        Ok(Arc::unwrap_or_clone(ran.recording))
    }
}

impl StarterProgram {
    /// A starter with this file name and text.
    pub fn new(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: text.to_owned(),
            folder: None,
        }
    }

    /// Its file, in a folder of its own.
    fn ensure_file(&mut self) -> Result<PathBuf, ProgramError> {
        if let Some(folder) = &self.folder {
            return Ok(folder.path().join(&self.name));
        }
        let folder = self.folder.insert(ProgramFolder::create()?);
        folder.write_file(&self.name, self.text.as_bytes())
    }
}
