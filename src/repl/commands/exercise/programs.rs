//! What an exercise runs: its Python, the learner's program, and the starter.

use std::{env, path::Path, time::Duration};

use super::find;
use crate::{
    lesson::Exercise,
    python::{ChosenPython, HOW_TO_GET_ONE},
    repl::{
        language::command_error::CommandError, python_choice, session::Session, settings::Settings,
    },
    tutor::{
        RunOptions, StopCondition,
        exercise::{ExercisePrograms, StarterProgram},
    },
};

/// The time limit of a program without `--timeout`: exercises are over within a second.
const USUAL_LIMIT: u64 = 30;

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
    let first = python_choice::python_for_script(&mut *session.runner, words)?;
    if needs.is_met_by(&first.interpreter) {
        return Ok(first);
    }
    // Other Pythons are tried only if none was named.
    let mut among = requested_pythons(words);
    if among.is_empty() {
        among = vec!["usual".to_owned(), "all".to_owned()];
    }
    let pythons = python_choice::find_all_pythons(&mut *session.runner, &among)?;
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

/// A learner's file beside the starter of its exercise, and how both run.
pub fn exercise_programs(
    (exercise, starter): (&Exercise, &str),
    (python, file): (ChosenPython, &Path),
    settings: &Settings,
    changed: StopCondition,
) -> ExercisePrograms {
    ExercisePrograms {
        python,
        file: file.to_owned(),
        starter: StarterProgram::new(find::learner_file_name(exercise), starter),
        options: RunOptions {
            // Its output is examined, not shown.
            limit: Duration::from_secs(settings.timeout.unwrap_or(USUAL_LIMIT)),
            shows_lines: false,
            ..settings.run_options()
        },
        changed,
    }
}
