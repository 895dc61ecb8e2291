//! A table whose cells keep their type.

use serde::Serialize;

use crate::record::Value;

/// A column's heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The heading.
    pub name: String,
    /// The unit of its numbers in JSON and CSV (`s`, `B`, `×`). On screens, each cell or column has a suitable
    /// one.
    pub unit: Option<String>,
    /// How to read its cells if they are drawings that another column describes in words. Screen readers skip
    /// the column.
    #[serde(skip)]
    pub picture: Option<&'static str>,
    /// How soon a narrow screen leaves it out: 0 never, then the highest first.
    #[serde(skip)]
    pub rank: u8,
}

/// Rows and columns; every row is as long as `columns`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What the table shows.
    pub title: String,
    /// The headings.
    pub columns: Vec<Column>,
    /// The cells.
    pub rows: Vec<Vec<Value>>,
    /// Sentences below the table that explain how to read it.
    pub notes: Vec<String>,
    /// The part of a report that it belongs to: `more` shows each part by its name.
    pub part: &'static str,
}

/// The part of tables that belong to no other one: the figures behind what decides a run.
pub const FIGURES: &str = "figures";

impl Table {
    /// A table without rows. A heading may end in its unit: `"work [s]"`.
    pub fn new(title: impl Into<String>, headings: &[&str]) -> Self {
        Self {
            title: title.into(),
            columns: headings
                .iter()
                .map(|heading| Column::from(*heading))
                .collect(),
            rows: Vec::new(),
            notes: Vec::new(),
            part: FIGURES,
        }
    }

    /// The table with this column first.
    #[must_use]
    pub fn led_by(mut self, name: &str) -> Self {
        if let Some(at) = self.columns.iter().position(|column| column.name == name) {
            self.columns[..=at].rotate_right(1);
            let rows = self.rows.iter_mut();
            rows.for_each(|row| row[..=at].rotate_right(1));
        }
        self
    }

    /// The table with these ranks of columns, by their names: see [`Column::rank`].
    #[must_use]
    pub fn ranked(mut self, ranks: &[(&str, u8)]) -> Self {
        for column in &mut self.columns {
            let rank = ranks.iter().find(|(name, _)| column.name == *name);
            column.rank = rank.map_or(0, |(_, rank)| *rank);
        }
        self
    }

    /// The table as a part of this name.
    #[must_use]
    pub fn in_part(self, part: &'static str) -> Self {
        Self { part, ..self }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// If the row is not as long as the headings. This is a bug in the demo, which its test finds.
    pub fn add_row(&mut self, cells: impl IntoIterator<Item = Value>) {
        let cells: Vec<Value> = cells.into_iter().collect();
        assert_eq!(cells.len(), self.columns.len(), "a row of `{}`", self.title);
        self.rows.push(cells);
    }

    /// Adds a sentence below the table.
    pub fn add_note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// The unit of a column's numbers in JSON and CSV: the given one, or that of its cells' type.
    pub fn column_unit(&self, column: usize) -> Option<&str> {
        let given = self.columns[column].unit.as_deref();
        given.or_else(|| self.rows.iter().find_map(|row| base_unit(&row[column])))
    }
}

/// The base unit of a value. A plain quotient, a share (1.0 = 100 %) and a count have none.
fn base_unit(value: &Value) -> Option<&'static str> {
    match value {
        Value::Seconds(_) => Some("s"),
        Value::Bytes(_) => Some("B"),
        Value::Rate(_) => Some("1/s"),
        _ => None,
    }
}

impl From<&str> for Column {
    fn from(heading: &str) -> Self {
        match heading
            .strip_suffix(']')
            .and_then(|rest| rest.rsplit_once(" ["))
        {
            Some((name, unit)) => Self {
                name: name.to_owned(),
                unit: Some(unit.to_owned()),
                picture: None,
                rank: 0,
            },
            None => Self {
                name: heading.to_owned(),
                unit: None,
                picture: None,
                rank: 0,
            },
        }
    }
}
