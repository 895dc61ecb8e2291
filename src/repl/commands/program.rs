//! `program`: copies a program of a lesson into the learner's folder.

use std::{fs, path::Path, sync::Arc};

use anyhow::Result;

use super::exercise::folder::{self, StarterCopy};
use crate::{
    lesson::{Block, Library, ProgramFile},
    record::Value,
    repl::{
        language::{command_error::CommandError, exercise_args::ProgramArgs},
        session::Session,
        settings::Settings,
    },
    report::Table,
    text::{describe_unknown_of_many, quote_for_shell},
};

/// `program [NAME] [--force]`.
pub fn program_command(
    session: &mut Session,
    asked: &ProgramArgs,
    settings: &Settings,
) -> Result<()> {
    match &asked.program {
        Some(name) => copy_program(session, name, asked, settings),
        None => list_programs(session, settings),
    }
}

fn copy_program(
    session: &mut Session,
    name: &str,
    asked: &ProgramArgs,
    settings: &Settings,
) -> Result<()> {
    let library = Arc::clone(&session.library);
    let path = find_program(&library, name)?;
    let text = library.program_text(path).unwrap_or_default();
    let folder = asked.folder.clone();
    let folder = folder.unwrap_or_else(|| settings.exercise_folder());
    let copy = folder::copy_starter(&folder, file_name(path), text)?;
    let file = copy.file();
    let shown = file.display();
    if let StarterCopy::Edited(_) = copy {
        if !asked.force {
            let message = format!("`{shown}` is there, with your changes; `--force` replaces it");
            return Err(CommandError::usage(message).into());
        }
        fs::write(file, text)
            .map_err(|error| CommandError::failed(format!("cannot write `{shown}`: {error}")))?;
    }
    session.screen.write_line(&format!("Your file: {shown}"))?;
    let typed = quote_for_shell(&shown.to_string());
    let run = session.command_text(&format!("try {typed}"));
    session
        .screen
        .write_markdown(&format!("`{run}` runs and watches it."))?;
    Ok(())
}

fn list_programs(session: &mut Session, settings: &Settings) -> Result<()> {
    let mut table = Table::new(
        "Programs of the lessons",
        &["program", "lesson", "what it is"],
    );
    for (lesson, program) in programs(&session.library) {
        table.add_row([
            Value::text(program_name(&program.file)),
            Value::count(lesson as usize),
            Value::text(program.caption.as_deref().unwrap_or_default()),
        ]);
    }
    let folder = settings.exercise_folder();
    table.add_note(format!(
        "`{}` copies one into `{}`.",
        session.command_text("program NAME"),
        folder.display()
    ));
    session.screen.write_tables(&[table], settings.format)?;
    Ok(())
}

/// The names of all programs that lessons show.
pub fn program_names(library: &Library) -> Vec<String> {
    let names = programs(library).into_iter();
    names
        .map(|(_, program)| program_name(&program.file).to_owned())
        .collect()
}

/// Every program that a lesson shows, once, with the number of the first lesson that does.
fn programs(library: &Library) -> Vec<(u32, &ProgramFile)> {
    let mut found: Vec<(u32, &ProgramFile)> = Vec::new();
    for lesson in library.lessons() {
        for block in lesson.blocks() {
            if let Block::Program(program) = block
                && found.iter().all(|(_, known)| known.file != program.file)
            {
                found.push((lesson.number, program));
            }
        }
    }
    found
}

/// The path of the program with this name, file name or path.
fn find_program<'l>(library: &'l Library, name: &str) -> Result<&'l str, CommandError> {
    let asked = name.trim().to_lowercase();
    let is_it = |path: &str| {
        let names = [path, file_name(path), program_name(path)];
        names.iter().any(|name| name.to_lowercase() == asked)
    };
    let programs = programs(library);
    let mut found = programs.iter().map(|(_, program)| program.file.as_str());
    found.find(|path| is_it(path)).ok_or_else(|| {
        let names = program_names(library);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        CommandError::usage(describe_unknown_of_many("program", name, &names, "program"))
    })
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `four_numbers` of `python/four_numbers.py`.
fn program_name(path: &str) -> &str {
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
    stem.unwrap_or(path)
}
