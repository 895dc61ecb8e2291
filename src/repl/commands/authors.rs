//! For authors of lessons: `new lesson DIR`, `directives`, and lessons that are played again at every save.

use std::path::Path;

use anyhow::Result;

use crate::{
    lesson::{self, DirectiveSpec, KeySpec, Library, Presence},
    record::Value,
    repl::{
        idle_wait::WaitEnd,
        language::command_error::CommandError,
        reload::{require_folder, saved_message, start_watcher},
        session::{Session, SessionFlow},
        settings::Settings,
    },
    report::Table,
    text::quote_for_shell,
};

/// `new lesson DIR`.
pub fn new_lesson(session: &mut Session, folder: &Path) -> Result<SessionFlow> {
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
    Ok(SessionFlow::Continue)
}

/// `directives`.
pub fn show_directives(session: &mut Session, settings: &Settings) -> Result<SessionFlow> {
    let tables: Vec<Table> = lesson::directive_specs().map(directive_table).collect();
    session.screen.write_tables(&tables, settings.format)?;
    Ok(SessionFlow::Continue)
}

fn directive_table(directive: &DirectiveSpec) -> Table {
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

/// Processes the lessons of a folder now, and again after each save, until Ctrl-C.
///
/// # Errors
/// There is no such folder, or it cannot be watched. Errors in between are shown, and end nothing.
pub fn repeat_at_saves(
    session: &mut Session,
    folder: Option<&Path>,
    mut act: impl FnMut(&mut Session) -> Result<SessionFlow>,
) -> Result<SessionFlow> {
    let folder = require_folder(folder)?.to_owned();
    let watcher = start_watcher(&folder, &mut session.screen)?;
    let _series = session.begin_sequence();
    loop {
        let done = act(session);
        if let Err(error) = done {
            match error.downcast_ref::<CommandError>() {
                Some(CommandError::Interrupted) => return Err(error),
                Some(failure) if failure.is_shown() => {}
                _ => session.screen.write_error(&error),
            }
        }
        session.screen.write_gap()?;
        session.screen.write_message(&format!(
            "Watching {}: save a file to go again; Ctrl-C ends this.",
            folder.display()
        ));
        let mut saved = Vec::new();
        while saved.is_empty() {
            let waiting = std::cell::RefCell::new(&mut saved);
            let waited = session.wait_until(&|| {
                let changed = watcher.take_changed();
                waiting.borrow_mut().extend(changed);
                !waiting.borrow().is_empty()
            });
            if waited == WaitEnd::Interrupted {
                return Err(CommandError::Interrupted.into());
            }
        }
        session
            .screen
            .write_message(&format!("{}.", saved_message(&saved)));
    }
}

/// The lessons of a folder in their present form.
///
/// # Errors
/// The folder cannot be used.
pub fn reload_library(folder: Option<&Path>) -> Result<Library, CommandError> {
    Library::load_folder(require_folder(folder)?)
        .map_err(|error| CommandError::failed(error.to_string()))
}
