//! `program`: a program file of the lessons' folder.

use toml::Spanned;

use super::{Block, Directive, predict, read_keys};
use crate::lesson::{
    fence::CodeFence,
    files,
    parse::LessonReader,
    style_warnings,
    toml_keys::{TextValue, TomlKeys, toml_keys},
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "program",
    about: "a program file of the lessons' folder",
    table: ProgramKeys::TABLE,
    read: |reader, fence| read_program(reader, fence).map(Block::Program),
};

toml_keys! {
    "`program`": struct ProgramKeys {
        /// a file of the lessons' folder, shown with its highlighting
        file: Spanned<TextValue> = Required, "\"python/hello.py\"";
        /// a sentence to show before it
        caption: String = Optional, "\"the smallest program with a child\"";
        /// whether it is run, and what it prints is shown (`.py` only)
        run: Spanned<bool> = Default("false"), "true";
        /// the same in Rust, to show next
        beside: Spanned<String> = Optional, "\"fn main() {}\"";
    }
}

/// A program file of the lessons' folder, shown with its highlighting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramFile {
    /// Its path inside the folder: `python/hello_process.py`.
    pub file: String,
    /// A sentence to show before it.
    pub caption: Option<String>,
    /// The same in Rust, to show next.
    pub beside: Option<String>,
    /// Whether it is run and its output shown.
    pub run: bool,
}

fn read_program(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<ProgramFile> {
    let keys = read_keys::<ProgramKeys>(reader, fence);
    let diagnostics = &mut reader.diagnostics;
    if let Some(beside) = &keys.beside {
        style_warnings::check_line_lengths(diagnostics, beside.span());
    }
    let file = keys
        .file
        .filter(|file| files::check_inside(diagnostics, file))?;
    let run = keys.run.filter(|run| *run.get_ref());
    if let Some(run) = &run
        && !files::is_python(file.get_ref())
    {
        diagnostics
            .error(run.span(), "only a Python program can be run")
            .help("name a file that ends in `.py`, or leave `run` out");
    }
    reader.shown.push(file.clone());
    if run.is_some() {
        predict::decide_by_program(reader);
    }
    Some(ProgramFile {
        file: file.into_inner(),
        caption: keys.caption,
        beside: keys.beside.map(|code| code.get_ref().trim_end().to_owned()),
        run: run.is_some(),
    })
}
