//! A table of texts: figures are formatted, control characters are visible, and nothing is laid out yet.

use std::collections::BTreeMap;

use super::{
    Style, figure,
    text::{display_width, make_visible},
};
use crate::{
    record::Value,
    report::{Column, Table},
    text::keep_distinct,
};

/// A column's heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnHeading {
    /// The words.
    pub name: String,
    /// The common unit of all its figures, if there is one.
    pub unit: Option<String>,
    /// Whether its cells are right-aligned.
    pub right: bool,
    /// Whether its cells are drawings.
    pub picture: bool,
    /// How soon a narrow screen leaves it out: 0 never, then the highest first.
    pub rank: u8,
}

impl ColumnHeading {
    /// The name with the unit.
    pub fn name_with_unit(&self) -> String {
        match &self.unit {
            Some(unit) => format!("{} [{unit}]", self.name),
            None => self.name.clone(),
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormattedCell {
    /// The text. Its unit may be in the heading.
    pub text: String,
    /// Whether it may be wrapped: it is text, not a figure.
    pub words: bool,
    /// Whether the figure is missing.
    pub gap: bool,
}

/// A table of texts. Every row is as long as the headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormattedTable {
    /// One heading per column.
    pub headings: Vec<ColumnHeading>,
    /// The cells.
    pub rows: Vec<Vec<FormattedCell>>,
}

impl FormattedTable {
    /// Formats a report's table.
    pub fn from_table(table: &Table, style: Style) -> Self {
        let columns: Vec<(ColumnHeading, Vec<FormattedCell>)> = table
            .columns
            .iter()
            .enumerate()
            .map(|(at, heading)| {
                let values: Vec<&Value> = table.rows.iter().map(|row| &row[at]).collect();
                format_column(heading, &values, style)
            })
            .collect();
        let rows = (0..table.rows.len())
            .map(|row| {
                columns
                    .iter()
                    .map(|(_, cells)| cells[row].clone())
                    .collect()
            })
            .collect();
        Self {
            headings: columns.into_iter().map(|(heading, _)| heading).collect(),
            rows,
        }
    }

    /// A cell with its unit, for use without its heading.
    pub fn cell_with_unit(&self, row: usize, column: usize) -> String {
        let entry = &self.rows[row][column];
        match &self.headings[column].unit {
            Some(unit) if !entry.gap && !entry.words => format!("{} {unit}", entry.text),
            _ => entry.text.clone(),
        }
    }

    /// A table with only these columns.
    pub fn select_columns(&self, columns: &[usize]) -> Self {
        let rows = self.rows.iter();
        Self {
            headings: columns
                .iter()
                .map(|at| self.headings[*at].clone())
                .collect(),
            rows: rows
                .map(|row| columns.iter().map(|at| row[*at].clone()).collect())
                .collect(),
        }
    }

    /// Swaps rows and columns: the first column becomes the headings.
    pub fn transpose_rows(&self) -> Self {
        let prose = |entry: &FormattedCell| {
            entry.text.contains(char::is_alphabetic)
                && entry.words
                && display_width(&entry.text) > 20
        };
        let right = !self.rows.iter().any(|row| row.iter().skip(1).any(prose));
        let mut headings = vec![ColumnHeading {
            name: self
                .headings
                .first()
                .map_or_else(String::new, ColumnHeading::name_with_unit),
            unit: None,
            right: false,
            picture: false,
            rank: 0,
        }];
        headings.extend((0..self.rows.len()).map(|row| ColumnHeading {
            name: self.cell_with_unit(row, 0),
            unit: None,
            right,
            picture: false,
            rank: 0,
        }));
        let rows = (1..self.headings.len())
            .map(|column| {
                let mut cells = vec![FormattedCell {
                    text: self.headings[column].name.clone(),
                    words: true,
                    gap: false,
                }];
                cells.extend((0..self.rows.len()).map(|row| FormattedCell {
                    text: self.cell_with_unit(row, column),
                    ..self.rows[row][column].clone()
                }));
                cells
            })
            .collect();
        Self { headings, rows }
    }
}

fn format_column(
    heading: &Column,
    values: &[&Value],
    style: Style,
) -> (ColumnHeading, Vec<FormattedCell>) {
    let figures = figure::format_column(values, heading.unit.as_deref());
    let is_gap =
        |value: &Value, text: &str| matches!(value, Value::Nothing) || text == figure::NO_FIGURE;
    let is_words =
        |value: &Value| matches!(value, Value::Text(_) | Value::Pids(_) | Value::Cores(_));
    let is_left = |value: &&Value| is_words(value) || matches!(value, Value::Flag(_));
    let entries = figures
        .cells
        .iter()
        .zip(values)
        .map(|(text, value)| FormattedCell {
            text: make_visible(text, style),
            words: is_words(value),
            gap: is_gap(value, text),
        })
        .collect();
    let known = |value: &&&Value| !matches!(value, Value::Missing(_) | Value::Nothing);
    let mut known_values = values.iter().filter(known);
    let heading = ColumnHeading {
        name: make_visible(&heading.name, style).replace('\n', " "),
        unit: figures.unit.map(|unit| make_visible(&unit, style)),
        right: !known_values.any(is_left),
        picture: heading.picture.is_some(),
        rank: heading.rank,
    };
    (heading, entries)
}

/// Why figures are missing, one sentence per reason: `n/a in CPU: this platform tells no processor time`.
pub fn missing_reasons(table: &Table) -> Vec<String> {
    let mut found: Vec<&str> = Vec::new();
    let mut places: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (row, cells) in table.rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let Value::Missing(why) = cell else { continue };
            if !found.contains(&why.as_str()) {
                found.push(why);
            }
            places.entry(why).or_default().push((row, column));
        }
    }
    found
        .into_iter()
        .map(|why| format!("n/a in {}: {why}.", describe_places(table, &places[why])))
        .collect()
}

/// Names the row if all gaps are in one of several rows; otherwise the columns.
fn describe_places(table: &Table, places: &[(usize, usize)]) -> String {
    let (row, _) = places[0];
    let one_row = places.len() > 1 && places.iter().all(|(other, _)| *other == row);
    let label = table.rows[row].first();
    if let (true, Some(Value::Text(label))) = (one_row && table.rows.len() > 1, label) {
        return label.clone();
    }
    let names = places
        .iter()
        .map(|(_, column)| &table.columns[*column].name);
    let names = keep_distinct(names.map(String::as_str));
    names.join(", ")
}
