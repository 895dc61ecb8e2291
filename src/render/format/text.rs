//! A report on a terminal: the tables, notes, how to repeat it, and the machine it ran on.

use std::io;

use super::{FormatContent, FormatReader, FormatSpec};
use crate::{
    catalog::run_command,
    record::RunStatus,
    render::{
        Style, TextRole, advice, claims,
        formatted_table::{self, FormattedTable},
        layout, markdown, prose,
        text::{make_visible, one_line},
    },
    report::{Document, Report, Table},
};

pub(super) static FORMAT: FormatSpec = FormatSpec {
    name: "text",
    reader: FormatReader::Screen,
    is_object: false,
    content: FormatContent::Tables,
    write: write_document,
};

fn write_document(document: &Document<'_>, style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    if let Some(listing) = &document.listing {
        return to.write_all(make_visible(listing, style).as_bytes());
    }
    if let Some(run) = document.run {
        write_warnings(run, style, to)?;
    }
    write_tables(&document.tables, style, to)?;
    if !document.notes.is_empty() {
        writeln!(to)?;
    }
    for note in document.notes {
        prose::write_list_item(note, TextRole::Plain, style, to)?;
    }
    if !document.advice.is_empty() {
        writeln!(to)?;
        advice::write_text(document.advice, style, to)?;
    }
    if let Some(claims) = document.claims {
        if document.run.is_some() {
            writeln!(to)?;
        }
        claims::write_text(claims, style, to)?;
    }
    let run = document
        .run
        .map(|run| [describe_rerun(run), run.ran_on.clone()]);
    let footer: Vec<&String> = document.footer.iter().chain(run.iter().flatten()).collect();
    if !footer.is_empty() {
        writeln!(to)?;
    }
    for line in footer {
        prose::write_prose(line, TextRole::Dim, style, to)?;
    }
    markdown::write_markdown(&document.prose, &style, to)
}

/// That it did not run to its end, and that other programs disturbed it.
fn write_warnings(run: &Report, style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    if let RunStatus::Partial(why) = &run.outcome {
        let text = format!("Partial: {why}. This is what was measured until then.");
        prose::write_prose(&text, TextRole::Warning, style, to)?;
        writeln!(to)?;
    }
    for line in run.lines_above() {
        prose::write_prose(line, TextRole::Warning, style, to)?;
        writeln!(to)?;
    }
    Ok(())
}

/// Tables, separated by an empty line.
fn write_tables(tables: &[Table], style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    super::write_separated(tables, to, |table, to| write_table(table, style, to))
}

/// One table with its title and notes.
fn write_table(table: &Table, style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    let lay_out = |style| layout::lay_out_table(&FormattedTable::from_table(table, style), style);
    let (mut title, mut below) = (Vec::new(), Vec::new());
    if !table.title.is_empty() {
        prose::write_prose(&table.title, TextRole::Strong, style, &mut title)?;
    }
    write_below(table, lay_out(style).cards, style, &mut below)?;
    to.write_all(&title)?;
    for line in &lay_out(style.leave_lines(&[&title, &below])).lines {
        writeln!(to, "{line}")?;
    }
    to.write_all(&below)
}

/// What stands below a table: its legends and notes, and why figures are missing.
fn write_below(
    table: &Table,
    is_list: bool,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    // A table without columns is a single line.
    if table.rows.is_empty() && !table.columns.is_empty() {
        prose::write_prose("(nothing was measured)", TextRole::Dim, style, to)?;
    }
    let reasons = formatted_table::missing_reasons(table);
    if is_list && !(table.notes.is_empty() && reasons.is_empty()) {
        writeln!(to)?;
    }
    let legends = table.columns.iter().filter_map(|column| column.picture);
    for legend in legends.filter(|_| !style.accessible) {
        prose::write_prose(legend, TextRole::Plain, style, to)?;
    }
    for note in &table.notes {
        prose::write_prose(note, TextRole::Plain, style, to)?;
    }
    for reason in &reasons {
        prose::write_prose(reason, TextRole::Dim, style, to)?;
    }
    Ok(())
}

/// The command that repeats the run, with the settings that the demo chose.
pub fn rerun_command(report: &Report) -> String {
    let again = report.again.clone();
    again.unwrap_or_else(|| run_command(&report.demo, &report.params))
}

/// That command, to be read: ``Again: `run process` ``
pub(super) fn describe_rerun(report: &Report) -> String {
    let command = rerun_command(report);
    format!("Again: `{}`", one_line(&command, Style::without_color(0)))
}
