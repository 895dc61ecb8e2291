//! For authors of lessons: `new lesson DIR`, `directives`, and lessons that are played again at every save.

use std::path::Path;

use anyhow::Result;

use crate::{
    catalog::{
        DemoSpec, ObservationSpec, Unit, ValueKind, find_demo, list_observations, observed_names,
    },
    claim::backend_functions,
    lesson::{self, Directive, KeySpec, Library, Presence},
    record::Value,
    repl::{
        language::command_error::CommandError,
        saves::{SaveWatcher, repeat_at_saves, require_folder, saved_message},
        session::Session,
        settings::Settings,
    },
    report::Table,
    text::{describe_unknown, quote_for_shell},
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

/// `directives --measures DEMO`: what a condition may ask of it.
pub fn show_measures(session: &mut Session, name: &str, settings: &Settings) -> Result<()> {
    let names = observed_names();
    if !names.contains(&name) {
        return Err(CommandError::usage(describe_unknown("demo", name, &names)).into());
    }
    let demo = find_demo(name);
    let Some(figures) = list_observations(name) else {
        let message =
            format!("`{name}` has the figures of the demos that it runs; name one of those");
        return Err(CommandError::usage(message).into());
    };
    let mut measures = figure_table(name, &figures);
    if let Some(note) = demo.and_then(note_backends) {
        measures.add_note(note);
    }
    let labels = demo.and_then(label_table);
    let tables: Vec<Table> = [Some(measures), labels].into_iter().flatten().collect();
    session.screen.write_tables(&tables, settings.format)?;
    Ok(())
}

fn figure_table(name: &str, figures: &[ObservationSpec]) -> Table {
    let mut table = Table::new(
        format!("What `{name}` measures"),
        &["figure", "value", "in a condition"],
    );
    for figure in figures {
        let (value, example) = describe_figure(figure);
        table.add_row([figure.name.to_owned(), value.to_owned(), example].map(Value::text));
    }
    table
}

/// What a figure's value is, and a condition that asks for it.
fn describe_figure(figure: &ObservationSpec) -> (&'static str, String) {
    let name = figure.name;
    let median = |least: &str| format!("median('{name}') > {least}");
    match figure.kind {
        ValueKind::Flag => ("yes or no", format!("flag('{name}')")),
        ValueKind::Text => ("text", format!("text('{name}') == '…'")),
        ValueKind::Mixed => ("a number or text", format!("count('{name}') > 0")),
        ValueKind::Number(Unit::Plain) => ("a number", median("1.5")),
        ValueKind::Number(Unit::Count) => ("a count", median("0")),
        ValueKind::Number(Unit::Share) => ("a share", median("50 %")),
        ValueKind::Number(Unit::Seconds) => ("seconds", median("1 ms")),
        ValueKind::Number(Unit::Bytes) => ("bytes", median("1 MiB")),
        ValueKind::Number(Unit::Rate) => ("a number per second", median("1000 /s")),
    }
}

/// The labels that distinguish the values of a figure.
fn label_table(demo: &DemoSpec) -> Option<Table> {
    let (first, values) = demo.labels.first()?;
    let mut table = Table::new("Labels of these figures", &["label", "values"]);
    for (label, values) in demo.labels {
        let values = match values {
            [] => "numbers or names of the run".to_owned(),
            values => values.join(" · "),
        };
        table.add_row([(*label).to_owned(), values].map(Value::text));
    }
    let value = values.first().unwrap_or(&"1");
    table.add_note(format!(
        "A label stands after the figure, where the figure has it: `…, {first}='{value}')`."
    ));
    Some(table)
}

/// What can be asked of the backends that a demo compares.
fn note_backends(demo: &DemoSpec) -> Option<String> {
    let first = demo.backends.first()?;
    Some(format!(
        "Of each backend ({}), a condition may also ask {}: `speedup('{first}') > 1.5`.",
        demo.backend_names().join(", "),
        backend_functions().join(", "),
    ))
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
