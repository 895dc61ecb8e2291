//! `pythons`: the interpreters that were found, their features, and which of them demos use.

use anyhow::Result;

use crate::{
    python::{FoundPython, HOW_TO_GET_ONE, Pythons},
    record::{Interpreter, Value},
    repl::{python_choice, session::Session, settings::Settings},
    report::Table,
};

/// The heading of the usable ones.
pub const TITLE: &str = "Pythons";

/// `pythons`.
pub fn list_pythons(session: &mut Session, settings: &Settings) -> Result<()> {
    let words = &settings.defaults.python;
    let pythons = python_choice::find_all_pythons(&mut *session.runner, words)?;
    let tables = python_tables(&pythons, words);
    session.screen.write_tables(&tables, settings.format)?;
    Ok(())
}

/// The Pythons that can run demos; if there are any, also those that cannot.
pub fn python_tables(pythons: &Pythons, words: &[String]) -> Vec<Table> {
    // Choosing also queries the Pythons that were only named now.
    let choice = pythons.choose(words, None);
    let all = pythons.list_all();
    let is_used =
        |found: &FoundPython| choice.chosen.iter().any(|chosen| found.is_at(&chosen.path));
    let mut usable = Table::new(TITLE, &HEADINGS);
    let mut unusable = Table::new("Not used", &["path", "why", "found by"]);
    for found in &all {
        match &found.answer {
            Ok(interpreter) => usable.add_row(python_row(found, interpreter, is_used(found))),
            Err(why) => unusable.add_row([
                Value::text(found.path.display().to_string()),
                Value::text(why),
                Value::text(found.found_by()),
            ]),
        }
    }
    for missing in &choice.missing {
        usable.add_note(missing);
    }
    if usable.rows.is_empty() && choice.missing.is_empty() {
        usable.add_note(format!("No Python can be used; {HOW_TO_GET_ONE}."));
    }
    if !usable.rows.is_empty() {
        usable.add_note(
            "`--python NAME` picks others for one run, `set python NAME` for all; `all` and `none` are names too.",
        );
    }
    if unusable.rows.is_empty() {
        return vec![usable];
    }
    vec![usable, unusable]
}

const HEADINGS: [&str; 9] = [
    "name",
    "version",
    "GIL",
    "start method",
    "subinterpreters",
    "usable CPUs",
    "used by demos",
    "found by",
    "path",
];

fn python_row(found: &FoundPython, interpreter: &Interpreter, is_used: bool) -> [Value; 9] {
    let cpus = interpreter
        .usable_cpus
        .map(|cpus| Value::Count(cpus.into()));
    [
        Value::text(&interpreter.name),
        Value::text(format!(
            "{} {}",
            interpreter.implementation, interpreter.version
        )),
        Value::text(describe_gil(interpreter)),
        Value::text(&interpreter.default_start_method),
        Value::Flag(interpreter.subinterpreters),
        cpus.unwrap_or_else(|| Value::missing("it does not tell")),
        Value::Flag(is_used),
        Value::text(found.found_by()),
        Value::text(found.path.display().to_string()),
    ]
}

fn describe_gil(interpreter: &Interpreter) -> &'static str {
    match (interpreter.gil, interpreter.free_threaded) {
        (true, false) => "yes",
        (true, true) => "on, though free-threaded",
        (false, _) => "no",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mp, python::SearchEnvironment};

    #[test]
    fn where_there_is_none_it_says_how_to_get_one() {
        let mp = mp::Context::with_launcher(
            mp::StartMethod::Spawn,
            mp::Launcher::new("/nowhere/forklore"),
        );
        let pythons = Pythons::from_environment(mp, SearchEnvironment::default());
        let tables = python_tables(&pythons, &[]);
        assert_eq!((tables.len(), tables[0].rows.len()), (1, 0));
        assert!(tables[0].notes[0].contains("install Python 3.8 or newer"));
    }
}
