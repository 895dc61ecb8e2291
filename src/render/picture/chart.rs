//! What drawings in characters and in SVG have in common: figures as text, and the marks of an axis.

use crate::{
    record::Value,
    render::figure,
    report::{FigureBar, LaneState, SpeedupCurve, TimelineLane, ValueSpread},
    text::units::{SECONDS, format_with_unit},
};

/// A length of time, with its unit.
pub fn format_time(seconds: f64) -> String {
    format_with_unit(SECONDS, seconds)
}

/// The figures of bars, each with its unit: `101 ms`, and with its spread `101 ms (99–103)`.
pub fn format_values(bars: &[FigureBar]) -> Vec<String> {
    let values: Vec<&Value> = bars.iter().map(|bar| &bar.value).collect();
    let column = figure::format_column(&values, None);
    let unit = column
        .unit
        .map_or_else(String::new, |unit| format!(" {unit}"));
    let cells = bars.iter().zip(column.cells);
    cells
        .map(|(bar, cell)| match bar.spread {
            Some(ends) => add_range(&format!("{cell}{unit}"), ends),
            None => format!("{cell}{unit}"),
        })
        .collect()
}

/// `101 ms (99–103)`; the ends have units of their own where these are not all the same.
fn add_range(figure: &str, ends: [f64; 2]) -> String {
    let [low, high] = ends.map(format_time);
    // With its space: `ms` ends in `s` too.
    let unit = figure.rfind(' ').map_or("", |at| &figure[at..]);
    let numbers = [&low, &high].map(|end| end.strip_suffix(unit));
    match numbers {
        [Some(low), Some(high)] if low == high => figure.to_owned(),
        [Some(low), Some(high)] => format!("{figure} ({low}–{high})"),
        _ => format!("{figure} ({low} – {high})"),
    }
}

/// The greatest figure, as the length of the whole axis.
pub fn greatest_value(bars: &[FigureBar]) -> f64 {
    let numbers = bars.iter().filter_map(|bar| {
        let number = bar.value.number()?;
        Some(bar.spread.map_or(number, |[_, high]| number.max(high)))
    });
    numbers.fold(f64::MIN_POSITIVE, f64::max)
}

/// The end of the last lane.
pub fn end_of_lanes(lanes: &[TimelineLane]) -> f64 {
    let ends = lanes.iter().map(TimelineLane::end_s);
    ends.fold(f64::MIN_POSITIVE, f64::max)
}

/// The states that occur in these lanes, in the order of the legend.
pub fn used_states(lanes: &[TimelineLane]) -> Vec<LaneState> {
    let spans = lanes.iter().flat_map(|lane| &lane.spans);
    let used: Vec<LaneState> = spans
        .flat_map(|span| span.parts.iter().map(|(state, _)| *state))
        .collect();
    let mut states = LaneState::ALL.to_vec();
    states.retain(|state| used.contains(state));
    states
}

/// The marks of an axis that begins at 0: multiples of 1, 2 or 5 times a power of ten, at most so many steps.
pub fn axis_marks(end: f64, steps: usize) -> Vec<f64> {
    if !(end.is_finite() && end > 0.0) {
        return vec![0.0];
    }
    let least = end / steps.max(1) as f64;
    let power = 10f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(least);
    let count = (end / step * (1.0 + 1e-9)).floor() as usize;
    (0..=count).map(|at| at as f64 * step).collect()
}

/// The ends of a curve's axes: the most workers, and the greatest speed-up that is shown.
pub fn curve_limits(curve: &SpeedupCurve) -> (f64, f64) {
    let points = || curve.lines.iter().flat_map(|line| &line.points);
    let workers = points().map(|point| point.workers).fold(1.0, f64::max);
    let speedup = points().map(|point| point.high).fold(0.0, f64::max);
    (workers, speedup.max(workers.min(curve.cores)).max(1.0))
}

/// From this quotient of the ends on, an axis is logarithmic: otherwise the small values would all lie at its start.
const LOGARITHMIC_FROM: f64 = 30.0;

/// The axis of distributions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueAxis {
    /// The least value.
    pub low: f64,
    /// The greatest one.
    pub high: f64,
    /// Whether equal steps are equal quotients.
    pub is_logarithmic: bool,
}

impl ValueAxis {
    /// The axis that all values fit on.
    pub fn over(spreads: &[ValueSpread]) -> Self {
        let values = || {
            let values = spreads
                .iter()
                .flat_map(|spread| spread.values.iter().copied());
            values.filter(|value| value.is_finite() && *value > 0.0)
        };
        let low = values().fold(f64::INFINITY, f64::min);
        let high = values().fold(f64::MIN_POSITIVE, f64::max);
        let is_logarithmic = high / low >= LOGARITHMIC_FROM;
        let low = if is_logarithmic { low } else { 0.0 };
        Self {
            low,
            high,
            is_logarithmic,
        }
    }

    /// The place of a value, from 0 to 1.
    pub fn place(self, value: f64) -> f64 {
        let place = if self.is_logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if place.is_finite() {
            place.clamp(0.0, 1.0)
        } else {
            0.0
        }
    }

    /// The marks: powers of ten on a logarithmic axis.
    pub fn marks(self) -> Vec<f64> {
        if !self.is_logarithmic {
            return axis_marks(self.high, 5);
        }
        let powers = self.low.log10().ceil() as i32..=self.high.log10().floor() as i32;
        powers.map(|power| 10f64.powi(power)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_marks_from_zero_to_its_end() {
        assert_eq!(axis_marks(0.35, 4), [0.0, 0.1, 0.2, 0.1 * 3.0]);
        assert_eq!(axis_marks(4.0, 4), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(axis_marks(7.0, 4), [0.0, 2.0, 4.0, 6.0]);
        assert_eq!(axis_marks(0.0, 4), [0.0]);
        assert_eq!(axis_marks(f64::NAN, 4), [0.0]);
    }
}
