//! A picture in words: for screen readers, and as the description of an SVG.

use super::chart::{format_time, format_values};
use crate::{
    report::{
        CurveLine, LaneState, Picture, PictureShape, TimelineLane, TimelineSpan, ValueSpread,
    },
    text::{format_count, keep_distinct},
};

/// More stretches than these are summed up.
const MOST_SPANS: usize = 6;

/// One sentence for each lane, bar or row.
pub fn describe_picture(picture: &Picture) -> Vec<String> {
    match &picture.shape {
        PictureShape::Timeline(lanes) => lanes.iter().map(describe_lane).collect(),
        PictureShape::Bars(bars) => {
            let values = format_values(bars).into_iter();
            let named = bars.iter().zip(values);
            named
                .map(|(bar, value)| format!("{}: {value}.", name_of(&bar.group, &bar.name)))
                .collect()
        }
        PictureShape::Curve(curve) => curve.lines.iter().map(describe_curve_line).collect(),
        PictureShape::Spreads(spreads) => spreads.iter().map(describe_spread).collect(),
    }
}

/// `threads, Thread-1`
pub fn name_of(group: &str, name: &str) -> String {
    match (group, name) {
        ("", only) | (only, "") => only.to_owned(),
        _ => format!("{group}, {name}"),
    }
}

/// `Rust: processes: 1 worker 1.00×, 2 workers 1.96×.`
fn describe_curve_line(line: &CurveLine) -> String {
    let points = line.points.iter().map(|point| {
        let workers = format_count(point.workers as usize, "worker", "workers");
        format!("{workers} {:.2}×", point.speedup)
    });
    let points: Vec<String> = points.collect();
    format!("{}: {}.", line.name, points.join(", "))
}

/// `Rust, process: from 1.2 ms to 3.0 ms, half of them between 1.5 ms and 1.9 ms, the median 1.7 ms.`
fn describe_spread(spread: &ValueSpread) -> String {
    let at = |share| format_time(spread.at(share));
    let name = name_of(&spread.group, &spread.name);
    format!(
        "{name}: from {} to {}, half of them between {} and {}, the median {}.",
        at(0.0),
        at(1.0),
        at(0.25),
        at(0.75),
        at(0.5)
    )
}

fn describe_lane(lane: &TimelineLane) -> String {
    let name = name_of(&lane.group, &lane.name);
    let told = if lane.spans.len() <= MOST_SPANS {
        let spans = lane.spans.iter().map(describe_span);
        spans.collect::<Vec<_>>().join("; ")
    } else {
        sum_up_spans(&lane.spans)
    };
    format!("{name}: {told}.")
}

/// `computing 98 %, waiting 2 %, from 20.1 ms to 220 ms`
pub fn describe_span(span: &TimelineSpan) -> String {
    let several = span.parts.len() > 1;
    let parts = span.parts.iter().enumerate().map(|(at, (state, share))| {
        // A label belongs to the first of several parts.
        let label = state.name_with(if at == 0 { &span.label } else { "" });
        if several {
            format!("{label} {:.0} %", share * 100.0)
        } else {
            label
        }
    });
    let parts: Vec<String> = parts.collect();
    let (from, until) = (format_time(span.from_s), format_time(span.until_s));
    let pause = if several { "," } else { "" };
    format!("{}{pause} from {from} to {until}", parts.join(", "))
}

/// `computing 150 ms in 12 stretches, waiting 98 ms in 11 stretches`
fn sum_up_spans(spans: &[TimelineSpan]) -> String {
    let sums = LaneState::ALL.into_iter().flat_map(|state| {
        let own = move || spans.iter().filter(move |span| span.main_state() == state);
        // Tasks have a number each; what runs and what is waited for has a name.
        let has_names = state != LaneState::Task;
        let labels = own().map(TimelineSpan::main_label);
        let labels = keep_distinct(labels.map(|label| if has_names { label } else { "" }));
        labels.into_iter().map(move |label| {
            let of_label = || own().filter(move |span| !has_names || span.main_label() == label);
            let seconds: f64 = of_label().map(TimelineSpan::length_s).sum();
            let stretches = format_count(of_label().count(), "stretch", "stretches");
            let time = format_time(seconds);
            format!("{} {time} in {stretches}", state.name_with(label))
        })
    });
    sums.collect::<Vec<_>>().join(", ")
}
