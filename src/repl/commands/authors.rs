//! For authors of lessons: `new lesson DIR`, `directives`, and lessons that are played again at every save.

use std::path::Path;

use anyhow::Result;

use crate::{
    lesson::{self, Directive, KeySpec, Library, Presence},
    record::Value,
    repl::{
        language::command_error::CommandError,
        saves::{SaveWatcher, repeat_at_saves, require_folder, saved_message},
        session::Session,
        settings::Settings,
    },
    report::Table,
    text::quote_for_shell,
};

/// `new lesson DIR`.
pub fn new_lesson(session: &mut Session, folder: &Path) -> Result<()> {
    let made =
        lesson::new_lesson(folder).map_err(|error| CommandError::failed(error.to_string()))?;
    for file in &made.files {
        session
            .screen
            .write_line(&format!("made {}", file.display()))?;
    }
    let folder = quote_for_shell(&folder.display().to_string());
    let number = made.number;
    session.screen.write_line(&format!(
        "\nNext: forklore lesson {number} --watch --lessons {folder}\n      forklore lint {folder}"
    ))?;
    Ok(())
}

/// `directives`.
pub fn show_directives(session: &mut Session, settings: &Settings) -> Result<()> {
    let tables: Vec<Table> = lesson::all_directives().map(directive_table).collect();
    session.screen.write_tables(&tables, settings.format)?;
    Ok(())
}

fn directive_table(directive: &Directive) -> Table {
    let title = match directive.name {
        "" => "The front matter",
        name => name,
    };
    let headings = ["key", "what it is", "value", "without it", "example"];
    let mut table = Table::new(title, &headings);
    for key in directive.table.keys() {
        table.add_row(key_row("", key));
    }
    for (path, inner) in directive.table.keys().filter_map(KeySpec::inner_table) {
        for key in inner.keys() {
            table.add_row(key_row(&path, key));
        }
    }
    table.add_note(format!("It is {}.", directive.about));
    table
}

fn key_row(path: &str, key: &KeySpec) -> [Value; 5] {
    let name = match path {
        "" => key.name.to_owned(),
        path => format!("{path} {}", key.name),
    };
    let about = match key.kinds {
        [] => key.about.to_owned(),
        kinds => format!("({}) {}", kinds.join(", "), key.about),
    };
    let without = match key.presence {
        Presence::Required => "an error".to_owned(),
        Presence::Optional => "-".to_owned(),
        Presence::Default(value) => value.to_owned(),
    };
    [
        Value::text(name),
        Value::text(about),
        Value::text(key.value_type.to_string()),
        Value::text(without),
        Value::text(key.example),
    ]
}

/// Acts on the lessons of a folder, now and after each save, until Ctrl-C.
///
/// # Errors
/// There is no folder, or it cannot be watched; otherwise [`CommandError::Interrupted`].
pub fn repeat_for_author(
    session: &mut Session,
    folder: Option<&Path>,
    mut act: impl FnMut(&mut Session) -> Result<()>,
) -> Result<()> {
    let folder = require_folder(folder)?;
    let saves = SaveWatcher::new(folder, &mut session.screen)?;
    let instructions = format!(
        "Watching {}: save a file to go again; Ctrl-C ends this.",
        folder.display()
    );
    repeat_at_saves(session, &saves, &instructions, |session, saved| {
        if !saved.is_empty() {
            let message = format!("{}.", saved_message(saved));
            session.screen.write_message(&message);
        }
        act(session)
    })?;
    Err(CommandError::Interrupted.into())
}

/// The lessons of a folder in their present form.
///
/// # Errors
/// The folder cannot be used.
pub fn reload_library(folder: Option<&Path>) -> Result<Library, CommandError> {
    Library::load_folder(require_folder(folder)?)
        .map_err(|error| CommandError::failed(error.to_string()))
}
