//! Directives: fenced blocks whose info string is `forklore NAME`, with TOML inside.

mod answer;
mod claim;
mod conditions;
mod demo;
pub(super) mod exercise;
pub(super) mod hint;
mod ids;
pub(super) mod predict;
mod quiz;

use toml::Spanned;

use super::{
    advice,
    fence::Fence,
    fields::Fields,
    files,
    model::{Block, DemoBlock, InstructorNote, ProgramFile, StaticTable},
    nearest::suggestion,
    parse::LessonReader,
    spec::{self, TableSpec},
};

/// Every directive, in alphabetical order.
const NAMES: [&str; 9] = [
    "claim", "demo", "exercise", "hint", "note", "predict", "program", "quiz", "table",
];

/// Reads a directive; `None` where too little of it can be understood.
pub(super) fn read(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<Block> {
    let words: Vec<&str> = fence.info.split_whitespace().skip(1).collect();
    let [name] = words[..] else {
        let message = match words.len() {
            0 => "this directive has no name",
            _ => "a directive's first line ends with its name",
        };
        let help = format!("write ```forklore NAME, with one of: {}", NAMES.join(", "));
        reader
            .diagnostics
            .error(fence.head.clone(), message)
            .help(help);
        return None;
    };
    match name {
        "claim" => claim::read(reader, fence).map(|claim| Block::Claim(Box::new(claim))),
        "demo" => demo(reader, fence).map(Block::Demo),
        "exercise" => {
            let exercise = exercise::read(reader, fence);
            asked(reader, exercise).map(|exercise| Block::Exercise(Box::new(exercise)))
        }
        "hint" => {
            hint::read(reader, fence);
            None
        }
        "note" => note(reader, fence).map(Block::Note),
        "program" => program(reader, fence).map(Block::Program),
        "predict" => {
            let predict = predict::read(reader, fence);
            asked(reader, predict).map(Block::Predict)
        }
        "quiz" => {
            let quiz = quiz::read(reader, fence);
            asked(reader, quiz).map(Block::Quiz)
        }
        "table" => table(reader, fence).map(Block::Table),
        unknown => {
            let message = format!("no directive is called `{unknown}`");
            let diagnostic = reader.diagnostics.error(fence.head.clone(), message);
            if let Some(help) = suggestion(unknown, &NAMES) {
                diagnostic.help(help);
            }
            None
        }
    }
}

/// A demo, which decides the predictions above it.
fn demo(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<DemoBlock> {
    let demo = demo::read(reader, fence);
    match &demo {
        Some(demo) => predict::decide(reader, demo),
        // What it lacks was reported; that nothing decides the predictions only follows from it.
        None => reader.awaiting.clear(),
    }
    demo
}

/// Notes where a question goes, for the hints below it.
fn asked<T>(reader: &mut LessonReader<'_, '_>, question: Option<T>) -> Option<T> {
    match question {
        Some(_) => reader.asked = Some(reader.next_place()),
        None => reader.unread = true,
    }
    question
}

/// The keys of a directive.
fn fields<'f, 's>(
    reader: &'f mut LessonReader<'s, '_>,
    keys: &'static TableSpec,
    fence: &Fence,
) -> Fields<'f, 's> {
    Fields::parse(
        &mut reader.diagnostics,
        keys,
        fence.head.clone(),
        fence.body.clone(),
    )
}

fn note(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<InstructorNote> {
    let mut fields = fields(reader, &spec::NOTE, fence);
    let minutes = fields.optional("minutes");
    let text = fields.text("text");
    fields.finish();
    Some(InstructorNote {
        minutes,
        text: text?.into_inner(),
    })
}

fn program(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<ProgramFile> {
    let mut fields = fields(reader, &spec::PROGRAM, fence);
    let file = fields.text("file");
    let caption = fields.optional("caption");
    let run = fields.placed::<bool>("run");
    let beside = fields.placed::<String>("beside");
    if let Some(beside) = &beside {
        advice::long_lines(fields.diagnostics(), beside.span());
    }
    let file = file.filter(|file| files::check_inside(fields.diagnostics(), file));
    if let (Some(run), Some(file)) = (&run, &file)
        && *run.get_ref()
        && !files::is_python(file.get_ref())
    {
        fields
            .diagnostics()
            .error(run.span(), "only a Python program can be run")
            .help("name a file that ends in `.py`, or leave `run` out");
    }
    fields.finish();
    let file = file?;
    reader.shown.push(file.clone());
    Some(ProgramFile {
        file: file.into_inner(),
        caption,
        beside: beside.map(|code| code.get_ref().trim_end().to_owned()),
        run: run.is_some_and(Spanned::into_inner),
    })
}

fn table(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<StaticTable> {
    type Cells = Vec<Spanned<String>>;

    let mut fields = fields(reader, &spec::TABLE, fence);
    let caption = fields.text("caption");
    let columns = fields.required::<Cells>("columns");
    let rows = fields.required::<Vec<Spanned<Cells>>>("rows");
    let (columns, rows) = (columns?, rows?);
    let of = columns.get_ref().len();
    let mut cells: Vec<&Spanned<String>> = columns.get_ref().iter().collect();
    if of == 0 {
        fields
            .diagnostics()
            .error(columns.span(), "a table has columns");
    }
    for row in rows.get_ref() {
        let cells_here = row.get_ref().len();
        if cells_here != of {
            let message = format!("this row's length is {cells_here}, the table has {of} columns");
            fields.diagnostics().error(row.span(), message);
        }
        cells.extend(row.get_ref());
    }
    for cell in cells {
        if cell.get_ref().contains(['`', '\n']) || cell.get_ref().contains("**") {
            fields.diagnostics().warning(
                cell.span(),
                "cells are plain text on one line, not Markdown",
            );
        }
    }
    fields.finish();
    let texts = |cells: &Cells| cells.iter().map(|cell| cell.get_ref().clone()).collect();
    let mut rows: Vec<Vec<String>> = rows
        .get_ref()
        .iter()
        .map(|row| texts(row.get_ref()))
        .collect();
    for row in &mut rows {
        row.resize(of, String::new());
    }
    Some(StaticTable {
        caption: caption?.into_inner(),
        columns: texts(columns.get_ref()),
        rows,
    })
}
