//! `exercises`.

use anyhow::Result;

use super::{find, folder};
use crate::{
    record::Value,
    repl::{commands::lessons::show_skipped, session::Session, settings::Settings},
    report::Table,
};

/// `exercises`.
pub fn list_exercises(session: &mut Session, settings: &Settings) -> Result<()> {
    let headings = ["exercise", "lesson", "title", "minutes", "state"];
    let mut table = Table::new("Exercises", &headings);
    let folder = settings.exercise_folder();
    let solved = find::solved_exercises(session);
    for (lesson, exercise) in find::all_exercises(&session.library) {
        let is_there = folder::last_written(&folder, |file| find::is_of(&exercise, file)).is_some();
        let state = match () {
            () if solved.contains(&exercise.id) => "solved",
            () if is_there => "begun",
            () => "new",
        };
        table.add_row([
            Value::text(&exercise.id),
            Value::count(lesson.number as usize),
            Value::text(&exercise.title),
            exercise
                .minutes
                .map_or(Value::Nothing, |minutes| Value::count(minutes as usize)),
            Value::text(state),
        ]);
    }
    show_skipped(session);
    match find::all_exercises(&session.library).next() {
        Some((_, first)) => {
            table.add_note(format!(
                "`exercise {}` opens the first, `check` checks it.",
                first.id
            ));
            let folder = folder.display();
            table.add_note(format!(
                "Your files are in `{folder}`; `set folder DIR` names another."
            ));
        }
        None => table.add_note("No lesson has an exercise."),
    }
    session.screen.write_tables(&[table], settings.format)?;
    Ok(())
}
