//! Curves and distributions as SVG.

use std::fmt::Write as _;

use super::{
    canvas::{BAR, LEFT, RIGHT, ROW, SvgCanvas},
    chart::{ValueAxis, axis_marks, curve_limits, format_time},
};
use crate::{
    report::{SpeedupCurve, ValueSpread},
    text::units::format_significant,
};

/// The height of a curve.
const HEIGHT: f64 = 260.0;
/// The left edge of a curve, after the labels of its axis.
const CURVE_LEFT: f64 = 60.0;
/// The classes that tell lines apart; beyond these, they repeat.
const LINE_CLASSES: usize = 6;
/// The radius of a point.
const RADIUS: f64 = 3.0;

/// The speed-up upwards, the workers to the right; the dashed line is the ideal.
pub fn draw_curve(curve: &SpeedupCurve, canvas: &mut SvgCanvas) {
    let (most_workers, most) = curve_limits(curve);
    let (top, bottom) = (canvas.y + 10.0, canvas.y + 10.0 + HEIGHT);
    let x_of = |workers: f64| {
        let share = (workers - 1.0) / (most_workers - 1.0).max(1.0);
        CURVE_LEFT + share * (RIGHT - CURVE_LEFT)
    };
    let y_of = |speedup: f64| bottom - (speedup / most).clamp(0.0, 1.0) * (bottom - top);
    canvas.line([CURVE_LEFT, top, CURVE_LEFT, bottom]);
    canvas.line([CURVE_LEFT, bottom, RIGHT, bottom]);
    for mark in axis_marks(most, 4) {
        canvas.line([CURVE_LEFT - 4.0, y_of(mark), CURVE_LEFT, y_of(mark)]);
        let text = format!("{}×", format_significant(mark, 2));
        canvas.text(
            CURVE_LEFT - 8.0,
            y_of(mark) + 4.0,
            " text-anchor=\"end\"",
            &text,
        );
    }
    for workers in curve.worker_counts() {
        canvas.line([x_of(workers), bottom, x_of(workers), bottom + 4.0]);
        let text = format!("{workers:.0}");
        canvas.text(
            x_of(workers),
            bottom + 18.0,
            " text-anchor=\"middle\"",
            &text,
        );
    }
    let knee = curve.cores.clamp(1.0, most_workers);
    let ideal = [(1.0, 1.0), (knee, knee), (most_workers, knee)];
    let ideal = ideal.map(|(workers, speedup)| (x_of(workers), y_of(speedup)));
    canvas.polyline("ideal", &ideal);
    for (line, number) in curve.lines.iter().zip((0..LINE_CLASSES).cycle()) {
        let points = line.points.iter();
        let places: Vec<(f64, f64)> = points
            .map(|point| (x_of(point.workers), y_of(point.speedup)))
            .collect();
        canvas.polyline(&format!("curve-{number}"), &places);
        for (point, (x, y)) in line.points.iter().zip(places) {
            canvas.line([x, y_of(point.low), x, y_of(point.high)]);
            let words = format!(
                "{}: {:.0} workers, {:.2}×",
                line.name, point.workers, point.speedup
            );
            let place = [x - RADIUS, y - RADIUS, 2.0 * RADIUS, 2.0 * RADIUS];
            canvas.rect(&format!("point-{number}"), place, &words);
        }
    }
    canvas.y = bottom + ROW;
    explain_lines(curve, canvas);
}

/// The name of each line beside its colour, and how to read the curve.
fn explain_lines(curve: &SpeedupCurve, canvas: &mut SvgCanvas) {
    for (line, number) in curve.lines.iter().zip((0..LINE_CLASSES).cycle()) {
        let place = [CURVE_LEFT, canvas.y + 6.0, 12.0, 10.0];
        canvas.rect(&format!("point-{number}"), place, &line.name);
        canvas.text(CURVE_LEFT + 18.0, canvas.y + 15.0, "", &line.name);
        canvas.y += ROW;
    }
    let words =
        "Upwards: the speed-up; to the right: workers. Dashed: the ideal, a core for each worker.";
    canvas.text(CURVE_LEFT, canvas.y + 15.0, "", words);
    canvas.y += ROW + 4.0;
}

/// All values as points, the middle half as a box, the median as a line in it.
pub fn draw_spreads(spreads: &[ValueSpread], canvas: &mut SvgCanvas) {
    let axis = ValueAxis::over(spreads);
    let right = RIGHT - 70.0;
    let x_of = |value: f64| LEFT + axis.place(value) * (right - LEFT);
    let mut last = None;
    for spread in spreads {
        canvas.label_row((&spread.group, &spread.name), &mut last);
        let (y, middle) = (canvas.y + (ROW - BAR) / 2.0, canvas.y + ROW / 2.0);
        canvas.line([x_of(spread.at(0.0)), middle, x_of(spread.at(1.0)), middle]);
        let (low, high) = (x_of(spread.at(0.25)), x_of(spread.at(0.75)));
        let median = format_time(spread.at(0.5));
        canvas.rect("box", [low, y, (high - low).max(1.0), BAR], &median);
        for value in &spread.values {
            let (x, words) = (x_of(*value), format_time(*value));
            canvas.rect("dot", [x - 1.0, middle - 1.0, 2.0, 2.0], &words);
        }
        canvas.rect("median", [x_of(spread.at(0.5)) - 1.0, y, 2.0, BAR], &median);
        canvas.text(right + 8.0, canvas.y + ROW * 0.7, "", &median);
        canvas.y += ROW;
    }
    canvas.line([LEFT, canvas.y + 2.0, right, canvas.y + 2.0]);
    for mark in axis.marks() {
        let x = x_of(mark);
        canvas.line([x, canvas.y + 2.0, x, canvas.y + 6.0]);
        canvas.text(
            x,
            canvas.y + 19.0,
            " text-anchor=\"middle\"",
            &format_time(mark),
        );
    }
    canvas.y += ROW + 4.0;
    let mut words = "Box: the middle half of the values; the line in it: their median.".to_owned();
    if axis.is_logarithmic {
        let _ = write!(words, " The axis is logarithmic.");
    }
    canvas.text(8.0, canvas.y + 14.0, "", &words);
    canvas.y += ROW + 2.0;
}
