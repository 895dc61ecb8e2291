//! Tables as GitHub shows them.

use std::io;

use crate::{
    record::RunStatus,
    render::{
        Style, advice,
        formatted_table::{self, FormattedTable},
        text::make_visible,
    },
    report::{Report, Table, claims_table},
};

pub(super) fn write_report(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    writeln!(to, "## {}", escape_markdown(&report.demo))?;
    if let RunStatus::Partial(why) = &report.outcome {
        writeln!(to, "\n**Partial:** {}.", escape_markdown(why))?;
    }
    if let Some(disturbance) = &report.disturbance {
        writeln!(to, "\n**{}**", escape_markdown(disturbance))?;
    }
    writeln!(to)?;
    write_tables(&report.tables, to)?;
    for note in &report.notes {
        writeln!(to, "\n{}", escape_markdown(note))?;
    }
    if !report.advice.is_empty() {
        writeln!(to, "\n### {}\n", advice::TITLE)?;
    }
    for (number, one) in (1..).zip(&report.advice) {
        let name = escape_markdown(&advice::humanize_id(&one.id));
        let (says, seen) = (escape_markdown(&one.says), escape_markdown(&one.because));
        writeln!(to, "{number}. **{name}**: {says}<br>_seen: {seen}_")?;
    }
    if !report.claims.is_empty() {
        writeln!(to)?;
        write_table(&claims_table(&report.claims), to)?;
    }
    writeln!(to, "\n_{}_", escape_markdown(&report.ran_on))
}

/// Tables, separated by an empty line.
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
