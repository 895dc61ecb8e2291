//! Pictures on a terminal: drawn with characters, or in words for screen readers.

mod canvas;
mod chart;
mod drawing;
mod plot;
pub(super) mod svg;
mod svg_plot;
pub(super) mod words;

use std::io;

use super::{Style, TextRole, prose};
use crate::report::Picture;

/// Writes a picture: its title, what is drawn, and how to read it.
///
/// # Errors
/// The errors of writing to `to`.
pub fn write_picture(picture: &Picture, style: &Style, to: &mut dyn io::Write) -> io::Result<()> {
    let style = *style;
    prose::write_prose(&picture.title, TextRole::Strong, style, to)?;
    if style.accessible {
        for sentence in words::describe_picture(picture) {
            prose::write_list_item(&sentence, TextRole::Plain, style, to)?;
        }
    } else {
        let drawn = drawing::draw_picture(&picture.shape, style);
        for line in drawn.lines {
            writeln!(to, "{line}")?;
        }
        for line in drawn.legend {
            prose::write_prose(&line, TextRole::Plain, style, to)?;
        }
    }
    for note in &picture.notes {
        prose::write_prose(note, TextRole::Dim, style, to)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
