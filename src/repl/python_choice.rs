//! Which Pythons a command needs: found and chosen before anything runs.

use super::language::command_error::CommandError;
use crate::{
    python::{self, ChosenPython, HOW_TO_GET_ONE, PythonChoice, Pythons},
    record::Params,
    tutor::Runner,
};

/// All Pythons of this machine, and those that `words` name.
///
/// # Errors
/// [`CommandError::Interrupted`] after a Ctrl-C.
pub fn find_all_pythons(
    runner: &mut dyn Runner,
    words: &[String],
) -> Result<Pythons, CommandError> {
    let mut words = words.to_vec();
    words.push("all".to_owned());
    find_pythons(runner, &words)
}

fn find_pythons(runner: &mut dyn Runner, words: &[String]) -> Result<Pythons, CommandError> {
    runner.find_pythons(words).ok_or(CommandError::Interrupted)
}

/// Checks that the Pythons are there that a run with these settings needs.
///
/// # Errors
/// [`CommandError::NoPython`] if a named one cannot run, or if only Pythons are to run and none can;
/// [`CommandError::Interrupted`] after a Ctrl-C.
pub fn require_pythons(runner: &mut dyn Runner, params: &Params) -> Result<(), CommandError> {
    let words = &params.python;
    let only_pythons =
        !params.backends.is_empty() && params.backends.iter().all(|one| one.is_python());
    if words.is_empty() && !only_pythons {
        return Ok(());
    }
    let pythons = find_pythons(runner, words)?;
    let choice = pythons.choose(words, params.start_method.as_deref());
    missing_pythons(words, only_pythons, choice)
        .map_or(Ok(()), |why| Err(CommandError::NoPython(why)))
}

/// The Python that runs a script of the learner's: the first of those that `words` choose.
///
/// # Errors
/// [`CommandError::NoPython`] with a remedy if there is none; [`CommandError::Interrupted`] after a Ctrl-C.
pub fn python_for_script(
    runner: &mut dyn Runner,
    words: &[String],
) -> Result<ChosenPython, CommandError> {
    let choice = runner.find_python(words);
    let choice = choice.ok_or(CommandError::Interrupted)?;
    let missing = choice.missing.into_iter().next();
    let python = choice.chosen.into_iter().next();
    python.ok_or_else(|| CommandError::NoPython(missing.unwrap_or_else(no_python_message)))
}

/// The reason why no script can run.
fn no_python_message() -> String {
    format!("There is no Python to run it: {HOW_TO_GET_ONE}.")
}

/// The reason why a run cannot start without a missing Python.
fn missing_pythons(words: &[String], only_pythons: bool, choice: PythonChoice) -> Option<String> {
    let PythonChoice { chosen, missing } = choice;
    // `all` and `usual` name no particular Python: of these, the usable ones run.
    let names_one = words
        .iter()
        .any(|word| !matches!(word.as_str(), "all" | "usual" | python::NEWEST | "none"));
    if !chosen.is_empty() && !names_one {
        return None;
    }
    let nobody = || "Only backends of Python are to run, and no Python is.".to_owned();
    let lacks_all = only_pythons && chosen.is_empty();
    missing
        .into_iter()
        .next()
        .or_else(|| lacks_all.then(nobody))
}
