//! A table as a list of records: for narrow screens and screen readers.

use super::{Style, TextRole, formatted_table::FormattedTable, text::wrap_text};

/// One block per row, one line per cell.
pub fn format_record_list(sheet: &FormattedTable, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    for row in 0..sheet.rows.len() {
        if row > 0 {
            lines.push(String::new());
        }
        for (column, heading) in sheet.headings.iter().enumerate() {
            let value = sheet.cell_with_unit(row, column).trim().to_owned();
            let for_ears = style.accessible && heading.picture;
            if !(value.is_empty() || for_ears) {
                lines.extend(format_labelled(&heading.name, &value, column > 0, style));
            }
        }
    }
    lines
}

/// `label: value`, wrapped; the lines of a record after the first are indented.
fn format_labelled(label: &str, value: &str, inside: bool, style: Style) -> Vec<String> {
    let indent = if inside { "  " } else { "" };
    let further = format!("{indent}  ");
    let columns = style.width - further.len();
    let whole = format!("{label}: {}", value.replace('\n', " "));
    let mut painted = 0;
    wrap_text(&whole, columns)
        .iter()
        .enumerate()
        .map(|(at, line)| {
            // The label alone may be longer than a line.
            let left = label.len().saturating_sub(painted).min(line.len());
            painted += line.len();
            let (name, rest) = line.split_at_checked(left).unwrap_or(("", line));
            let name = if name.is_empty() {
                String::new()
            } else {
                style.paint_text(name, TextRole::Strong)
            };
            let indent = if at == 0 { indent } else { &further };
            format!("{indent}{name}{rest}")
        })
        .collect()
}
