//! Cells and columns of a demo's table that are medians of one observation each.

use crate::{
    record::{Run, Value},
    report::stats,
};

/// A column: the observation, the heading, and what kind of value its number is.
pub type FigureColumn = (&'static str, &'static str, fn(f64) -> Value);

/// The median of a column's observation with these labels; without numbers, why there are none.
pub fn median_figure(run: &Run, column: &FigureColumn, labels: &[(&str, &str)]) -> Value {
    let (name, _, into_value) = column;
    median_value(run, name, labels, *into_value)
}

/// The median of an observation with these labels; without numbers, why there are none.
pub fn median_value(
    run: &Run,
    name: &str,
    labels: &[(&str, &str)],
    into_value: fn(f64) -> Value,
) -> Value {
    let median = stats::median(&run.number_series(name, labels));
    median.map_or_else(|| run.last_cell(name, labels), into_value)
}

/// A median of counts.
pub fn count_value(number: f64) -> Value {
    Value::Count(number as i64)
}

/// A median of sizes.
pub fn bytes_value(number: f64) -> Value {
    Value::Bytes(number as u64)
}
