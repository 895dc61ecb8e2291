//! A list of terms, each with a short description beside it.

use std::io;

use super::{
    Style, TextRole,
    prose::{self, split_code_spans, write_hanging},
    text::{TextSpan, display_width, make_visible, paint_spans},
};

/// A narrower terminal has no room for descriptions.
const LEAST_WIDTH: usize = 72;

/// Writes a title and its terms. A narrow terminal gets the terms alone, and a screen reader `term: description`.
///
/// # Errors
/// The errors of writing to `to`.
pub fn write_definitions(
    title: &str,
    entries: &[(&str, &str)],
    column: usize,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let style = *style;
    let heading = TextSpan::new(make_visible(title, style), TextRole::Heading);
    writeln!(to, "{}", paint_spans(&[heading], style))?;
    if style.accessible {
        return entries.iter().try_for_each(|(term, description)| {
            prose::write_prose(
                &format!("{term}: {description}"),
                TextRole::Plain,
                style,
                to,
            )
        });
    }
    if style.width < LEAST_WIDTH {
        let terms: Vec<&str> = entries.iter().map(|(term, _)| *term).collect();
        return write_hanging("  ", &terms.join(", "), TextRole::Plain, style, to);
    }
    entries.iter().try_for_each(|(term, description)| {
        let gap = " ".repeat(column.saturating_sub(display_width(term)));
        let mut spans = vec![
            TextSpan::new(format!("  {term}"), TextRole::Code),
            TextSpan::new(gap, TextRole::Plain),
        ];
        spans.extend(split_code_spans(description, TextRole::Plain, style));
        writeln!(to, "{}", paint_spans(&spans, style))
    })
}
