//! The workers as a table.

use super::snapshot::{BenchSnapshot, WorkerRow};
use crate::{record::Value, report::Table};

const EXIT: &str = "exit code";

/// The columns, and how soon a narrow screen leaves them out: 0 never, then the highest first.
const COLUMNS: [(&str, u8); 13] = [
    ("name", 0),
    ("kind", 4),
    ("PID", 1),
    ("TID", 7),
    ("parent", 8),
    ("state", 0),
    (EXIT, 0),
    ("core", 5),
    ("CPU", 2),
    ("cores wanted", 9),
    ("private", 6),
    ("age", 3),
    ("what it does", 0),
];

/// The table of `ps`.
pub fn worker_table(snapshot: &BenchSnapshot) -> Table {
    let has_ended = snapshot.rows.iter().any(|row| row.exitcode.is_some());
    let mut columns = COLUMNS;
    for (name, rank) in &mut columns {
        if *name == EXIT && !has_ended {
            *rank = u8::MAX;
        }
    }
    let mut table = Table::new("Workers", &columns.map(|(name, _)| name)).ranked(&columns);
    for row in &snapshot.rows {
        table.add_row(row_cells(row));
    }
    table
}

fn row_cells(row: &WorkerRow) -> [Value; 13] {
    let is_over = row.state.is_over();
    let number = |number: Option<u32>| number.map_or(Value::Nothing, Value::Pid);
    let figure = |figure: Option<f64>, kind: fn(f64) -> Value| match figure {
        Some(figure) => kind(figure),
        None if is_over => Value::Nothing,
        None => Value::missing("this platform does not count it"),
    };
    [
        Value::text(&row.name),
        Value::text(row.place.name()),
        Value::Pid(row.pid),
        number(row.tid),
        number(row.parent),
        Value::text(row.state.name()),
        row.exitcode
            .map_or(Value::Nothing, |code| Value::Count(code.into())),
        number(row.core),
        figure(row.cpu, Value::Share),
        figure(row.cores_wanted, Value::Ratio),
        row.private_bytes.map_or(Value::Nothing, Value::Bytes),
        Value::Seconds(row.age.as_secs_f64()),
        Value::text(&row.doing),
    ]
}
