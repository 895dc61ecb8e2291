//! Tables as GitHub shows them.

use std::io;

use crate::{
    record::RunStatus,
    render::{
        Style, advice,
        sheet::{self, FormattedTable},
        text::visible,
    },
    report::{Report, Table, claims_table},
};

pub(super) fn write(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    writeln!(to, "## {}", escaped(&report.demo))?;
    if let RunStatus::Partial(why) = &report.outcome {
        writeln!(to, "\n**Partial:** {}.", escaped(why))?;
    }
    if let Some(disturbance) = &report.disturbance {
        writeln!(to, "\n**{}**", escaped(disturbance))?;
    }
    writeln!(to)?;
    write_tables(&report.tables, to)?;
    for note in &report.notes {
        writeln!(to, "\n{}", escaped(note))?;
    }
    if !report.advice.is_empty() {
        writeln!(to, "\n### {}\n", advice::TITLE)?;
    }
    for (number, one) in (1..).zip(&report.advice) {
        let name = escaped(&advice::in_words(&one.id));
        let (says, seen) = (escaped(&one.says), escaped(&one.because));
        writeln!(to, "{number}. **{name}**: {says}<br>_seen: {seen}_")?;
    }
    if !report.claims.is_empty() {
        writeln!(to)?;
        write_table(&claims_table(&report.claims), to)?;
    }
    writeln!(to, "\n_{}_", escaped(&report.ran_on))
}

/// Tables, an empty line between them.
pub(super) fn write_tables(tables: &[Table], to: &mut dyn io::Write) -> io::Result<()> {
    for (at, table) in tables.iter().enumerate() {
        if at > 0 {
            writeln!(to)?;
        }
        write_table(table, to)?;
    }
    Ok(())
}

fn write_table(table: &Table, to: &mut dyn io::Write) -> io::Result<()> {
    if table.columns.is_empty() {
        writeln!(to, "**{}**", escaped(&table.title))?;
        return notes(table, to);
    }
    let sheet = FormattedTable::of(table, Style::plain(0));
    writeln!(to, "### {}\n", escaped(&table.title))?;
    let headings = sheet.headings.iter();
    row(headings.clone().map(|heading| escaped(&heading.full())), to)?;
    row(
        headings.map(|heading| if heading.right { "---:" } else { "---" }.to_owned()),
        to,
    )?;
    for cells in &sheet.rows {
        row(cells.iter().map(|cell| escaped(&cell.text)), to)?;
    }
    notes(table, to)
}

fn notes(table: &Table, to: &mut dyn io::Write) -> io::Result<()> {
    for legend in table.columns.iter().filter_map(|column| column.picture) {
        writeln!(to, "\n{}", escaped(legend))?;
    }
    for note in table.notes.iter().chain(&sheet::reasons(table)) {
        writeln!(to, "\n{}", escaped(note))?;
    }
    Ok(())
}

fn row(cells: impl Iterator<Item = String>, to: &mut dyn io::Write) -> io::Result<()> {
    let cells: Vec<String> = cells.collect();
    writeln!(to, "| {} |", cells.join(" | "))
}

/// Backticks stay: they mean the same here as in our sentences.
fn escaped(text: &str) -> String {
    visible(text, Style::plain(0))
        .replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('*', "\\*")
        .replace('\n', "<br>")
}
