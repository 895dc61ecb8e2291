//! Asks before programs of lessons that are not built in run for the first time.

use std::path::Path;

use anyhow::Result;

use crate::{
    lesson::{Block, Exercise, Lesson, Library},
    repl::{language::command_error::CommandError, session::Session},
    text::{capitalize, format_count, join_words},
};

/// At most so many programs are named.
const MOST_NAMES: usize = 5;

/// The programs that a lesson runs.
pub fn lesson_programs(lesson: &Lesson) -> impl Iterator<Item = &str> {
    lesson.blocks().filter_map(|block| match block {
        Block::Program(program) if program.run => Some(program.file.as_str()),
        _ => None,
    })
}

/// The programs that prove an exercise.
pub fn exercise_programs(exercise: &Exercise) -> [&str; 2] {
    [&exercise.starter, &exercise.solution]
}

/// Makes sure that the user lets these programs of `library` run: asks once about those that are new.
///
/// # Errors
/// The user says no, or cannot be asked and gave no `--trust`.
pub fn require_trust<'p>(
    session: &mut Session,
    library: &'p Library,
    folder: Option<&Path>,
    paths: impl IntoIterator<Item = &'p str>,
) -> Result<()> {
    let Some(folder) =
        folder.filter(|folder| session.trust.allowed_folder.as_deref() != Some(folder))
    else {
        return Ok(());
    };
    let mut programs: Vec<(&str, &str)> = paths
        .into_iter()
        .filter_map(|path| Some((path, library.program_text(path)?)))
        .collect();
    programs.sort_unstable();
    programs.dedup();
    let unknown = session.trust.find_unknown(programs);
    if unknown.is_empty() {
        return Ok(());
    }
    let what = format!(
        "the lessons in `{}` would run programs of their own on this machine: {}",
        folder.display().to_string().escape_debug(),
        list_names(&unknown)
    );
    let question = format!("{}. Run them? [y/N] ", capitalize(&what));
    let Some(answer) = session.screen.ask_user(&question)? else {
        let message = format!("{what}; read them, then let them run with `--trust`");
        return Err(CommandError::usage(message).into());
    };
    if !matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        session.screen.write_message("nothing was run");
        return Err(CommandError::Shown.into());
    }
    session.trust.allowed_folder = Some(folder.to_owned());
    if let Err(error) = session.trust.remember(&unknown) {
        let warning = format!("this answer cannot be kept, so it is asked for again: {error}");
        session.screen.write_warning(&warning);
    }
    Ok(())
}

/// `a.py, b.py and 3 more`, safe for a terminal.
fn list_names(programs: &[(&str, &str)]) -> String {
    let shown = programs.len().min(MOST_NAMES);
    let mut names: Vec<String> = programs[..shown]
        .iter()
        .map(|(path, _)| format!("`{}`", path.escape_debug()))
        .collect();
    if programs.len() > shown {
        names.push(format_count(programs.len() - shown, "more", "more"));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    join_words(&names, "and")
}
