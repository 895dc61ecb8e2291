//! Pictures as SVG: colours by classes, so that a page and a reader's dark screen decide them; a title and a description
//! for screen readers.

use std::fmt::Write as _;

use super::{
    canvas::{BAR, FIGURE, LEFT, NOTE_WIDTH, RIGHT, ROW, SvgCanvas, TITLE, WIDTH},
    chart::{axis_marks, end_of_lanes, format_time, format_values, greatest_value, used_states},
    svg_plot::{draw_curve, draw_spreads},
    words::{describe_picture, describe_span},
};
use crate::{
    render::{markup::escape_markup, text::wrap_text},
    report::{FigureBar, LaneState, Picture, PictureShape, TimelineLane, TimelineSpan},
};

/// The colours, for a light and for a dark screen.
pub const STYLES: &str = include_str!("svg.css");

/// The body of a drawing, and its height.
pub struct SvgBody {
    /// Its elements, from the upper left corner.
    pub elements: String,
    /// How high it is.
    pub height: f64,
}

/// One picture as an element of a page. `id` tells it from the others of the page.
pub fn draw_svg(picture: &Picture, id: usize) -> String {
    let body = draw_body(picture);
    format!(
        "<svg class=\"picture\" role=\"img\" viewBox=\"0 0 {WIDTH} {:.0}\" aria-labelledby=\"picture-{id} picture-{id}-words\">\n\
         <title id=\"picture-{id}\">{}</title>\n<desc id=\"picture-{id}-words\">{}</desc>\n{}</svg>\n",
        body.height,
        escape_markup(&picture.title),
        escape_markup(&describe_picture(picture).join(" ")),
        body.elements,
    )
}

/// The elements of a picture, without the title that a page shows itself.
pub fn draw_body(picture: &Picture) -> SvgBody {
    let mut canvas = SvgCanvas::default();
    match &picture.shape {
        PictureShape::Timeline(lanes) => draw_timeline(lanes, &mut canvas),
        PictureShape::Bars(bars) => draw_bars(bars, &mut canvas),
        PictureShape::Curve(curve) => draw_curve(curve, &mut canvas),
        PictureShape::Spreads(spreads) => draw_spreads(spreads, &mut canvas),
    }
    SvgBody {
        elements: canvas.elements,
        height: canvas.y,
    }
}

/// Several pictures below each other, as a file of its own, which names its generator.
pub fn draw_file(pictures: &[Picture], generator: &str) -> String {
    let mut elements = String::new();
    let mut y = 0.0;
    for picture in pictures {
        let title = escape_markup(&picture.title);
        let _ = writeln!(elements, "<g transform=\"translate(0 {y:.0})\">");
        let _ = writeln!(
            elements,
            "<text class=\"title\" x=\"8\" y=\"20\">{title}</text>"
        );
        let body = draw_body(picture);
        let _ = write!(
            elements,
            "<g transform=\"translate(0 {TITLE})\">\n{}</g>\n",
            body.elements
        );
        let mut below = TITLE + body.height + ROW * 0.7;
        for line in picture
            .notes
            .iter()
            .flat_map(|note| wrap_text(note, NOTE_WIDTH))
        {
            let line = escape_markup(&line);
            let _ = writeln!(elements, "<text x=\"8\" y=\"{below:.0}\">{line}</text>");
            below += ROW;
        }
        y += below + ROW;
        elements.push_str("</g>\n");
    }
    let titles: Vec<&str> = pictures
        .iter()
        .map(|picture| picture.title.as_str())
        .collect();
    let words: Vec<String> = pictures.iter().flat_map(describe_picture).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" role=\"img\" viewBox=\"0 0 {WIDTH} {y:.0}\" \
         width=\"{WIDTH}\" height=\"{y:.0}\" aria-labelledby=\"title words\">\n\
         <!-- {generator} -->\n<title id=\"title\">{}</title>\n<desc id=\"words\">{}</desc>\n\
         <style>{STYLES}\n</style>\n\
         <rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n{elements}</svg>\n",
        escape_markup(&titles.join("; ")),
        escape_markup(&words.join(" ")),
    )
}

/// The class of a state, which the styles colour.
fn class_of(state: LaneState) -> &'static str {
    match state {
        LaneState::StartUp => "starting",
        LaneState::Ready => "ready",
        LaneState::Sending => "sending",
        LaneState::Task => "task",
        LaneState::Computing => "computing",
        LaneState::CoreWait => "core-wait",
        LaneState::GilWait => "gil-wait",
        LaneState::LockWait => "lock-wait",
        LaneState::MessageWait => "message-wait",
        LaneState::ResultWait => "result-wait",
        LaneState::Waiting => "waiting",
        LaneState::Returning => "returning",
        LaneState::Ending => "ending",
        LaneState::Running => "running",
    }
}

fn draw_timeline(lanes: &[TimelineLane], canvas: &mut SvgCanvas) {
    let end_s = end_of_lanes(lanes);
    let mut last = None;
    for lane in lanes {
        canvas.label_row((&lane.group, &lane.name), &mut last);
        for span in &lane.spans {
            draw_span(span, end_s, canvas);
        }
        canvas.y += ROW;
    }
    draw_axis(end_s, format_time, canvas);
    let mut x = 8.0;
    for state in used_states(lanes) {
        let width = 26.0 + state.name().len() as f64 * 6.8;
        if x + width > WIDTH {
            x = 8.0;
            canvas.y += ROW;
        }
        canvas.rect(
            class_of(state),
            [x, canvas.y + 4.0, 12.0, 12.0],
            state.name(),
        );
        canvas.text(x + 17.0, canvas.y + 14.5, "", state.name());
        x += width;
    }
    canvas.y += ROW;
}

/// A stretch; its parts divide its height, since only their lengths are known.
fn draw_span(span: &TimelineSpan, end_s: f64, canvas: &mut SvgCanvas) {
    let x_of = |at_s: f64| LEFT + (at_s / end_s).clamp(0.0, 1.0) * (RIGHT - LEFT);
    let (x, until) = (x_of(span.from_s), x_of(span.until_s));
    let mut bottom = canvas.y + f64::midpoint(ROW, BAR);
    let words = describe_span(span);
    for (state, share) in &span.parts {
        let height = BAR * share;
        bottom -= height;
        let place = [x, bottom, (until - x).max(0.5), height];
        canvas.rect(class_of(*state), place, &words);
    }
    let needs = 6.0 + span.label.chars().count() as f64 * 7.0;
    if !span.label.is_empty() && until - x >= needs {
        let y = canvas.y + ROW * 0.68;
        canvas.text(x + 4.0, y, " class=\"on\"", &span.label);
    }
}

/// A line of time, from 0.
fn draw_axis(end: f64, format: impl Fn(f64) -> String, canvas: &mut SvgCanvas) {
    canvas.line([LEFT, canvas.y + 2.0, RIGHT, canvas.y + 2.0]);
    for mark in axis_marks(end, 5) {
        let x = LEFT + mark / end * (RIGHT - LEFT);
        canvas.line([x, canvas.y + 2.0, x, canvas.y + 6.0]);
        let anchor = if mark == 0.0 { "start" } else { "middle" };
        let anchor = if x > RIGHT - 20.0 { "end" } else { anchor };
        let attributes = format!(" text-anchor=\"{anchor}\"");
        canvas.text(x, canvas.y + 19.0, &attributes, &format(mark));
    }
    canvas.y += ROW + 4.0;
}

fn draw_bars(bars: &[FigureBar], canvas: &mut SvgCanvas) {
    let (values, greatest) = (format_values(bars), greatest_value(bars));
    let has_spread = bars.iter().any(|bar| bar.spread.is_some());
    let figure = if has_spread { 2.0 * FIGURE } else { FIGURE };
    let room = RIGHT - figure - LEFT;
    let mut last = None;
    for (bar, value) in bars.iter().zip(values) {
        canvas.label_row((&bar.group, &bar.name), &mut last);
        let share = (bar.value.number().unwrap_or(0.0) / greatest).clamp(0.0, 1.0);
        let width = share * room;
        let y = canvas.y + (ROW - BAR) / 2.0;
        canvas.rect("bar", [LEFT, y, width, BAR], &value);
        let mut end = LEFT + width;
        if let Some(ends) = bar.spread {
            let [low, high] = ends.map(|end| LEFT + end / greatest * room);
            let [top, middle, bottom] = [3.0, BAR / 2.0, BAR - 3.0].map(|down| y + down);
            let left = [(low, top), (low, bottom), (low, middle)];
            let right = [(high, middle), (high, top), (high, bottom)];
            canvas.polyline("spread", &[left, right].concat());
            end = end.max(high);
        }
        canvas.text(end + 6.0, canvas.y + ROW * 0.7, "", &value);
        canvas.y += ROW;
    }
    canvas.y += 4.0;
}
