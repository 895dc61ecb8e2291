//! One figure per line, `label: value`, never wrapped: for screen readers and `grep`.

use std::io;

use crate::{
    catalog::given_settings,
    record::RunStatus,
    render::{
        Style, advice, claims,
        formatted_table::{self, FormattedTable},
        text::one_line,
    },
    report::{Report, Table},
};

pub(super) fn write_report(
    report: &Report,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let shown = |text: &str| one_line(text, style);
    writeln!(to, "demo: {}", shown(&report.demo))?;
    for (setting, value) in given_settings(&report.params) {
        writeln!(to, "{}: {}", setting.flag, shown(&value.to_string()))?;
    }
    if let RunStatus::Partial(why) = &report.outcome {
        writeln!(to, "partial: {}", shown(why))?;
    }
    writeln!(to)?;
    if let Some(disturbance) = &report.disturbance {
        writeln!(to, "{}\n", shown(disturbance))?;
    }
    write_tables(&report.tables, style, to)?;
    writeln!(to)?;
    for note in &report.notes {
        writeln!(to, "note: {}", shown(note))?;
    }
    if !report.advice.is_empty() {
        advice::write_plain(&report.advice, style, to)?;
        writeln!(to)?;
    }
    if !report.claims.is_empty() {
        claims::write_plain(&report.claims, style, to)?;
        writeln!(to)?;
    }
    writeln!(to, "{}", shown(&report.ran_on))
}

/// Tables, separated by an empty line.
pub(super) fn write_tables(
    tables: &[Table],
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
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
