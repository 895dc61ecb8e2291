//! Distributions: every value of a series that a demo measured, and orders with how often each came.

use crate::{
    record::Value,
    report::{FigureBar, Picture, PictureShape, ValueSpread},
};

/// The values of several series on one axis; nothing without one that has several values.
pub fn value_spreads(title: &str, series: Vec<(String, String, Vec<f64>)>) -> Option<Picture> {
    let spreads = series.into_iter().filter_map(|(group, name, mut values)| {
        values.retain(|value| value.is_finite() && *value > 0.0);
        values.sort_by(f64::total_cmp);
        let spread = ValueSpread {
            group,
            name,
            values,
        };
        (!spread.values.is_empty()).then_some(spread)
    });
    let spreads: Vec<ValueSpread> = spreads.collect();
    let has_several = spreads.iter().any(|spread| spread.values.len() > 1);
    has_several.then(|| Picture::new(title, PictureShape::Spreads(spreads)))
}

/// How often each of several things came.
pub fn count_bars(title: &str, counts: Vec<(String, String, usize)>) -> Option<Picture> {
    let bars = counts.into_iter().map(|(group, name, count)| FigureBar {
        group,
        name,
        value: Value::count(count),
    });
    let bars: Vec<FigureBar> = bars.collect();
    (!bars.is_empty()).then(|| Picture::new(title, PictureShape::Bars(bars)))
}
