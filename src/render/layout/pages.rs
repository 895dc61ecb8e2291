//! The pages of a table or a listing that is longer than the screen.

use super::grid::row_height;
use crate::render::{
    Style,
    formatted_table::{ColumnHeading, FormattedCell, FormattedTable},
};

/// The line between two pages. No text contains it: control characters are shown as escapes.
pub const PAGE_BREAK: &str = "\u{c}";

/// The table in parts of about equal height, as few as fit on pages with the headings.
pub(super) fn divide_rows(
    sheet: &FormattedTable,
    widths: &[usize],
    style: Style,
) -> Vec<FormattedTable> {
    let whole = || vec![sheet.clone()];
    let Some(page_lines) = style.page_lines else {
        return whole();
    };
    let headings = sheet.headings.iter().map(ColumnHeading::name_with_unit);
    let rule = 1;
    let room = page_lines.saturating_sub(row_height(headings, widths) + rule);
    let cells =
        |row: &[FormattedCell]| row_height(row.iter().map(|cell| cell.text.clone()), widths);
    // Rules stand between the rows then.
    let apart = sheet.rows.iter().any(|row| cells(&row[..1]) > 1);
    let rows = sheet.rows.iter();
    let heights: Vec<usize> = rows.map(|row| cells(row) + usize::from(apart)).collect();
    let all: usize = heights.iter().sum();
    if all <= room || room == 0 {
        return whole();
    }
    let even = all.div_ceil(all.div_ceil(room));
    let mut pages: Vec<FormattedTable> = Vec::new();
    let mut filled = 0;
    // A row without a name belongs to the row above.
    let mut name = None;
    for (row, height) in sheet.rows.iter().zip(heights) {
        if !row[0].text.is_empty() {
            name = Some(&row[0]);
        }
        match pages.last_mut() {
            Some(page) if filled < even && filled + height <= room => page.rows.push(row.clone()),
            _ => {
                let mut first = row.clone();
                first[0] = name.unwrap_or(&row[0]).clone();
                pages.push(FormattedTable {
                    headings: sheet.headings.clone(),
                    rows: vec![first],
                });
                filled = 0;
            }
        }
        filled += height;
    }
    pages
}

/// The lines of a listing on pages of about equal height: a page ends above a blank line if there is one in its second
/// half, and the blank line is left out.
pub fn divide_listing(lines: Vec<String>, style: Style) -> Vec<String> {
    let Some(page_lines) = style
        .page_lines
        .filter(|page| (1..lines.len()).contains(page))
    else {
        return lines;
    };
    let mut rest = &lines[..];
    let mut divided = Vec::new();
    while rest.len() > page_lines {
        let even = rest.len().div_ceil(rest.len().div_ceil(page_lines));
        let is_blank = |at: &usize| rest[*at].is_empty();
        let nearest = (even / 2..=page_lines).filter(is_blank);
        let end = nearest.min_by_key(|at| at.abs_diff(even));
        divided.extend_from_slice(&rest[..end.unwrap_or(even)]);
        divided.push(PAGE_BREAK.to_owned());
        rest = &rest[end.map_or(even, |blank| blank + 1)..];
    }
    divided.extend_from_slice(rest);
    divided
}

/// The grids, one below the other, or each on a page if they don't all fit on one.
pub fn join_pages(grids: Vec<Vec<String>>, style: Style) -> Vec<String> {
    let lines: usize = grids.iter().map(|grid| grid.len() + 1).sum();
    let is_long = style.page_lines.is_some_and(|page| lines > page + 1);
    let between = if is_long { PAGE_BREAK } else { "" };
    grids.join(&between.to_owned())
}
