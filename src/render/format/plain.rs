//! One figure per line, `label: value`, never wrapped: for screen readers and `grep`.

use std::io;

use super::{FormatContent, FormatReader, FormatSpec};
use crate::{
    catalog::given_settings,
    record::RunStatus,
    render::{
        Style, advice, claims,
        formatted_table::{self, FormattedTable},
        markdown,
        text::{make_visible, one_line},
    },
    report::{Document, Report, Table},
};

pub(super) static FORMAT: FormatSpec = FormatSpec {
    name: "plain",
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
        write_heading(run, style, to)?;
    }
    write_tables(&document.tables, style, to)?;
    if document.run.is_some() {
        writeln!(to)?;
    }
    for note in document.notes {
        writeln!(to, "note: {}", one_line(note, style))?;
    }
    if !document.advice.is_empty() {
        advice::write_plain(document.advice, style, to)?;
        writeln!(to)?;
    }
    if let Some(claims) = document.claims {
        claims::write_plain(claims, style, to)?;
        writeln!(to)?;
    }
    let ran_on = document.run.map(|run| &run.ran_on);
    for line in document.footer.iter().chain(ran_on) {
        writeln!(to, "{}", one_line(line, style))?;
    }
    markdown::write_markdown(&document.prose, &style, to)
}

fn write_heading(run: &Report, style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    let shown = |text: &str| one_line(text, style);
    writeln!(to, "demo: {}", shown(&run.demo))?;
    for (setting, value) in given_settings(&run.params) {
        writeln!(to, "{}: {}", setting.flag, shown(&value.to_string()))?;
    }
    if let RunStatus::Partial(why) = &run.outcome {
        writeln!(to, "partial: {}", shown(why))?;
    }
    writeln!(to)?;
    let mut lines = run.lines_above();
    lines.try_for_each(|line| writeln!(to, "{}\n", shown(line)))
}

/// Tables, separated by an empty line.
fn write_tables(tables: &[Table], style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    super::write_separated(tables, to, |table, to| write_table(table, style, to))
}

pub(super) fn write_table(table: &Table, style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    let sheet = FormattedTable::from_table(table, style);
    if table.columns.is_empty() {
        writeln!(to, "{}", one_line(&table.title, style))?;
    } else {
        writeln!(to, "table: {}", one_line(&table.title, style))?;
    }
    for row in 0..sheet.rows.len() {
        writeln!(to)?;
        for (column, heading) in sheet.headings.iter().enumerate() {
            let value = sheet.cell_with_unit(row, column).replace('\n', " ");
            let value = value.trim();
            if !(value.is_empty() || heading.picture) {
                writeln!(to, "{}: {value}", heading.name)?;
            }
        }
    }
    let reasons = formatted_table::missing_reasons(table);
    if !(table.notes.is_empty() && reasons.is_empty()) {
        writeln!(to)?;
    }
    for note in table.notes.iter().chain(&reasons) {
        writeln!(to, "note: {}", one_line(note, style))?;
    }
    Ok(())
}
