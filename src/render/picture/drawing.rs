//! Pictures drawn with characters.

use unicode_width::UnicodeWidthChar;

use super::{
    chart::{end_of_lanes, format_time, format_values, greatest_value, used_states},
    plot::{draw_curve, draw_spreads},
};
use crate::{
    render::{
        Style, TextRole,
        text::{clip_to_width, display_width, make_visible},
    },
    report::{FigureBar, LaneState, PictureShape, TimelineLane, TimelineSpan},
    text::format_count,
};

/// With its title, axis and legend, a picture of so many lines fits a terminal of 24 lines.
const MOST_LINES: usize = 16;
/// Drawings are never wider: a longer line is harder to follow.
const WIDEST: usize = 100;
/// The room for the share that a lane computed, and the gap before it: ` 100 %`.
const SHARE_WIDTH: usize = 6;

/// A picture as lines, and what is to be said below it.
pub struct PictureDrawing {
    /// Its lines.
    pub lines: Vec<String>,
    /// The meaning of the signs, and what is left out.
    pub legend: Vec<String>,
}

/// Draws a picture.
pub fn draw_picture(shape: &PictureShape, style: Style) -> PictureDrawing {
    let style = Style {
        width: style.width.min(WIDEST),
        ..style
    };
    match shape {
        PictureShape::Timeline(lanes) => draw_timeline(lanes, style),
        PictureShape::Bars(bars) => draw_bars(bars, style),
        PictureShape::Curve(curve) => draw_curve(curve, style),
        PictureShape::Spreads(spreads) => draw_spreads(spreads, style),
    }
}

/// The signs and their meanings in a line that breaks between them only.
pub fn join_signs(signs: impl Iterator<Item = String>) -> String {
    let signs = signs.map(|sign| sign.replace(' ', "\u{a0}"));
    signs.collect::<Vec<_>>().join("   ")
}

/// What is said of rows for which there is no room.
pub fn note_left_out(more: usize, one: &str, many: &str) -> Option<String> {
    let are = if more == 1 { "is" } else { "are" };
    (more > 0).then(|| {
        let more = format_count(more, &format!("more {one}"), &format!("more {many}"));
        format!("{more} {are} left out here; `--format svg` draws all.")
    })
}

fn sign_of(state: LaneState, style: Style) -> char {
    let (sign, ascii) = match state {
        LaneState::StartUp => ('·', '.'),
        LaneState::Ready => ('-', '-'),
        LaneState::Sending => ('»', '>'),
        LaneState::Task => ('▓', '+'),
        LaneState::Computing => ('█', '#'),
        LaneState::CoreWait => ('░', '='),
        LaneState::GilWait => ('▒', '%'),
        LaneState::LockWait => ('▚', '&'),
        LaneState::MessageWait => ('=', ':'),
        LaneState::ResultWait => ('≈', '^'),
        LaneState::Waiting => ('~', '~'),
        LaneState::Returning => ('«', '<'),
        LaneState::Ending => ('›', '!'),
        LaneState::Running => ('■', '*'),
    };
    if style.ascii { ascii } else { sign }
}

/// The columns before a drawing: the group, named once, and the name of each row.
pub struct RowLabels {
    /// The width of the column of groups; 0 where each group has a line of its own.
    group: usize,
    name: usize,
    has_group_lines: bool,
}

impl RowLabels {
    /// Of these rows: the group and the name of each.
    pub fn new(rows: &[(&str, &str)], style: Style) -> Self {
        let widest = |texts: &mut dyn Iterator<Item = &str>| {
            let widths = texts.map(|text| display_width(&make_visible(text, style)));
            widths.max().unwrap_or(0)
        };
        let group = widest(&mut rows.iter().map(|row| row.0));
        let name = widest(&mut rows.iter().map(|row| row.1));
        let most = style.width * 2 / 5;
        let has_group_lines = group > 0 && group + 1 + name > most;
        Self {
            group: if has_group_lines { 0 } else { group },
            name: name.min(most),
            has_group_lines,
        }
    }

    /// The columns that they take, with the gap after them.
    pub fn width(&self) -> usize {
        let group = if self.group > 0 { self.group + 1 } else { 0 };
        group + self.name + 1
    }

    /// How many of the rows there is room for.
    pub fn count_shown(&self, rows: &[(&str, &str)]) -> usize {
        let mut lines = 0;
        let mut last = None;
        let fitting = rows.iter().take_while(|(group, _)| {
            let is_new = self.has_group_lines && last.replace(*group) != Some(*group);
            lines += 1 + usize::from(is_new);
            lines <= MOST_LINES
        });
        fitting.count()
    }

    /// The lines of the rows: `draw` returns what stands after a row's labels.
    pub fn draw_rows(
        &self,
        rows: &[(&str, &str)],
        style: Style,
        draw: impl Fn(usize) -> String,
    ) -> Vec<String> {
        let mut lines = Vec::new();
        let mut last = None;
        for (at, (group, name)) in rows.iter().enumerate() {
            let is_new = last.replace(*group) != Some(*group);
            if is_new && self.has_group_lines {
                let group = make_visible(group, style);
                lines.push(clip_to_width(&group, style.width).to_owned());
            }
            let shown = if is_new { *group } else { "" };
            let mut line = String::new();
            if self.group > 0 {
                line += &fit_label(shown, self.group, style);
                line.push(' ');
            }
            line += &fit_label(name, self.name, style);
            line.push(' ');
            line += &draw(at);
            lines.push(line.trim_end().to_owned());
        }
        lines
    }
}

/// The text in exactly so many columns.
fn fit_label(text: &str, columns: usize, style: Style) -> String {
    let text = make_visible(text, style);
    let clipped = if display_width(&text) <= columns {
        text
    } else {
        let mark = if style.ascii { "~" } else { "…" };
        format!("{}{mark}", clip_to_width(&text, columns.saturating_sub(1)))
    };
    let gap = columns.saturating_sub(display_width(&clipped));
    format!("{clipped}{}", " ".repeat(gap))
}

fn draw_timeline(lanes: &[TimelineLane], style: Style) -> PictureDrawing {
    let end_s = end_of_lanes(lanes);
    let rows: Vec<(&str, &str)> = lanes
        .iter()
        .map(|lane| (lane.group.as_str(), lane.name.as_str()))
        .collect();
    let labels = RowLabels::new(&rows, style);
    let shown = labels.count_shown(&rows);
    let shares: Vec<Option<f64>> = lanes.iter().map(computing_share).collect();
    let has_shares = shares.iter().any(Option::is_some);
    let right = if has_shares { SHARE_WIDTH } else { 0 };
    let slots = style.width.saturating_sub(labels.width() + right).max(8);
    let mut lines = labels.draw_rows(&rows[..shown], style, |at| {
        let bar = draw_lane(&lanes[at], end_s, slots, style);
        match shares[at] {
            Some(share) => format!("{bar} {:>3.0} %", share * 100.0),
            None => bar,
        }
    });
    let before = " ".repeat(labels.width());
    lines.push(format!("{before}{}", draw_axis(end_s, slots)));
    let signs = used_states(lanes).into_iter();
    let signs = signs.map(|state| format!("{} {}", sign_of(state, style), state.name()));
    let share = has_shares.then(|| "% share of its work that it computed".to_owned());
    let signs = join_signs(signs.chain(share));
    let left_out = note_left_out(lanes.len() - shown, "lane", "lanes");
    PictureDrawing {
        lines,
        legend: std::iter::once(signs).chain(left_out).collect(),
    }
}

/// `0          100 ms          200 ms`
fn draw_axis(end_s: f64, slots: usize) -> String {
    let (half, end) = (format_time(end_s / 2.0), format_time(end_s));
    let free = slots.saturating_sub(1 + display_width(&end));
    if free < display_width(&half) + 4 {
        return format!("0{}{end}", " ".repeat(free));
    }
    let left = (slots / 2).saturating_sub(1 + display_width(&half) / 2);
    let right = free.saturating_sub(left + display_width(&half));
    format!("0{}{half}{}{end}", " ".repeat(left), " ".repeat(right))
}

/// The share of its work that a lane computed, where that is not all that is known of it.
fn computing_share(lane: &TimelineLane) -> Option<f64> {
    let is_work = |span: &&TimelineSpan| span.parts.iter().any(|(state, _)| state.is_of_work());
    let work = || lane.spans.iter().filter(is_work);
    let computing = |span: &TimelineSpan| {
        let parts = span.parts.iter();
        let computing = parts.filter(|(state, _)| *state == LaneState::Computing);
        computing.map(|(_, share)| share).sum::<f64>()
    };
    let is_divided = work().any(|span| span.parts.len() > 1);
    let all_s: f64 = work().map(TimelineSpan::length_s).sum();
    let computing_s: f64 = work().map(|span| computing(span) * span.length_s()).sum();
    (is_divided && all_s > 0.0).then(|| computing_s / all_s)
}

/// One sign for each slot of time, and the label of a stretch at its beginning.
fn draw_lane(lane: &TimelineLane, end_s: f64, slots: usize, style: Style) -> String {
    let mut signs: Vec<char> = (0..slots)
        .map(|slot| {
            let at_s = |slot: usize| slot as f64 / slots as f64 * end_s;
            let (from_s, until_s) = (at_s(slot), at_s(slot + 1));
            let overlap = |span: &TimelineSpan| span.until_s.min(until_s) - span.from_s.max(from_s);
            let spans = lane.spans.iter().filter(|span| overlap(span) > 0.0);
            let most = spans.max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
            most.map_or(' ', |span| sign_of(span.main_state(), style))
        })
        .collect();
    for span in lane.spans.iter().filter(|span| !span.label.is_empty()) {
        let slot = |at_s: f64| (at_s / end_s * slots as f64).round() as usize;
        let (from, until) = (slot(span.from_s), slot(span.until_s).min(slots));
        let label: Vec<char> = make_visible(&span.label, style).chars().collect();
        let has_one_column_each = label.iter().all(|sign| sign.width() == Some(1));
        if has_one_column_each && from + label.len() < until {
            signs[from..from + label.len()].copy_from_slice(&label);
        }
    }
    signs.into_iter().collect()
}

fn draw_bars(bars: &[FigureBar], style: Style) -> PictureDrawing {
    let (mut values, greatest) = (format_values(bars), greatest_value(bars));
    let rows: Vec<(&str, &str)> = bars
        .iter()
        .map(|bar| (bar.group.as_str(), bar.name.as_str()))
        .collect();
    let labels = RowLabels::new(&rows, style);
    let shown = labels.count_shown(&rows);
    let count_slots = |values: &[String]| {
        let longest = values.iter().map(|value| display_width(value)).max();
        let taken = labels.width() + longest.unwrap_or(0) + 1;
        style.width.saturating_sub(taken)
    };
    let least = 4;
    if count_slots(&values) < least {
        let without_spread = |bar: &FigureBar| FigureBar {
            spread: None,
            ..bar.clone()
        };
        values = format_values(&bars.iter().map(without_spread).collect::<Vec<_>>());
    }
    let slots = count_slots(&values).max(least);
    let lines = labels.draw_rows(&rows[..shown], style, |at| {
        let number = bars[at].value.number().unwrap_or(0.0).max(0.0);
        let bar = draw_bar(number / greatest, slots, style);
        let bar = style.paint_text(bar, TextRole::Worker);
        format!("{bar} {}", make_visible(&values[at], style))
    });
    let left_out = note_left_out(bars.len() - shown, "bar", "bars");
    PictureDrawing {
        lines,
        legend: left_out.into_iter().collect(),
    }
}

/// A bar of so many slots for a share of 1; the shortest has half a sign.
fn draw_bar(share: f64, slots: usize, style: Style) -> String {
    let halves = (share.clamp(0.0, 1.0) * slots as f64 * 2.0).round() as usize;
    if style.ascii {
        return "#".repeat(halves.div_ceil(2));
    }
    let half = if halves % 2 == 1 { "▌" } else { "" };
    let bar = format!("{}{half}", "█".repeat(halves / 2));
    if bar.is_empty() && share > 0.0 {
        "▏".to_owned()
    } else {
        bar
    }
}
