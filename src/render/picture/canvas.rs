//! The elements that SVG pictures are made of, from the upper left corner.

use std::fmt::Write as _;

use crate::render::markup::escape_markup;

/// The width of a picture, in its own units.
pub const WIDTH: f64 = 720.0;
/// The left edge of what is drawn, after the labels.
pub const LEFT: f64 = 170.0;
/// The right edge.
pub const RIGHT: f64 = 705.0;
/// The height of a row.
pub const ROW: f64 = 22.0;
/// The height of a bar in it.
pub const BAR: f64 = 15.0;
/// The room for a title.
pub const TITLE: f64 = 30.0;
/// The characters of a line below a picture.
pub const NOTE_WIDTH: usize = 100;
/// The width of a figure beside a bar.
pub const FIGURE: f64 = 80.0;

/// What was drawn, and how far down.
#[derive(Default)]
pub struct SvgCanvas {
    /// The elements.
    pub elements: String,
    /// How far down it is drawn.
    pub y: f64,
}

impl SvgCanvas {
    /// A text whose baseline begins here.
    pub fn text(&mut self, x: f64, y: f64, attributes: &str, text: &str) {
        let text = escape_markup(text);
        let _ = writeln!(
            self.elements,
            "<text x=\"{x:.1}\" y=\"{y:.1}\"{attributes}>{text}</text>"
        );
    }

    /// A rectangle; a pointer that rests on it shows the words.
    pub fn rect(&mut self, class: &str, [x, y, width, height]: [f64; 4], words: &str) {
        let words = escape_markup(words);
        let _ = writeln!(
            self.elements,
            "<rect class=\"{class}\" x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\">\
             <title>{words}</title></rect>"
        );
    }

    /// A thin line.
    pub fn line(&mut self, [x1, y1, x2, y2]: [f64; 4]) {
        let _ = writeln!(
            self.elements,
            "<path class=\"line\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\"/>"
        );
    }

    /// A line through these points.
    pub fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let points = points.join(" ");
        let _ = writeln!(
            self.elements,
            "<polyline class=\"{class}\" points=\"{points}\"/>"
        );
    }

    /// The name of a row, below that of its group where that is another one than before.
    pub fn label_row(&mut self, (group, name): (&str, &str), last: &mut Option<String>) {
        if last.as_deref() != Some(group) {
            *last = Some(group.to_owned());
            if !group.is_empty() {
                self.y += 4.0;
                self.text(8.0, self.y + ROW * 0.7, " class=\"group\"", group);
                self.y += ROW;
            }
        }
        let y = self.y + ROW * 0.7;
        self.text(LEFT - 10.0, y, " text-anchor=\"end\"", &shorten(name));
    }
}

/// Longer names would reach into the drawing.
fn shorten(name: &str) -> String {
    const MOST: usize = 26;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let start: String = name.chars().take(MOST - 1).collect();
    format!("{start}…")
}
