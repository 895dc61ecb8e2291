//! A report on a terminal: the tables, notes, how to repeat it, and the machine it ran on.

use std::io;

use crate::{
    catalog::run_command,
    record::RunStatus,
    render::{
        Style, TextRole, advice, claims,
        formatted_table::{self, FormattedTable},
        layout, prose,
        text::one_line,
    },
    report::{Report, Table},
};

pub(super) fn write_report(
    report: &Report,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    if let RunStatus::Partial(why) = &report.outcome {
        let text = format!("Partial: {why}. This is what was measured until then.");
        prose::write_prose(&text, TextRole::Warning, style, to)?;
        writeln!(to)?;
    }
    if let Some(disturbance) = &report.disturbance {
        prose::write_prose(disturbance, TextRole::Warning, style, to)?;
        writeln!(to)?;
    }
    write_tables(&report.tables, style, to)?;
    if !report.notes.is_empty() {
        writeln!(to)?;
    }
    for note in &report.notes {
        prose::write_list_item(note, TextRole::Plain, style, to)?;
    }
    if !report.advice.is_empty() {
        writeln!(to)?;
        advice::write_text(&report.advice, style, to)?;
    }
    if !report.claims.is_empty() {
        writeln!(to)?;
        claims::write_text(&report.claims, style, to)?;
    }
    writeln!(to)?;
    prose::write_prose(&rerun_command(report), TextRole::Dim, style, to)?;
    prose::write_prose(&report.ran_on, TextRole::Dim, style, to)
}

/// Tables, separated by an empty line.
pub(super) fn write_tables(
    tables: &[Table],
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    super::write_separated(tables, to, |table, to| write_table(table, style, to))
}

/// One table with its title and notes.
fn write_table(table: &Table, style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    if !table.title.is_empty() {
        prose::write_prose(&table.title, TextRole::Strong, style, to)?;
    }
    let drawn = layout::lay_out_table(&FormattedTable::from_table(table, style), style);
    for line in &drawn.lines {
        writeln!(to, "{line}")?;
    }
    // A table without columns is a single line.
    if table.rows.is_empty() && !table.columns.is_empty() {
        prose::write_prose("(nothing was measured)", TextRole::Dim, style, to)?;
    }
    let reasons = formatted_table::missing_reasons(table);
    if drawn.cards && !(table.notes.is_empty() && reasons.is_empty()) {
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

/// The command that repeats the run, with the settings that the demo chose: ``Again: `run process` ``
pub(super) fn rerun_command(report: &Report) -> String {
    if let Some(again) = &report.again {
        return format!("Again: `{}`", one_line(again, Style::without_color(0)));
    }
    let command = run_command(&report.demo, &report.params);
    format!("Again: `{}`", one_line(&command, Style::without_color(0)))
}
