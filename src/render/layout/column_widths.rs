//! Column widths of tables.

use super::grid::GAP;
use crate::render::{
    formatted_table::{FormattedCell, FormattedTable},
    text::{LONG_WORD, display_width},
};

/// The column widths, if the table fits. A prose column is never narrower than `readable`.
pub(super) fn fit_columns(
    sheet: &FormattedTable,
    readable: usize,
    available: usize,
) -> Option<Vec<usize>> {
    let columns = sheet.headings.len();
    let available = available.checked_sub(GAP * (columns - 1))?;
    let wanted: Vec<usize> = (0..columns).map(|at| natural_width(sheet, at)).collect();
    if wanted.iter().sum::<usize>() <= available {
        return Some(wanted);
    }
    let mut widths: Vec<usize> = (0..columns)
        .map(|at| minimum_width(sheet, at, readable))
        .collect();
    let mut spare = available.checked_sub(widths.iter().sum())?;
    // Cells come first, since headings may be wrapped.
    let of_cells: Vec<usize> = (0..columns).map(|at| widest_cell(sheet, at)).collect();
    for wanted in [of_cells, wanted] {
        // Each further character goes to the column that needs most.
        while spare > 0 {
            let missing = |at: &usize| wanted[*at].saturating_sub(widths[*at]);
            let Some(at) = (0..columns)
                .filter(|at| missing(at) > 0)
                .max_by_key(missing)
            else {
                break;
            };
            widths[at] += 1;
            spare -= 1;
        }
    }
    Some(widths)
}

/// The width without wrapping.
fn natural_width(sheet: &FormattedTable, column: usize) -> usize {
    let heading = display_width(&sheet.headings[column].name_with_unit());
    widest_cell(sheet, column).max(heading).max(1)
}

/// The width of the widest cell.
fn widest_cell(sheet: &FormattedTable, column: usize) -> usize {
    let cells = sheet.rows.iter().map(|row| longest_line(&row[column].text));
    cells.max().unwrap_or(0)
}

/// The width below which the column is unreadable.
fn minimum_width(sheet: &FormattedTable, column: usize, readable: usize) -> usize {
    let heading = longest_word(&sheet.headings[column].name_with_unit());
    let cells = sheet
        .rows
        .iter()
        .map(|row| minimum_cell_width(&row[column], readable));
    cells.fold(heading.min(LONG_WORD), usize::max).max(1)
}

fn minimum_cell_width(entry: &FormattedCell, readable: usize) -> usize {
    let natural = longest_line(&entry.text);
    if !entry.words {
        return natural;
    }
    natural.min(longest_word(&entry.text).clamp(readable, LONG_WORD))
}

pub(super) fn longest_line(text: &str) -> usize {
    text.lines().map(display_width).max().unwrap_or(0)
}

fn longest_word(text: &str) -> usize {
    text.split_whitespace()
        .map(display_width)
        .max()
        .unwrap_or(0)
}
