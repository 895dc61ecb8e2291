//! Directives: fenced blocks whose info string is `forklore NAME`, with TOML inside.

mod answer;
mod claim;
mod conditions;
mod demo;
mod exercise;
mod hint;
mod ids;
mod predict;
mod quiz;

pub(super) use hint::PendingHint;
pub(super) use predict::PendingPrediction;

use toml::Spanned;

use super::{
    advice,
    fence::Fence,
    fields::Fields,
    files, front,
    model::{Block, DemoBlock, InstructorNote, ProgramFile, StaticTable},
    nearest::suggestion,
    parse::LessonReader,
    spec,
    toml_keys::{TableReader, TableSpec, TomlKeys},
};

/// Every directive, in alphabetical order.
static DIRECTIVES: [&Directive; 9] = [
    &claim::DIRECTIVE,
    &demo::DIRECTIVE,
    &exercise::DIRECTIVE,
    &hint::DIRECTIVE,
    &NOTE,
    &predict::DIRECTIVE,
    &PROGRAM,
    &quiz::DIRECTIVE,
    &TABLE,
];

/// A directive as the guide shows it: what it is for, and its keys.
#[derive(Debug)]
pub struct DirectiveSpec {
    /// Its name, as it stands after `forklore`; empty for the front matter.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its keys.
    pub table: &'static TableSpec,
}

/// A directive: what authors are told about it, and how it is read.
pub(super) struct Directive {
    spec: DirectiveSpec,
    /// Reads it; `None` where too little of it can be understood, or nothing is shown in its place.
    read: fn(&mut LessonReader<'_, '_>, &Fence) -> Option<Block>,
}

/// What authors may write: the front matter, and every directive.
pub fn directive_specs() -> impl Iterator<Item = &'static DirectiveSpec> {
    let directives = DIRECTIVES.iter().map(|directive| &directive.spec);
    std::iter::once(&front::FRONT_MATTER).chain(directives)
}

/// Reads the directive of a fence.
pub(super) fn read_directive(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<Block> {
    let words: Vec<&str> = fence.info.split_whitespace().skip(1).collect();
    let names = DIRECTIVES.map(|directive| directive.spec.name);
    let [name] = words[..] else {
        let message = match words.len() {
            0 => "this directive has no name",
            _ => "a directive's first line ends with its name",
        };
        let help = format!("write ```forklore NAME, with one of: {}", names.join(", "));
        reader
            .diagnostics
            .error(fence.head.clone(), message)
            .help(help);
        return None;
    };
    let mut directives = DIRECTIVES.iter();
    if let Some(directive) = directives.find(|directive| directive.spec.name == name) {
        return (directive.read)(reader, fence);
    }
    let message = format!("no directive is called `{name}`");
    let diagnostic = reader.diagnostics.error(fence.head.clone(), message);
    if let Some(help) = suggestion(name, &names) {
        diagnostic.help(help);
    }
    None
}

/// Checks what only the whole lesson shows.
pub(super) fn finish_directives(reader: &mut LessonReader<'_, '_>) {
    predict::report_undecided(reader);
    hint::attach_hints(reader);
    exercise::check_fallbacks(reader);
}

/// Parses a directive's TOML.
fn open_table<'d, 's, K: TomlKeys>(
    reader: &'d mut LessonReader<'s, '_>,
    fence: &Fence,
) -> TableReader<'d, 's> {
    let (head, body) = (fence.head.clone(), fence.body.clone());
    TableReader::parse(&mut reader.diagnostics, K::TABLE, head, body)
}

/// Reads a directive's keys.
fn read_keys<K: TomlKeys>(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> K {
    K::read(open_table::<K>(reader, fence))
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

static NOTE: Directive = Directive {
    spec: DirectiveSpec {
        name: "note",
        about: "a word to instructors, hidden from students",
        table: &spec::NOTE,
    },
    read: |reader, fence| note(reader, fence).map(Block::Note),
};

static PROGRAM: Directive = Directive {
    spec: DirectiveSpec {
        name: "program",
        about: "a program file of the lessons' folder",
        table: &spec::PROGRAM,
    },
    read: |reader, fence| program(reader, fence).map(Block::Program),
};

static TABLE: Directive = Directive {
    spec: DirectiveSpec {
        name: "table",
        about: "a table that is always the same",
        table: &spec::TABLE,
    },
    read: |reader, fence| table(reader, fence).map(Block::Table),
};

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
