//! A table as a grid, drawn by `comfy-table`.

use comfy_table::{
    Attribute, Cell, CellAlignment, ContentArrangement, ContentLineStyle, LineStyle, Table,
    TableStyle,
};

use super::column_widths::longest_line;
use crate::render::{
    Style,
    formatted_table::{ColumnHeading, FormattedCell, FormattedTable},
    text::wrap_text,
};

/// The space between two columns.
pub(super) const GAP: usize = 2;

/// Draws the table with these widths.
pub(super) fn draw_grid(sheet: &FormattedTable, widths: &[usize], style: Style) -> Vec<String> {
    let bodies: Vec<Vec<String>> = sheet
        .rows
        .iter()
        .map(|row| {
            let cells = row.iter().zip(widths);
            cells
                .map(|(entry, width)| wrap_cell(&entry.text, *width))
                .collect()
        })
        .collect();
    // An empty first cell marks the continuation of a row, unless the first cell itself is wrapped.
    let apart = bodies.len() > 1 && bodies.iter().any(|row| row[0].contains('\n'));
    let mut table = Table::new();
    table
        .force_no_tty()
        .set_content_arrangement(ContentArrangement::Disabled)
        .load_style(table_rules(style, apart))
        .set_header(heading_cells(&sheet.headings, widths));
    if style.color {
        table.enforce_styling();
        table.style_text_only();
    }
    for (texts, entries) in bodies.into_iter().zip(&sheet.rows) {
        let cells = texts.into_iter().zip(entries).zip(&sheet.headings);
        table.add_row(cells.map(|((text, entry), heading)| body_cell(text, entry, heading)));
    }
    let last = widths.len() - 1;
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { GAP as u16 }));
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// The lines of a row with these texts.
pub(super) fn row_height(texts: impl Iterator<Item = String>, widths: &[usize]) -> usize {
    let cells = texts.zip(widths);
    let heights = cells.map(|(text, width)| wrap_cell(&text, *width).lines().count());
    heights.max().unwrap_or(0).max(1)
}

/// Headings are aligned at the bottom: shorter ones get empty lines above.
fn heading_cells(headings: &[ColumnHeading], widths: &[usize]) -> Vec<Cell> {
    let texts: Vec<String> = headings
        .iter()
        .zip(widths)
        .map(|(heading, width)| wrap_cell(&heading.name_with_unit(), *width))
        .collect();
    let height = |text: &str| text.matches('\n').count();
    let highest = texts.iter().map(|text| height(text)).max().unwrap_or(0);
    texts
        .iter()
        .zip(headings)
        .map(|(text, heading)| {
            let above = "\n".repeat(highest - height(text));
            Cell::new(format!("{above}{text}"))
                .set_alignment(cell_alignment(heading))
                .add_attribute(Attribute::Bold)
        })
        .collect()
}

fn body_cell(text: String, entry: &FormattedCell, heading: &ColumnHeading) -> Cell {
    let cell = Cell::new(text).set_alignment(cell_alignment(heading));
    if entry.gap {
        cell.add_attribute(Attribute::Dim)
    } else {
        cell
    }
}

fn cell_alignment(heading: &ColumnHeading) -> CellAlignment {
    if heading.right {
        CellAlignment::Right
    } else {
        CellAlignment::Left
    }
}

fn wrap_cell(text: &str, columns: usize) -> String {
    if longest_line(text) <= columns {
        return text.to_owned();
    }
    wrap_text(text, columns).join("\n")
}

/// A rule below the headings, and fainter ones between rows if rows have several lines.
fn table_rules(style: Style, apart: bool) -> TableStyle {
    let (below, between) = if style.ascii {
        ('=', '-')
    } else {
        ('─', '┄')
    };
    let rules = TableStyle::new()
        .header_lines(ContentLineStyle::none())
        .header_separator(LineStyle::none().fill(below))
        .content_lines(ContentLineStyle::none());
    if apart {
        rules.row_separator(LineStyle::none().fill(between))
    } else {
        rules
    }
}
