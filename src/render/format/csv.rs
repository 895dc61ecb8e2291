//! All tables as one rectangle, so that one call can read it. The first column, `table`, has the table's title,
//! and every heading of every table is a column (tables with the same heading share it).
//!
//! Figures are plain numbers in the base unit that is in the heading; a gap is empty; lists are separated by
//! spaces.

use std::io;

use super::{FormatContent, FormatReader, FormatSpec};
use crate::{
    record::Value,
    render::{Style, text::one_line},
    report::{Document, Table, advice_table, claims_table},
    text::keep_distinct,
};

pub(super) static FORMAT: FormatSpec = FormatSpec {
    name: "csv",
    reader: FormatReader::Program,
    is_object: false,
    content: FormatContent::Tables,
    write: write_document,
};

fn write_document(
    document: &Document<'_>,
    _style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let advice = (!document.advice.is_empty()).then(|| advice_table(document.advice));
    let claims = document.claims.map(claims_table);
    let tables = document.tables.iter().cloned().chain(advice).chain(claims);
    write_tables(&tables.collect::<Vec<Table>>(), to)
}

fn write_tables(tables: &[Table], to: &mut dyn io::Write) -> io::Result<()> {
    let headings: Vec<Vec<String>> = tables.iter().map(unique_headings).collect();
    let columns: Vec<&String> = keep_distinct(headings.iter().flatten());
    let first = "table".to_owned();
    write_record(std::iter::once(&first).chain(columns.iter().copied()), to)?;
    for (table, headings) in tables.iter().zip(&headings) {
        let title = one_line(&table.title, Style::without_color(0));
        for row in &table.rows {
            let cells = columns.iter().map(|column| {
                let at = headings.iter().position(|heading| heading == *column);
                at.map_or_else(String::new, |at| format_cell(&row[at]))
            });
            write_record(std::iter::once(title.clone()).chain(cells), to)?;
        }
    }
    to.flush()
}

/// Writes one line. As in RFC 4180, a field that contains a comma, a quote or a line break is quoted.
fn write_record(
    fields: impl IntoIterator<Item = impl AsRef<str>>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let quote = |field: &str| {
        if field.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.to_owned()
        }
    };
    let fields = fields.into_iter().map(|field| quote(field.as_ref()));
    writeln!(to, "{}", fields.collect::<Vec<String>>().join(","))
}

/// The headings with their units. Repeated ones in the same table are numbered.
fn unique_headings(table: &Table) -> Vec<String> {
    let mut headings: Vec<String> = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let full = match table.column_unit(at) {
            Some(unit) => format!("{} [{unit}]", column.name),
            None => column.name.clone(),
        };
        let full = one_line(&full, Style::without_color(0));
        let numbered = (2..).map(|number| format!("{full} ({number})"));
        let free = std::iter::once(full.clone())
            .chain(numbered)
            .find(|heading| !headings.contains(heading) && heading != "table");
        headings.extend(free);
    }
    headings
}

fn format_cell(value: &Value) -> String {
    match value {
        // Indentation that draws a tree is removed.
        Value::Text(text) => one_line(text, Style::without_color(0)).trim().to_owned(),
        Value::Count(count) => count.to_string(),
        Value::Bytes(bytes) => bytes.to_string(),
        Value::Pid(pid) => pid.to_string(),
        Value::Seconds(x) | Value::Ratio(x) | Value::Share(x) | Value::Rate(x) => {
            if x.is_finite() {
                x.to_string()
            } else {
                String::new()
            }
        }
        Value::Pids(list) | Value::Cores(list) => {
            let numbers: Vec<String> = list.iter().map(u32::to_string).collect();
            numbers.join(" ")
        }
        Value::Flag(flag) => flag.to_string(),
        Value::Missing(_) | Value::Nothing => String::new(),
    }
}
