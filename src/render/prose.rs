//! Our own sentences on a terminal: wrapped, with text in backticks shown as code.

use std::io;

use super::{
    Style, TextRole,
    text::{TextSpan, display_width, make_visible, wrap_spans},
};

/// Writes a sentence or two, wrapped.
pub fn write_prose(
    text: &str,
    role: TextRole,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    write_hanging("", text, role, style, to)
}

/// Writes text as a list item.
pub fn write_list_item(
    text: &str,
    role: TextRole,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    write_hanging(if style.ascii { "* " } else { "• " }, text, role, style, to)
}

/// Writes text after a mark; further lines are indented by its width.
pub(super) fn write_hanging(
    mark: &str,
    text: &str,
    role: TextRole,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let columns = style.prose_width() - display_width(mark);
    let mut before = mark.to_owned();
    for paragraph in make_visible(text, style).lines() {
        for line in wrap_spans(&split_code_spans(paragraph, role, style), columns, style) {
            writeln!(to, "{before}{line}")?;
            before = " ".repeat(display_width(mark));
        }
    }
    Ok(())
}

/// Splits off `code` spans. Without colours, the backticks stay.
pub fn split_code_spans(text: &str, role: TextRole, style: Style) -> Vec<TextSpan> {
    let mut parts = text.split('`').peekable();
    let mut spans = Vec::new();
    let mut inside = false;
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        match (inside, last) {
            // A backtick without a partner.
            (true, true) => spans.push(TextSpan::new(format!("`{part}"), role)),
            (true, false) => spans.push(code_span(part, style)),
            (false, _) => spans.push(TextSpan::new(part, role)),
        }
        inside = !inside;
    }
    spans
}

/// A command or another text to type.
pub fn code_span(text: &str, style: Style) -> TextSpan {
    if style.color {
        TextSpan::new(text, TextRole::Code)
    } else {
        TextSpan::new(format!("`{text}`"), TextRole::Code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, style: Style) -> String {
        let mut bytes = Vec::new();
        write_list_item(text, TextRole::Plain, style, &mut bytes).expect("memory takes it");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn code_is_marked_with_and_without_colour() {
        let plain = Style::without_color(24);
        assert_eq!(
            written("use `cargo run` to build it, or don't `", plain),
            "• use `cargo run` to\n  build it, or don't `\n"
        );
        let coloured = Style {
            color: true,
            ascii: true,
            ..plain
        };
        assert_eq!(
            written("use `cargo`", coloured),
            "* use \u{1b}[36mcargo\u{1b}[0m\n"
        );
    }
}
