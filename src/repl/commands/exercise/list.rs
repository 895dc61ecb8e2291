//! `exercises`.

use anyhow::Result;

use super::{find, folder};
use crate::{
    record::Value,
    repl::{
        commands::lessons::tell_skipped,
        session::{Session, SessionFlow},
        settings::Settings,
    },
    report::Table,
};

/// `exercises`.
pub fn list(session: &mut Session, settings: &Settings) -> Result<SessionFlow> {
    let headings = ["exercise", "lesson", "title", "minutes", "state"];
    let mut table = Table::new("Exercises", &headings);
    let folder = settings.folder();
    let solved = find::solved(session);
    for (lesson, exercise) in find::all(session.library) {
        let is_there = folder::last_written(&folder, |file| find::is_of(exercise, file)).is_some();
        let state = match () {
            () if solved.contains(&exercise.id) => "solved",
            () if is_there => "begun",
            () => "new",
        };
        table.row([
            Value::text(&exercise.id),
            Value::count(lesson.number as usize),
            Value::text(&exercise.title),
            exercise
                .minutes
                .map_or(Value::Nothing, |minutes| Value::count(minutes as usize)),
            Value::text(state),
        ]);
    }
    tell_skipped(session);
    match find::all(session.library).next() {
        Some((_, first)) => {
            table.note(format!(
                "`exercise {}` opens the first, `check` checks it.",
                first.id
            ));
            let folder = folder.display();
            table.note(format!(
                "Your files are in `{folder}`; `set folder DIR` names another."
            ));
        }
        None => table.note("No lesson has an exercise."),
    }
    session.screen.tables(&[table], settings.format)?;
    Ok(SessionFlow::Continue)
}
