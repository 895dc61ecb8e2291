//! The statistics that tables show.
//!
//! Trials are few, and other programs disturb them now and then. So the typical value is the *median*, and the
//! spread is taken from the quartiles. NaN values are ignored.

use crate::record::Value;
pub use crate::record::metrics::{median, quantile};

/// How to read [`spread`] after this many trials, for the line below a table.
pub fn spread_rule(trials: usize) -> &'static str {
    if trials < 4 {
        "± is half the range of the trials"
    } else {
        "± is half the interquartile range of the trials"
    }
}

/// How a speed-up was computed ([`crate::record::metrics`]), for the line below a table.
pub const SPEEDUP_RULE: &str = "A speed-up is computed for each round; the table shows the median.";

/// The least value; `None` without a number.
pub fn min(values: &[f64]) -> Option<f64> {
    finite_values(values).into_iter().reduce(f64::min)
}

/// The greatest value; `None` without a number.
pub fn max(values: &[f64]) -> Option<f64> {
    finite_values(values).into_iter().reduce(f64::max)
}

/// The spread of the trials, as a ± around the median: half the distance between the quartiles.
///
/// With fewer than four values, quartiles mean little: then it is half the distance between the minimum and the
/// maximum. A single value has no spread.
pub fn spread(values: &[f64]) -> Option<f64> {
    let values = finite_values(values);
    let (low, high) = match values.len() {
        0 | 1 => return None,
        2 | 3 => (min(&values)?, max(&values)?),
        _ => (quantile(&values, 0.25)?, quantile(&values, 0.75)?),
    };
    Some((high - low) / 2.0)
}

/// A median and its spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MedianSpread {
    /// The median of the trials.
    pub median: f64,
    /// [`spread`] of the trials; `None` if there was only one.
    pub spread: Option<f64>,
}

impl MedianSpread {
    /// The median and spread of these trials; `None` without a number.
    pub fn from_values(values: &[f64]) -> Option<Self> {
        Some(Self {
            median: median(values)?,
            spread: spread(values),
        })
    }
}

/// The median of a figure as a cell: `cell(summary.work_s, Value::Seconds, "not measured")`.
pub fn median_cell(figure: Option<MedianSpread>, kind: fn(f64) -> Value, missing: &str) -> Value {
    figure.map_or_else(|| Value::missing(missing), |figure| kind(figure.median))
}

/// The spread of a figure as a cell.
pub fn spread_cell(figure: Option<MedianSpread>, kind: fn(f64) -> Value) -> Value {
    let spread = figure.and_then(|figure| figure.spread);
    spread.map_or_else(|| Value::missing("one trial has no spread"), kind)
}

fn finite_values(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_left_out() {
        assert_eq!(median(&[f64::NAN, 2.0, f64::INFINITY]), Some(2.0));
        assert_eq!(spread(&[f64::NAN, 2.0]), None);
        assert_eq!(min(&[f64::NAN]), None);
        assert_eq!(max(&[1.0, 5.0, f64::NAN]), Some(5.0));
    }

    #[test]
    fn one_outlier_does_not_make_the_spread() {
        let calm = spread(&[1.0, 1.1, 1.2, 1.3, 1.4]).expect("five trials");
        let disturbed = spread(&[1.0, 1.1, 1.2, 1.3, 90.0]).expect("five trials");
        assert!(calm > 0.05 && calm < 0.2, "{calm}");
        assert!(disturbed < 30.0, "{disturbed}");
    }

    #[test]
    fn few_trials_tell_their_whole_range() {
        assert_eq!(spread(&[1.0, 5.0, 2.0]), Some(2.0));
        assert_eq!(spread(&[1.0]), None);
    }
}
