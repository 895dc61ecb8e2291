//! Tests that every layout works and that none is too wide.

use proptest::{collection::vec, prelude::*};
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::{record::Value, report};

fn sheet(headings: &[&str], rows: &[&[&str]]) -> FormattedTable {
    let mut table = report::Table::new("t", headings);
    for row in rows {
        table.add_row(row.iter().map(|cell| Value::text(*cell)));
    }
    FormattedTable::from_table(&table, Style::without_color(80))
}

fn text(sheet: &FormattedTable, width: usize) -> String {
    lay_out_table(sheet, Style::without_color(width))
        .lines
        .join("\n")
}

#[test]
fn what_fits_stays_as_it_is() {
    let sheet = sheet(&["name", "says"], &[&["Process-1", "10"]]);
    assert_eq!(
        text(&sheet, 60),
        "name       says\n───────────────\nProcess-1  10"
    );
}

#[test]
fn the_least_important_columns_are_left_out_first() {
    let ranks = [("parent", 2), ("PID", 1)];
    let mut table = report::Table::new("t", &["name", "parent", "PID"]).ranked(&ranks);
    table.add_row(["a name of some length", "1234567890", "1234567891"].map(Value::text));
    let sheet = FormattedTable::from_table(&table, Style::without_color(80));
    let all = text(&sheet, 60);
    assert!(all.contains("parent") && all.contains("PID"), "{all}");
    let fewer = text(&sheet, 41);
    assert!(
        !fewer.contains("parent") && fewer.contains("PID"),
        "{fewer}"
    );
}

#[test]
fn prose_is_wrapped_before_anything_else() {
    let sheet = sheet(
        &["row", "threads"],
        &[
            &["memory", "All threads of a process see the same memory"],
            &["crash", "A crashing thread takes the others with it"],
        ],
    );
    insta::assert_snapshot!(text(&sheet, 40));
}

#[test]
fn many_columns_are_turned_and_then_dealt_as_cards() {
    let headings: Vec<String> = (0..9).map(|n| format!("heading{n}")).collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let row = ["value"; 9];
    let sheet = sheet(&headings, &[&row, &row]);
    insta::assert_snapshot!("turned", text(&sheet, 60));
    insta::assert_snapshot!("cards", text(&sheet, 39));
}

#[test]
fn a_table_that_is_longer_than_a_page_is_divided_evenly_and_its_headings_are_repeated() {
    let rows: [&[&str]; 6] = [
        &["Rust", "1", "a"],
        &["", "2", "two words"],
        &["", "3", "c"],
        &["", "4", "d"],
        &["PyPy", "1", "e"],
        &["", "2", "f"],
    ];
    let sheet = sheet(&["under", "chunk", "says"], &rows);
    let lay_out = |page_lines| {
        let style = Style {
            page_lines: Some(page_lines),
            ..Style::without_color(60)
        };
        lay_out_table(&sheet, style).lines.join("\n")
    };
    assert_eq!(lay_out(8), text(&sheet, 60));
    insta::assert_snapshot!(lay_out(7).replace(PAGE_BREAK, "(page)"), @r"
    under  chunk  says
    ───────────────────────
    Rust   1      a
           2      two words
           3      c
    (page)
    under  chunk  says
    ──────────────────
    Rust   4      d
    PyPy   1      e
           2      f
    ");
}

#[test]
fn the_parts_of_a_long_table_are_pages() {
    let headings: Vec<String> = (0..9).map(|n| format!("heading{n}")).collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let rows = [&["value"; 9] as &[&str]; 9];
    let sheet = sheet(&headings, &rows);
    let style = Style {
        page_lines: Some(12),
        ..Style::without_color(60)
    };
    let paged = lay_out_table(&sheet, style).lines.join("\n");
    assert_eq!(paged.replace(PAGE_BREAK, ""), text(&sheet, 60));
    let pages: Vec<&str> = paged.split(PAGE_BREAK).collect();
    assert_eq!(pages.len(), 2);
}

#[test]
fn many_columns_of_many_rows_are_drawn_in_parts() {
    let headings: Vec<String> = (0..9).map(|n| format!("heading{n}")).collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let rows = [&["value"; 9] as &[&str]; 9];
    insta::assert_snapshot!("parts", text(&sheet(&headings, &rows), 60));
}

#[test]
fn prose_is_cramped_before_it_is_dealt_as_cards() {
    let cells = [
        "a worker that died",
        "what it did last",
        "who went on working",
    ];
    let rows = [&cells as &[&str]; 9];
    insta::assert_snapshot!("cramped", text(&sheet(&["who", "how", "then"], &rows), 42));
}

#[test]
fn a_screen_reader_gets_cards_at_any_width() {
    let sheet = sheet(&["name", "says"], &[&["Process-1", "10"]]);
    let style = Style {
        accessible: true,
        ..Style::without_color(200)
    };
    assert_eq!(
        lay_out_table(&sheet, style).lines,
        ["name: Process-1", "  says: 10"]
    );
}

/// The line without colours.
fn bare(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |bare, part| {
        bare + part.split_once('m').map_or("", |(_, text)| text)
    })
}

fn anything() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..40).prop_map(String::from_iter)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        anything().prop_map(Value::Text),
        any::<i64>().prop_map(Value::Count),
        any::<f64>().prop_map(Value::Seconds),
        vec(any::<u32>(), 0..20).prop_map(Value::Pids),
        Just(Value::missing("why")),
        Just(Value::Nothing),
    ]
}

proptest! {
    #[test]
    fn no_line_is_wider_than_asked(
        headings in vec(anything(), 1..12),
        cells in vec(value(), 0..60),
        style in (any::<bool>(), any::<bool>(), 20usize..=200),
    ) {
        let (color, ascii, width) = style;
        let style = Style { color, ascii, ..Style::without_color(width) };
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        let mut table = report::Table::new("t", &headings);
        for row in cells.chunks_exact(headings.len()) {
            table.add_row(row.iter().cloned());
        }
        for line in lay_out_table(&FormattedTable::from_table(&table, style), style).lines {
            let line = bare(&line);
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            prop_assert!(UnicodeWidthStr::width(line.as_str()) <= width, "{line:?}");
            prop_assert!(!ascii || line.is_ascii());
        }
    }
}
