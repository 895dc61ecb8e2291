//! Tables as GitHub shows them.

use std::io;

use super::{FormatContent, FormatReader, FormatSpec};
use crate::{
    record::RunStatus,
    render::{
        Style, advice,
        formatted_table::{self, FormattedTable},
        markdown,
        text::make_visible,
    },
    report::{AdviceItem, Document, Report, Table, claims_table},
};

pub(super) static FORMAT: FormatSpec = FormatSpec {
    name: "md",
    reader: FormatReader::Page,
    is_object: false,
    content: FormatContent::Tables,
    write: write_document,
};

fn write_document(document: &Document<'_>, style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    if let Some(run) = document.run {
        write_heading(run, to)?;
    }
    write_tables(&document.tables, to)?;
    for note in document.notes {
        writeln!(to, "\n{}", escape_markdown(note))?;
    }
    write_advice(document.advice, to)?;
    if let Some(claims) = document.claims {
        if document.run.is_some() {
            writeln!(to)?;
        }
        write_table(&claims_table(claims), to)?;
    }
    for line in &document.footer {
        writeln!(to, "\n{}", escape_markdown(line))?;
    }
    if let Some(run) = document.run {
        writeln!(to, "\n_{}_", escape_markdown(&run.ran_on))?;
    }
    markdown::write_markdown(&document.prose, &style, to)
}

fn write_heading(run: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    writeln!(to, "## {}", escape_markdown(&run.demo))?;
    if let RunStatus::Partial(why) = &run.outcome {
        writeln!(to, "\n**Partial:** {}.", escape_markdown(why))?;
    }
    for line in run.lines_above() {
        writeln!(to, "\n**{}**", escape_markdown(line))?;
    }
    writeln!(to)
}

fn write_advice(advice: &[AdviceItem], to: &mut dyn io::Write) -> io::Result<()> {
    if !advice.is_empty() {
        writeln!(to, "\n### {}\n", advice::TITLE)?;
    }
    for (number, one) in (1..).zip(advice) {
        let name = escape_markdown(&advice::humanize_id(&one.id));
        let (says, seen) = (escape_markdown(&one.says), escape_markdown(&one.because));
        writeln!(to, "{number}. **{name}**: {says}<br>_seen: {seen}_")?;
    }
    Ok(())
}

/// Tables, separated by an empty line.
fn write_tables(tables: &[Table], to: &mut dyn io::Write) -> io::Result<()> {
    super::write_separated(tables, to, write_table)
}

fn write_table(table: &Table, to: &mut dyn io::Write) -> io::Result<()> {
    if table.columns.is_empty() {
        writeln!(to, "**{}**", escape_markdown(&table.title))?;
        return write_notes(table, to);
    }
    let sheet = FormattedTable::from_table(table, Style::without_color(0));
    writeln!(to, "### {}\n", escape_markdown(&table.title))?;
    let headings = sheet.headings.iter();
    write_row(
        headings
            .clone()
            .map(|heading| escape_markdown(&heading.name_with_unit())),
        to,
    )?;
    write_row(
        headings.map(|heading| if heading.right { "---:" } else { "---" }.to_owned()),
        to,
    )?;
    for cells in &sheet.rows {
        write_row(cells.iter().map(|cell| escape_markdown(&cell.text)), to)?;
    }
    write_notes(table, to)
}

fn write_notes(table: &Table, to: &mut dyn io::Write) -> io::Result<()> {
    for legend in table.columns.iter().filter_map(|column| column.picture) {
        writeln!(to, "\n{}", escape_markdown(legend))?;
    }
    for note in table
        .notes
        .iter()
        .chain(&formatted_table::missing_reasons(table))
    {
        writeln!(to, "\n{}", escape_markdown(note))?;
    }
    Ok(())
}

fn write_row(cells: impl Iterator<Item = String>, to: &mut dyn io::Write) -> io::Result<()> {
    let cells: Vec<String> = cells.collect();
    writeln!(to, "| {} |", cells.join(" | "))
}

/// Backticks are kept: they mean code in our sentences too.
fn escape_markdown(text: &str) -> String {
    make_visible(text, Style::without_color(0))
        .replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('*', "\\*")
        .replace('\n', "<br>")
}
