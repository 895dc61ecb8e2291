//! The formats of a report: one file each.

mod csv;
mod json;
mod markdown;
mod plain;
mod text;
mod view;

use std::{fmt, io, str::FromStr};

pub use self::text::rerun_command;
pub use self::view::{ReportEnd, write_part, write_report_end, write_summary};
use super::Style;
use crate::report::{Document, Report, Table};

/// What is known of a format: each file has one.
struct FormatSpec {
    /// The name, as it is typed.
    name: &'static str,
    reader: FormatReader,
    /// Whether a result is one object, so that a played lesson is one too.
    is_object: bool,
    write: fn(&Document<'_>, Style, &mut dyn io::Write) -> io::Result<()>,
}

/// Who reads a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatReader {
    /// A person at a terminal: prose is laid out for it, and output is shown while a demo runs.
    Screen,
    /// A page that shows Markdown.
    Page,
    /// Another program: prose is left out.
    Program,
}

/// `--format`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables for a terminal.
    #[default]
    Text,
    /// `label: value` lines, one a figure: for screen readers and `grep`.
    Plain,
    /// One object, schema `forklore.report/1`.
    Json,
    /// One rectangle, which begins with the table's title.
    Csv,
    /// Tables as GitHub shows them.
    Md,
}

impl Format {
    /// Every format, in the order of the help.
    pub const ALL: [Self; 5] = [Self::Text, Self::Plain, Self::Json, Self::Csv, Self::Md];

    fn spec(self) -> &'static FormatSpec {
        match self {
            Self::Text => &text::FORMAT,
            Self::Plain => &plain::FORMAT,
            Self::Json => &json::FORMAT,
            Self::Csv => &csv::FORMAT,
            Self::Md => &markdown::FORMAT,
        }
    }

    /// The name, as it is typed.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// Who reads it.
    pub fn reader(self) -> FormatReader {
        self.spec().reader
    }

    /// Whether a result is one object, so that a played lesson is one too.
    pub fn is_object(self) -> bool {
        self.spec().is_object
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            format!("no format is called `{name}`: there are {known}")
        })
    }
}

/// Writes the result of a command.
///
/// # Errors
/// The errors of writing to `to`; a closed pipe is `BrokenPipe`.
pub fn write_document(
    document: &Document<'_>,
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    (format.spec().write)(document, *style, to)?;
    to.flush()
}

/// Writes a report.
///
/// # Errors
/// As for [`write_document`].
pub fn write_report(
    report: &Report,
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    write_document(&report.into(), format, style, to)
}

/// Writes tables that belong to no run.
///
/// # Errors
/// As for [`write_document`].
pub fn write_tables(
    tables: &[Table],
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    write_document(&Document::from_tables(tables), format, style, to)
}

/// Writes tables with an empty line between them.
fn write_separated(
    tables: &[Table],
    to: &mut dyn io::Write,
    write: impl Fn(&Table, &mut dyn io::Write) -> io::Result<()>,
) -> io::Result<()> {
    for (at, table) in tables.iter().enumerate() {
        if at > 0 {
            writeln!(to)?;
        }
        write(table, to)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
