//! The formats of a report: one file each.

mod csv;
mod json;
mod markdown;
mod plain;
mod text;
mod view;

use std::{fmt, io, str::FromStr};

pub use self::view::{ReportEnd, write_part, write_report_end, write_summary};
use super::Style;
use crate::report::{LessonReport, Report, Table, advice_table, claims_table};

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

    /// The name, as it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Plain => "plain",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Md => "md",
        }
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

/// Writes a report.
///
/// # Errors
/// The errors of writing to `to`; a closed pipe is `BrokenPipe`.
pub fn write_report(
    report: &Report,
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write_report(report, *style, to),
        Format::Plain => plain::write_report(report, *style, to),
        Format::Json => json::write_report(report, to),
        Format::Csv => {
            let advice = (!report.advice.is_empty()).then(|| advice_table(&report.advice));
            let claims = (!report.claims.is_empty()).then(|| claims_table(&report.claims));
            let tables = report.tables.iter().cloned().chain(advice).chain(claims);
            csv::write_tables(&tables.collect::<Vec<Table>>(), to)
        }
        Format::Md => markdown::write_report(report, to),
    }?;
    to.flush()
}

/// Writes tables that belong to no run: lists, settings, what a machine offers.
///
/// # Errors
/// As for [`write_report`].
pub fn write_tables(
    tables: &[Table],
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write_tables(tables, *style, to),
        Format::Plain => plain::write_tables(tables, *style, to),
        Format::Json => json::write_tables(tables, to),
        Format::Csv => csv::write_tables(tables, to),
        Format::Md => markdown::write_tables(tables, to),
    }?;
    to.flush()
}

/// Writes a played lesson as one JSON object.
///
/// # Errors
/// As for [`write_report`].
pub fn write_played_lesson(lesson: &LessonReport, to: &mut dyn io::Write) -> io::Result<()> {
    json::write_object(lesson, to)?;
    to.flush()
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
