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
    observe::{Command, Program},
    python::{Chosen, HOW_TO_GET_ONE},
    record::Recording,
    repl::{
        language::failure::Failure,
        launch::{Launch, Terms, Until},
        session::Session,
        settings::Settings,
    },
    signals::Cut,
    tutor::exercise::{Halt, Tries},
};

/// How long a program may take, unless `--timeout` says: exercises are over within a second.
const USUAL_LIMIT: u64 = 30;

/// How long the cores are probed.
const PROBE: Duration = Duration::from_millis(25);

/// The Python that an exercise runs under: the first that meets its needs, among those that the settings choose.
///
/// # Errors
/// [`Failure::NoPython`], and what to do about it; [`Failure::Interrupted`] after a Ctrl-C.
pub fn python(
    session: &mut Session,
    exercise: &Exercise,
    settings: &Settings,
) -> Result<Chosen, Failure> {
    let (words, needs) = (&settings.defaults.python, exercise.needs);
    let first = session.lab.python_for_script(words)?;
    if needs.meets(&first.interpreter) {
        return Ok(first);
    }
    // Only where nobody was named, another will do.
    let mut among = named(words);
    if among.is_empty() {
        among = vec!["usual".to_owned(), "all".to_owned()];
    }
    let pythons = session.lab.pythons(&among).ok_or(Failure::Interrupted)?;
    let mut able = pythons.choose(&among, None).chosen.into_iter();
    let found = able.find(|one| needs.meets(&one.interpreter));
    found.ok_or_else(|| {
        let (needed, name) = (needs.python_in_words(), &first.interpreter.name);
        Failure::NoPython(format!(
            "It takes {needed}, and Python {name} is none; `pythons` lists what there is; {HOW_TO_GET_ONE}."
        ))
    })
}

/// The Pythons that a flag, a setting or the environment names.
fn named(words: &[String]) -> Vec<String> {
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

/// What is run, and how.
pub struct Runs<'s> {
    lab: &'s mut dyn Launch,
    python: Chosen,
    file: PathBuf,
    starter: Starter,
    terms: Terms,
    changed: Until,
}

/// The starter's text, and its file once it was needed.
struct Starter {
    name: String,
    text: String,
    folder: Option<TempDir>,
}

impl<'s> Runs<'s> {
    /// Of this file, beside the starter of its exercise.
    pub fn new(
        lab: &'s mut dyn Launch,
        (exercise, starter): (&Exercise, &str),
        (python, file): (Chosen, &Path),
        settings: &Settings,
        changed: Until,
    ) -> Self {
        Self {
            lab,
            starter: Starter {
                name: find::name(exercise).to_owned(),
                text: starter.to_owned(),
                folder: None,
            },
            python,
            file: file.to_owned(),
            terms: terms(settings),
            changed,
        }
    }

    fn run(&mut self, path: PathBuf, folder: Option<PathBuf>) -> Result<Recording, Halt> {
        let program = Program {
            command: Command::Script {
                path,
                python: self.python.clone(),
            },
            arguments: Vec::new(),
            folder,
            limit: Some(self.terms.limit),
        };
        let changed = Arc::clone(&self.changed);
        let ran = self.lab.observe_until(program, self.terms, changed);
        let ran = ran.map_err(|failure| Halt::Failed(failure.to_string()))?;
        if ran.cut == Some(Cut::Interrupted) {
            return Err(Halt::Interrupted);
        }
        if (self.changed)().is_some() {
            return Err(Halt::Changed);
        }
        Ok(ran.recording)
    }
}

/// On which terms an exercise's program runs: what it prints is looked at, not shown.
fn terms(settings: &Settings) -> Terms {
    Terms {
        limit: Duration::from_secs(settings.timeout.unwrap_or(USUAL_LIMIT)),
        shows_lines: false,
        ..settings.terms()
    }
}

impl Starter {
    /// Its file, in a folder of its own.
    fn file(&mut self) -> Result<PathBuf, Halt> {
        let failed =
            |error: std::io::Error| Halt::Failed(format!("cannot write the starter: {error}"));
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

impl Tries for Runs<'_> {
    fn program(&mut self) -> Result<Recording, Halt> {
        self.run(self.file.clone(), None)
    }

    fn starter(&mut self) -> Result<Recording, Halt> {
        let file = self.starter.file()?;
        self.run(file, None)
    }

    fn available_cores(&mut self) -> Option<f64> {
        measure::available_cores(PROBE)
    }
}
