//! `exercises`, `exercise` and `check`: programs to write, which are run and judged by their results.

mod check;
mod find;
pub(super) mod folder;
mod list;
mod open;
mod programs;
mod watch;

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    render,
    repl::{screen::Screen, session::Session},
    tutor::exercise::{ShownHints, choose_hint},
};

pub use check::check_command;
pub use find::all_exercises;
pub use list::list_exercises;
pub use open::open_exercise;
pub use programs::{choose_python, exercise_programs};

/// The current exercise of a learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentExercise {
    /// Its name.
    pub id: String,
    /// The learner's file.
    pub file: PathBuf,
    /// The hints that were shown.
    pub shown: ShownHints,
    /// The conditions that failed at the last check, or else those with results that were too noisy.
    pub failing: Vec<usize>,
}

impl CurrentExercise {
    /// An exercise at its beginning.
    pub fn new(id: &str, file: PathBuf) -> Self {
        Self {
            id: id.to_owned(),
            file,
            shown: ShownHints::default(),
            failing: Vec::new(),
        }
    }
}

/// `hint` for the current exercise: the next one, apart from the solution. `false` if there is no current exercise.
///
/// # Errors
/// The screen cannot be written to.
pub fn show_hint(session: &mut Session) -> Result<bool> {
    let Some((_, exercise)) = find::current_exercise(session, |_| true) else {
        return Ok(false);
    };
    let Some(at_hand) = session.exercise.as_mut() else {
        return Ok(false);
    };
    let hint = choose_hint(&exercise, &at_hand.failing, &mut at_hand.shown);
    let text = hint.map_or_else(
        || format!("There is no hint for `{}`.", exercise.id),
        |hint| format!("**Hint.** {hint}"),
    );
    session.screen.write_markdown(&text)?;
    session.screen.out.flush()?;
    Ok(true)
}

/// `solution` for the current exercise: a program that solves it. `false` if there is no current exercise.
///
/// # Errors
/// The screen cannot be written to.
pub fn show_solution(session: &mut Session) -> Result<bool> {
    let Some((_, exercise)) = find::current_exercise(session, |_| true) else {
        return Ok(false);
    };
    let text = session
        .library
        .program_text(&exercise.solution)
        .unwrap_or_default();
    let Screen { out, style, .. } = &mut session.screen;
    render::write_markdown("One of many programs that do it:", style, &mut **out)?;
    render::write_code(text.trim_end(), "python", style, &mut **out)?;
    if let Some(explain) = &exercise.explain {
        render::write_markdown(explain, style, &mut **out)?;
    }
    out.flush()?;
    Ok(true)
}
