//! `table`: a fixed table.

use toml::Spanned;

use super::{Block, Directive, read_keys};
use crate::lesson::{
    fence::CodeFence,
    parse::LessonReader,
    source_file::Diagnostics,
    toml_keys::{TextValue, TomlKeys, toml_keys},
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "table",
    about: "a table that is always the same",
    table: TableKeys::TABLE,
    read: |reader, fence| read_table(reader, fence).map(Block::Table),
};

type TableCells<T> = Spanned<Vec<Spanned<T>>>;

toml_keys! {
    "`table`": struct TableKeys {
        /// what it shows
        caption: TextValue = Required, "\"Two ways\"";
        /// the headings
        columns: TableCells<String> = Required, "[\"threads\", \"processes\"]";
        /// the cells, as plain text; every row is as long as `columns`
        rows: Vec<TableCells<String>> = Required, "[[\"one memory\", \"a memory each\"]]";
    }
}

/// A fixed table; its cells are plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaticTable {
    /// What it shows.
    pub caption: String,
    /// The headings.
    pub columns: Vec<String>,
    /// The cells; every row is as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

fn read_table(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<StaticTable> {
    let keys = read_keys::<TableKeys>(reader, fence);
    let (columns, rows) = (keys.columns?, keys.rows?);
    check_cells(&mut reader.diagnostics, &columns, &rows);
    let width = columns.get_ref().len();
    let fit_row = |row| {
        let mut row = read_cells(row);
        row.resize(width, String::new());
        row
    };
    Some(StaticTable {
        caption: keys.caption?,
        columns: read_cells(columns),
        rows: rows.into_iter().map(fit_row).collect(),
    })
}

fn read_cells(cells: TableCells<String>) -> Vec<String> {
    let cells = cells.into_inner().into_iter();
    cells.map(Spanned::into_inner).collect()
}

fn check_cells(
    diagnostics: &mut Diagnostics<'_>,
    columns: &TableCells<String>,
    rows: &[TableCells<String>],
) {
    let width = columns.get_ref().len();
    if width == 0 {
        diagnostics.error(columns.span(), "a table has columns");
    }
    for row in rows {
        let length = row.get_ref().len();
        if length != width {
            let message = format!("this row's length is {length}, the table has {width} columns");
            diagnostics.error(row.span(), message);
        }
    }
    for cell in rows.iter().chain([columns]).flat_map(Spanned::get_ref) {
        if cell.get_ref().contains(['`', '\n']) || cell.get_ref().contains("**") {
            let message = "cells are plain text on one line, not Markdown";
            diagnostics.warning(cell.span(), message);
        }
    }
}
