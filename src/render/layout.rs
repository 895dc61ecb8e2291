//! Chooses the layout of a table: a grid, transposed, in parts, or as a list of records.
//!
//! Figures are never wrapped, and headings only between words, so a table that is too wide gets another layout.
//! Prose is wrapped, as long as its column stays wide enough to read.

mod column_widths;
mod grid;
mod pages;

use std::collections::BTreeSet;

pub use self::pages::PAGE_BREAK;
pub(super) use self::pages::{divide_listing, join_pages};
use self::{column_widths::fit_columns, grid::draw_grid, pages::divide_rows};
use super::{Style, formatted_table::FormattedTable, record_list::format_record_list};

/// Below this width, tables are always lists of records.
const NARROW: usize = 40;
/// The minimum width of a prose column.
const READABLE: usize = 16;
/// The same where the table would otherwise become a list of records.
const CRAMPED: usize = 10;
/// The same where columns may be left out instead: their texts are not wrapped.
const UNWRAPPED: usize = 24;
/// Tables with more rows are not transposed.
const TURNED_ROWS: usize = 8;
/// The maximum number of parts of a table.
const MOST_PARTS: usize = 3;

/// The layout of a table.
pub struct TableLayout {
    /// Its lines.
    pub lines: Vec<String>,
    /// Whether it is a list of records, which needs an empty line after it.
    pub cards: bool,
}

/// Lays out the table in the first way that fits.
pub fn lay_out_table(sheet: &FormattedTable, style: Style) -> TableLayout {
    let table = choose_layout(sheet, style);
    TableLayout {
        cards: table.is_none(),
        lines: table.unwrap_or_else(|| format_record_list(sheet, style)),
    }
}

fn choose_layout(sheet: &FormattedTable, style: Style) -> Option<Vec<String>> {
    if sheet.headings.is_empty() || sheet.rows.is_empty() {
        return Some(Vec::new());
    }
    if style.accessible || style.width < NARROW {
        return None;
    }
    if sheet.headings.iter().any(|heading| heading.rank > 0) {
        return lay_out_ranked(sheet, style);
    }
    lay_out_grid(sheet, READABLE, style)
        .or_else(|| lay_out_transposed(sheet, style))
        .or_else(|| lay_out_grid(sheet, CRAMPED, style))
        .or_else(|| lay_out_groups(sheet, style))
}

/// The table as a grid, if it fits; never for screen readers.
pub fn lay_out_only_grid(sheet: &FormattedTable, style: Style) -> Option<Vec<String>> {
    if sheet.rows.is_empty() || style.accessible || style.width < NARROW {
        return None;
    }
    lay_out_grid(sheet, READABLE, style)
}

/// The table as a grid.
fn lay_out_grid(sheet: &FormattedTable, readable: usize, style: Style) -> Option<Vec<String>> {
    let widths = fit_columns(sheet, readable, style.width)?;
    let pages = divide_rows(sheet, &widths, style);
    let pages = pages.iter().map(|page| draw_grid(page, &widths, style));
    Some(join_pages(pages.collect(), style))
}

/// The table without its least important columns, as many as it needs to lack to fit.
fn lay_out_ranked(sheet: &FormattedTable, style: Style) -> Option<Vec<String>> {
    let rank = |at: &usize| sheet.headings[*at].rank;
    let mut kept: Vec<usize> = (0..sheet.headings.len()).collect();
    loop {
        let least = kept.iter().copied().max_by_key(rank)?;
        let has_more = rank(&least) > 0;
        let readable = if has_more { UNWRAPPED } else { READABLE };
        let lines = lay_out_grid(&sheet.select_columns(&kept), readable, style);
        if lines.is_some() || !has_more {
            return lines;
        }
        kept.retain(|at| *at != least);
    }
}

/// Rows as columns, for tables with few rows and many figures.
fn lay_out_transposed(sheet: &FormattedTable, style: Style) -> Option<Vec<String>> {
    if sheet.rows.len() > TURNED_ROWS || sheet.headings.len() < 3 {
        return None;
    }
    lay_out_grid(&sheet.transpose_rows(), READABLE, style)
}

/// The columns in groups, one below the other, each with the key columns that distinguish the rows.
fn lay_out_groups(sheet: &FormattedTable, style: Style) -> Option<Vec<String>> {
    let fits = |group: &Vec<usize>| {
        fit_columns(&sheet.select_columns(group), READABLE, style.width).is_some()
    };
    let keys = count_key_columns(sheet);
    let others: Vec<usize> = (keys..sheet.headings.len()).collect();
    // As few parts as possible, of about equal width.
    let groups = (2..=MOST_PARTS.min(others.len())).find_map(|parts| {
        let groups: Vec<Vec<usize>> = others
            .chunks(others.len().div_ceil(parts))
            .map(|group| (0..keys).chain(group.iter().copied()).collect())
            .collect();
        groups.iter().all(fits).then_some(groups)
    })?;
    let grids = groups
        .iter()
        .map(|group| lay_out_grid(&sheet.select_columns(group), READABLE, style));
    Some(join_pages(grids.collect::<Option<_>>()?, style))
}

/// The number of columns that identify a row: one, or two if rows have the same first cell.
fn count_key_columns(sheet: &FormattedTable) -> usize {
    let names: BTreeSet<&str> = sheet.rows.iter().map(|row| &*row[0].text).collect();
    if names.len() < sheet.rows.len() && sheet.headings.len() > 3 {
        2
    } else {
        1
    }
}

#[cfg(test)]
mod tests;
