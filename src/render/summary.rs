//! Lays out the table that decides a run: the worlds as columns where they fit, or else as groups of rows.

use super::{
    Style, figure,
    formatted_table::{ColumnHeading, FormattedCell, FormattedTable},
    layout::{self, TableLayout},
    text::{display_width, make_visible},
};
use crate::{record::Value, report::SummaryTable};

/// With more rows, worlds as columns are not worth it if groups of rows need fewer.
const MOST_ROWS: usize = 12;
/// The text for an item that a world does not have.
const NO_ITEM: &str = "–";
/// The text for a cell that is the same as in the first world.
const SAME: &str = "same";
/// Longer texts do not stand side by side.
const READABLE_TEXT: usize = 20;
/// Shorter texts are repeated in each world.
const LONG_TEXT: usize = 9;

/// Lays out the table in the first way that fits. Returns also how many of its figures are shown.
pub fn lay_out_summary(summary: &SummaryTable, style: Style) -> (TableLayout, usize) {
    let all = summary.figures.len();
    if summary.worlds.len() > 1 && !has_prose(summary) {
        let wide = put_worlds_in_columns(summary, style);
        let is_short = wide.rows.len() <= MOST_ROWS.max(summary.rows.len());
        let lines = is_short.then(|| layout::lay_out_only_grid(&wide, style));
        if let Some(lines) = lines.flatten() {
            let cards = false;
            return (TableLayout { lines, cards }, all);
        }
    }
    // The last figures are the least telling ones.
    let least = if summary.needs_all_figures { all } else { 1 };
    for figures in (least..=all).rev() {
        let groups = put_worlds_in_rows(summary, figures, style);
        if let Some(lines) = layout::lay_out_only_grid(&groups, style) {
            let cards = false;
            return (TableLayout { lines, cards }, figures);
        }
    }
    if summary.needs_all_figures
        && let Some(lines) = lay_out_figures_apart(summary, style)
    {
        let cards = false;
        return (TableLayout { lines, cards }, all);
    }
    let whole = FormattedTable::from_table(&summary.to_table(all), style);
    (layout::lay_out_table(&whole, style), all)
}

/// A table for each figure, without the rows that lack it.
fn lay_out_figures_apart(summary: &SummaryTable, style: Style) -> Option<Vec<String>> {
    let grids = summary.figures.iter().map(|figure| {
        let mut alone = summary.clone();
        for other in summary.figures.iter().filter(|other| *other != figure) {
            alone.remove_figure(&other.name);
        }
        layout::lay_out_only_grid(&put_worlds_in_rows(&alone, 1, style), style)
    });
    Some(layout::join_pages(grids.collect::<Option<_>>()?, style))
}

/// Long texts and pictures are compared line below line.
fn has_prose(summary: &SummaryTable) -> bool {
    let mut cells = summary.rows.iter().flat_map(|row| &row.cells);
    cells.any(|cell| matches!(cell, Value::Text(text) if display_width(text) > READABLE_TEXT))
}

/// One row for each figure of each item; an item is named once.
fn put_worlds_in_columns(summary: &SummaryTable, style: Style) -> FormattedTable {
    let several = summary.figures.len() > 1;
    let items = format_items(summary, style);
    let mut rows = Vec::new();
    for (item, name) in summary.items().into_iter().zip(items) {
        let mut name = Some(name);
        for at in 0..summary.figures.len() {
            let cells = format_figure(summary, item, at, style);
            if cells.iter().all(|cell| cell.gap) {
                continue;
            }
            let mut row = vec![word_cell(name.take().unwrap_or_default())];
            row.extend(several.then(|| word_cell(make_visible(&summary.figures[at].name, style))));
            row.extend(cells);
            rows.push(row);
        }
    }
    let first = match &summary.figures[..] {
        [only] => format!("{}: {}", summary.item, only.name),
        _ => summary.item.clone(),
    };
    let mut headings = vec![heading(&first, false, style)];
    headings.extend(several.then(|| heading("", false, style)));
    let worlds = summary.worlds.iter();
    headings.extend(worlds.map(|world| heading(world, true, style)));
    FormattedTable { headings, rows }
}

/// The names of the items, in a common unit.
fn format_items(summary: &SummaryTable, style: Style) -> Vec<String> {
    let column = figure::format_column(&summary.items(), None);
    let unit = column.unit.unwrap_or_default();
    let names = column.cells.iter();
    names
        .map(|name| make_visible(format!("{name} {unit}").trim_end(), style))
        .collect()
}

/// An item's figure in each world, with its unit.
fn format_figure(
    summary: &SummaryTable,
    item: &Value,
    at: usize,
    style: Style,
) -> Vec<FormattedCell> {
    let none = Value::Nothing;
    let worlds = 0..summary.worlds.len();
    let values: Vec<&Value> = worlds
        .map(|world| summary.cell(world, item, at).unwrap_or(&none))
        .collect();
    let unit = summary.figures[at].unit.as_deref();
    let formatted = figure::format_column(&values, unit);
    let first = values.first().copied();
    let is_same = values.iter().all(|value| Some(*value) == first);
    let cells = formatted.cells.iter().zip(&values).enumerate();
    cells
        .map(|(world, (text, value))| {
            let gap = matches!(value, Value::Missing(_) | Value::Nothing);
            let words = matches!(value, Value::Text(_) | Value::Pids(_) | Value::Cores(_));
            let is_long = words && display_width(text) > LONG_TEXT;
            let text = match (value, formatted.unit.as_deref()) {
                (Value::Nothing, _) => NO_ITEM.to_owned(),
                _ if is_same && is_long && world > 0 => SAME.to_owned(),
                (Value::Missing(_), _) | (_, None) => text.clone(),
                (_, Some("×")) => format!("{text}×"),
                (_, Some(unit)) => format!("{text} {unit}"),
            };
            FormattedCell {
                text: make_visible(&text, style),
                words,
                gap,
            }
        })
        .collect()
}

/// One row for each world and item; a world is named once.
fn put_worlds_in_rows(summary: &SummaryTable, figures: usize, style: Style) -> FormattedTable {
    let mut table = FormattedTable::from_table(&summary.to_table(figures), style);
    if summary.worlds.len() > 1 {
        let mut last = String::new();
        for row in &mut table.rows {
            let name = std::mem::take(&mut row[0].text);
            if name != last {
                row[0].text.clone_from(&name);
                last = name;
            }
        }
    }
    table
}

fn word_cell(text: String) -> FormattedCell {
    FormattedCell {
        text,
        words: true,
        gap: false,
    }
}

fn heading(name: &str, right: bool, style: Style) -> ColumnHeading {
    ColumnHeading {
        name: make_visible(name, style).replace('\n', " "),
        unit: None,
        right,
        picture: false,
        rank: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{SummaryRow, Table};

    fn summary() -> SummaryTable {
        let world = |factor: f64, word: &str| {
            let headings = ["workers", "time [s]", "speed-up [×]", "they ran"];
            let mut table = Table::new("", &headings);
            let time = |seconds: f64| Value::Seconds(seconds * factor);
            table.add_row([
                "one thread".into(),
                time(0.2),
                Value::Nothing,
                Value::Nothing,
            ]);
            let two = [time(0.1), Value::Ratio(2.0 / factor), word.into()];
            table.add_row(std::iter::once(Value::from("2 threads")).chain(two));
            table
        };
        let worlds = vec![
            ("Rust".to_owned(), world(1.0, "at once")),
            ("CPython 3.13".to_owned(), world(2.0, "by turns")),
        ];
        SummaryTable::merge_worlds("Primes", worlds, &["time", "speed-up", "they ran"])
    }

    fn summary_of_four_worlds() -> SummaryTable {
        let mut summary = summary();
        for world in ["PyPy 3.11", "CPython 3.8"] {
            summary.worlds.push(world.to_owned());
            let more = SummaryRow {
                world: summary.worlds.len() - 1,
                ..summary.rows[3].clone()
            };
            summary.rows.push(more);
        }
        summary
    }

    fn drawn(summary: &SummaryTable, style: Style) -> String {
        lay_out_summary(summary, style).0.lines.join("\n")
    }

    #[test]
    fn worlds_stand_side_by_side_where_they_fit() {
        let text = drawn(&summary(), Style::without_color(80));
        insta::assert_snapshot!(text, @r"
        workers                  Rust  CPython 3.13
        ───────────────────────────────────────────
        one thread  time       200 ms        400 ms
        2 threads   time       100 ms        200 ms
                    speed-up    2.00×         1.00×
                    they ran  at once      by turns
        ");
    }

    #[test]
    fn figures_that_are_compared_with_each_other_stand_below_each_other() {
        let summary = summary_of_four_worlds().with_all_figures();
        let (layout, figures) = lay_out_summary(&summary, Style::without_color(46));
        assert_eq!(figures, 3);
        insta::assert_snapshot!(layout.lines.join("\n"), @r"
        under         workers     time [ms]
        ───────────────────────────────────
        Rust          one thread        200
                      2 threads         100
        CPython 3.13  one thread        400
                      2 threads         200
        PyPy 3.11     2 threads         200
        CPython 3.8   2 threads         200

        under         workers    speed-up [×]
        ─────────────────────────────────────
        Rust          2 threads          2.00
        CPython 3.13  2 threads          1.00
        PyPy 3.11     2 threads          1.00
        CPython 3.8   2 threads          1.00

        under         workers    they ran
        ─────────────────────────────────
        Rust          2 threads  at once
        CPython 3.13  2 threads  by turns
        PyPy 3.11     2 threads  by turns
        CPython 3.8   2 threads  by turns
        ");
    }

    #[test]
    fn where_they_do_not_fit_worlds_are_groups_and_the_least_telling_figures_go() {
        let text = drawn(&summary_of_four_worlds(), Style::without_color(46));
        insta::assert_snapshot!(text, @r"
        under         workers     time [ms]  they ran
        ─────────────────────────────────────────────
        Rust          one thread        200
                      2 threads         100  at once
        CPython 3.13  one thread        400
                      2 threads         200  by turns
        PyPy 3.11     2 threads         200  by turns
        CPython 3.8   2 threads         200  by turns
        ");
    }

    #[test]
    fn a_screen_reader_gets_a_list() {
        let style = Style {
            accessible: true,
            ..Style::without_color(80)
        };
        let laid_out = lay_out_summary(&summary(), style);
        assert!(laid_out.0.cards);
        let text = laid_out.0.lines.join("\n");
        assert!(
            text.contains("under: CPython 3.13\n  workers: 2 threads"),
            "{text}"
        );
        assert!(text.contains("  they ran: by turns"), "{text}");
    }

    #[test]
    fn a_long_text_that_is_the_same_everywhere_stands_once() {
        let world = |seconds: f64| {
            let mut table = Table::new("", &["task", "time [s]", "its end"]);
            table.add_row(["a".into(), Value::Seconds(seconds), "an exception".into()]);
            table
        };
        let worlds = vec![
            ("Rust".to_owned(), world(1.0)),
            ("PyPy".to_owned(), world(2.0)),
        ];
        let summary = SummaryTable::merge_worlds("Ends", worlds, &["time", "its end"]);
        let text = drawn(&summary, Style::without_color(80));
        assert_eq!(text.matches("an exception").count(), 1, "{text}");
        assert!(text.contains("same"), "{text}");
    }

    #[test]
    fn a_world_without_an_item_has_a_dash() {
        let mut summary = summary();
        summary.add_item("Rust", "2 processes".into(), "time", Value::Seconds(0.1));
        let text = drawn(&summary, Style::without_color(80));
        let line = text.lines().last().unwrap_or_default();
        assert!(
            line.starts_with("2 processes") && line.ends_with('–'),
            "{text}"
        );
    }
}
