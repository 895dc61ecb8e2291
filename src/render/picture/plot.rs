//! Curves and distributions drawn with characters.

use super::{
    chart::{ValueAxis, axis_marks, curve_limits, format_time},
    drawing::{PictureDrawing, RowLabels, join_signs, note_left_out},
};
use crate::{
    render::{Style, text::make_visible},
    report::{SpeedupCurve, ValueSpread},
    text::units::format_significant,
};

/// The lines of a curve, without its axis.
const HEIGHT: usize = 12;
/// The signs of the lines, in their order.
const SIGNS: [char; 8] = ['o', 'x', '+', '*', '#', '@', '%', '&'];

/// A curve: speed-up upwards, workers to the right; dots are the ideal.
pub fn draw_curve(curve: &SpeedupCurve, style: Style) -> PictureDrawing {
    let (most_workers, most) = curve_limits(curve);
    let left = 6;
    let slots = style.width.saturating_sub(left + 2).clamp(16, 64);
    let mut grid = vec![vec![' '; slots + 1]; HEIGHT + 1];
    let column = |workers: f64| {
        let share = (workers - 1.0) / (most_workers - 1.0).max(1.0);
        (share * slots as f64).round() as usize
    };
    let row = |speedup: f64| {
        let share = (speedup / most).clamp(0.0, 1.0);
        HEIGHT - (share * HEIGHT as f64).round() as usize
    };
    let (dots, bar) = if style.ascii {
        ('.', '|')
    } else {
        ('·', '│')
    };
    let ideal = (0..=slots).map(|at| {
        let workers = 1.0 + at as f64 / slots as f64 * (most_workers - 1.0).max(0.0);
        (at, row(workers.min(curve.cores)))
    });
    for (at, row) in ideal {
        grid[row][at] = dots;
    }
    for (line, sign) in curve.lines.iter().zip(SIGNS.into_iter().cycle()) {
        for point in &line.points {
            let at = column(point.workers).min(slots);
            let (low, high) = (row(point.high), row(point.low));
            for cells in &mut grid[low..=high] {
                if matches!(cells[at], ' ' | '.' | '·') {
                    cells[at] = bar;
                }
            }
            grid[row(point.speedup)][at] = sign;
        }
    }
    let marks = axis_marks(most, 4);
    let mut lines: Vec<String> = Vec::new();
    for (at, cells) in grid.into_iter().enumerate() {
        let mark = marks.iter().find(|mark| row(**mark) == at);
        let label = mark.map_or_else(String::new, |mark| {
            format!("{}×", format_significant(*mark, 2))
        });
        let cells = String::from_iter(cells);
        lines.push(format!("{label:>5}{bar}{}", cells.trim_end()));
    }
    let places = curve.worker_counts().into_iter();
    let counts = draw_counts(places.map(|workers| (column(workers), workers)));
    lines.push(format!("{}{counts}", " ".repeat(left)));
    let signs = curve.lines.iter().zip(SIGNS.into_iter().cycle());
    let signs = signs.map(|(line, sign)| format!("{sign} {}", line.name));
    let ideal = format!("{dots} the ideal: a core for each worker");
    let legend = join_signs(signs.chain([ideal]));
    PictureDrawing {
        lines: lines.iter().map(|line| make_visible(line, style)).collect(),
        legend: vec![
            legend,
            "Upwards: the speed-up; to the right: workers.".to_owned(),
        ],
    }
}

/// The numbers of workers below their columns, as many as there is room for.
fn draw_counts(places: impl Iterator<Item = (usize, f64)>) -> String {
    let mut line = String::new();
    for (at, workers) in places {
        // A gap stands between two numbers.
        if line.is_empty() || line.len() < at {
            let gap = at.saturating_sub(line.len());
            line = format!("{line}{}{workers:.0}", " ".repeat(gap));
        }
    }
    line
}

/// Distributions: from the least to the greatest value of each row, the middle half, and the median.
pub fn draw_spreads(spreads: &[ValueSpread], style: Style) -> PictureDrawing {
    let rows: Vec<(&str, &str)> = spreads
        .iter()
        .map(|spread| (spread.group.as_str(), spread.name.as_str()))
        .collect();
    let labels = RowLabels::new(&rows, style);
    let shown = labels.count_shown(&rows);
    let axis = ValueAxis::over(spreads);
    let medians: Vec<String> = spreads
        .iter()
        .map(|spread| format_time(spread.at(0.5)))
        .collect();
    let right = 1 + medians
        .iter()
        .map(|text| text.chars().count())
        .max()
        .unwrap_or(0);
    let slots = style.width.saturating_sub(labels.width() + right).max(10);
    let slot = |value: f64| (axis.place(value) * (slots - 1) as f64).round() as usize;
    let (line, half, middle) = if style.ascii {
        ('-', '=', '#')
    } else {
        ('─', '▒', '█')
    };
    let mut lines = labels.draw_rows(&rows[..shown], style, |at| {
        let spread = &spreads[at];
        let mut signs = vec![' '; slots];
        for (low, high, sign) in [(0.0, 1.0, line), (0.25, 0.75, half), (0.5, 0.5, middle)] {
            signs[slot(spread.at(low))..=slot(spread.at(high))].fill(sign);
        }
        let median = make_visible(&medians[at], style);
        format!("{} {median}", String::from_iter(signs))
    });
    let (low, high) = (format_time(axis.low), format_time(axis.high));
    let free = slots.saturating_sub(high.chars().count());
    let low = if low.chars().count() < free {
        low
    } else {
        String::new()
    };
    let ends = format!("{}{low:<free$}{high}", " ".repeat(labels.width()));
    lines.push(make_visible(&ends, style));
    let signs = [
        (middle, "the median"),
        (half, "the middle half"),
        (line, "all"),
    ];
    let signs = signs.map(|(sign, words)| format!("{sign} {words}"));
    let scale = axis.is_logarithmic.then(|| "(logarithmic)".to_owned());
    let legend = join_signs(signs.into_iter().chain(scale));
    let left_out = note_left_out(spreads.len() - shown, "row", "rows");
    PictureDrawing {
        lines,
        legend: std::iter::once(legend).chain(left_out).collect(),
    }
}
