//! Runs a learner's program, and its starter, in the session's lab.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tempfile::TempDir;

use super::find;
use crate::{
    lesson::Exercise,
    measure,
    observe::{ObservedProgram, ProgramCommand},
    python::{ChosenPython, HOW_TO_GET_ONE},
    record::Recording,
    repl::{
        language::command_error::CommandError,
        session::Session,
        session_runner::{DemoRunner, RunOptions, StopCondition},
        settings::Settings,
    },
    signals::StopReason,
    tutor::exercise::{CheckError, ProgramRunner},
};

/// The time limit of a program without `--timeout`: exercises are over within a second.
const USUAL_LIMIT: u64 = 30;

/// The duration of the cores' probe.
const PROBE: Duration = Duration::from_millis(25);

/// The Python that an exercise runs under: the first that meets its needs, among those that the settings choose.
///
/// # Errors
/// [`CommandError::NoPython`] with a remedy; [`CommandError::Interrupted`] after a Ctrl-C.
pub fn choose_python(
    session: &mut Session,
    exercise: &Exercise,
    settings: &Settings,
) -> Result<ChosenPython, CommandError> {
    let (words, needs) = (&settings.defaults.python, exercise.needs);
    let first = session.lab.python_for_script(words)?;
    if needs.is_met_by(&first.interpreter) {
        return Ok(first);
    }
    // Other Pythons are tried only if none was named.
    let mut among = requested_pythons(words);
    if among.is_empty() {
        among = vec!["usual".to_owned(), "all".to_owned()];
    }
    let pythons = session
        .lab
        .pythons(&among)
        .ok_or(CommandError::Interrupted)?;
    let mut able = pythons.choose(&among, None).chosen.into_iter();
    let found = able.find(|one| needs.is_met_by(&one.interpreter));
    found.ok_or_else(|| {
        let (needed, name) = (needs.describe_python(), &first.interpreter.name);
        CommandError::NoPython(format!(
            "It takes {needed}, and Python {name} is none; `pythons` lists what there is; {HOW_TO_GET_ONE}."
        ))
    })
}

/// The Pythons that a flag, a setting or the environment names.
fn requested_pythons(words: &[String]) -> Vec<String> {
    if !words.is_empty() {
        return words.to_vec();
    }
    let variable = env::var("FORKLORE_PYTHON").unwrap_or_default();
    let words = variable
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The program to run, and how.
pub struct ExerciseRunner<'s> {
    lab: &'s mut dyn DemoRunner,
    python: ChosenPython,
    file: PathBuf,
    starter: StarterProgram,
    terms: RunOptions,
    changed: StopCondition,
}

/// The starter's text, and its file once it was needed.
struct StarterProgram {
    name: String,
    text: String,
    folder: Option<TempDir>,
}

impl<'s> ExerciseRunner<'s> {
    /// Of this file, beside the starter of its exercise.
    pub fn new(
        lab: &'s mut dyn DemoRunner,
        (exercise, starter): (&Exercise, &str),
        (python, file): (ChosenPython, &Path),
        settings: &Settings,
        changed: StopCondition,
    ) -> Self {
        Self {
            lab,
            starter: StarterProgram {
                name: find::learner_file_name(exercise).to_owned(),
                text: starter.to_owned(),
                folder: None,
            },
            python,
            file: file.to_owned(),
            terms: exercise_run_options(settings),
            changed,
        }
    }

    fn run_watched(
        &mut self,
        path: PathBuf,
        folder: Option<PathBuf>,
    ) -> Result<Recording, CheckError> {
        let program = ObservedProgram {
            command: ProgramCommand::Script {
                path,
                python: self.python.clone(),
            },
            arguments: Vec::new(),
            folder,
            limit: Some(self.terms.limit),
        };
        let changed = Arc::clone(&self.changed);
        let ran = self.lab.observe_program(program, self.terms, changed);
        let ran = ran.map_err(|failure| CheckError::Failed(failure.to_string()))?;
        if ran.cut == Some(StopReason::Interrupted) {
            return Err(CheckError::Interrupted);
        }
        if (self.changed)().is_some() {
            return Err(CheckError::Changed);
        }
        Ok(ran.recording)
    }
}

/// The terms of an exercise's program: its output is examined, not shown.
fn exercise_run_options(settings: &Settings) -> RunOptions {
    RunOptions {
        limit: Duration::from_secs(settings.timeout.unwrap_or(USUAL_LIMIT)),
        shows_lines: false,
        ..settings.run_options()
    }
}

impl StarterProgram {
    /// Its file, in a folder of its own.
    fn ensure_file(&mut self) -> Result<PathBuf, CheckError> {
        let failed = |error: std::io::Error| {
            CheckError::Failed(format!("cannot write the starter: {error}"))
        };
        if self.folder.is_none() {
            let folder = tempfile::Builder::new()
                .prefix("forklore-")
                .tempdir()
                .map_err(failed)?;
            fs::write(folder.path().join(&self.name), &self.text).map_err(failed)?;
            self.folder = Some(folder);
        }
        let folder = self.folder.as_ref().map(TempDir::path);
        Ok(folder.unwrap_or(Path::new("")).join(&self.name))
    }
}

impl ProgramRunner for ExerciseRunner<'_> {
    fn run_program(&mut self) -> Result<Recording, CheckError> {
        self.run_watched(self.file.clone(), None)
    }

    fn run_starter(&mut self) -> Result<Recording, CheckError> {
        let file = self.starter.ensure_file()?;
        self.run_watched(file, None)
    }

    fn available_cores(&mut self) -> Option<f64> {
        measure::available_cores(PROBE)
    }
}
