//! Errors for people: what went wrong, why, and what to do about it.

use std::{error::Error, io};

use super::{
    Style, TextRole, prose,
    text::{TextSpan, make_visible, one_line, paint_spans, wrap_spans},
};

/// Writes `error: …`, a line for each cause that the message does not contain, and the remedy.
///
/// Lines are wrapped only on a terminal, so that a search in a log file finds whole lines.
///
/// # Errors
/// The errors of writing to `to`.
pub fn write_error(
    error: &(dyn Error + 'static),
    fix: Option<&str>,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut said = error.to_string();
    write_labelled("error", TextRole::Bad, &said, *style, to)?;
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            write_labelled("  because", TextRole::Warning, &text, *style, to)?;
            said = text;
        }
        cause = error.source();
    }
    match fix {
        Some(fix) => write_labelled("  help", TextRole::Good, fix, *style, to),
        None => Ok(()),
    }
}

/// Writes `warning: …`.
///
/// # Errors
/// The errors of writing to `to`.
pub fn write_warning(text: &str, style: &Style, to: &mut dyn io::Write) -> io::Result<()> {
    write_labelled("warning", TextRole::Warning, text, *style, to)
}

fn write_labelled(
    label: &str,
    role: TextRole,
    text: &str,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut spans = vec![
        TextSpan::new(format!("{label}:"), role),
        TextSpan::new(" ", TextRole::Plain),
    ];
    spans.extend(prose::split_code_spans(
        &one_line(text, style),
        TextRole::Plain,
        style,
    ));
    line(&spans, style, to)
}

/// Writes a message that is neither a result nor an error.
///
/// # Errors
/// The errors of writing to `to`.
pub fn message(text: &str, style: &Style, to: &mut dyn io::Write) -> io::Result<()> {
    let text = make_visible(text, *style);
    text.split('\n')
        .try_for_each(|text| line(&[TextSpan::new(text, TextRole::Plain)], *style, to))
}

fn line(spans: &[TextSpan], style: Style, to: &mut dyn io::Write) -> io::Result<()> {
    if !style.terminal {
        return writeln!(to, "{}", paint_spans(spans, style));
    }
    wrap_spans(spans, style.prose_width(), style)
        .iter()
        .try_for_each(|line| writeln!(to, "{line}"))
}

#[cfg(test)]
mod tests {
    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error)]
    #[error("cannot save to {path}")]
    struct Save {
        path: String,
        source: io::Error,
    }

    #[derive(Debug, Error)]
    #[error("cannot read it: {0}")]
    struct Read(#[source] io::Error);

    fn shown(of: &(dyn Error + 'static), fix: Option<&str>, style: Style) -> String {
        let mut bytes = Vec::new();
        write_error(of, fix, &style, &mut bytes).expect("memory takes it");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn an_error_tells_its_causes_once_and_the_fix() {
        let save = Save {
            path: "r\u{1b}.jsonl".to_owned(),
            source: io::Error::other("the disk is full"),
        };
        assert_eq!(
            shown(&save, Some("try `--save /tmp/r`"), Style::without_color(20)),
            "error: cannot save to r\\x1b.jsonl\n  because: the disk is full\n  help: try `--save \
             /tmp/r`\n"
        );
        let read = Read(io::Error::other("gone"));
        assert_eq!(
            shown(&read, None, Style::without_color(80)),
            "error: cannot read it: gone\n"
        );
    }

    #[test]
    fn a_terminal_breaks_no_word() {
        let style = Style {
            terminal: true,
            ..Style::without_color(20)
        };
        let shown = shown(&io::Error::other("no demo is called `zebra`"), None, style);
        assert_eq!(shown, "error: no demo is\ncalled `zebra`\n");
        let mut bytes = Vec::new();
        message("nothing was changed here\n", &style, &mut bytes).expect("memory takes it");
        assert_eq!(bytes, b"nothing was changed\nhere\n\n");
    }

    #[test]
    fn in_colour_the_words_are_the_same() {
        let style = Style {
            color: true,
            ..Style::without_color(80)
        };
        let shown = shown(&io::Error::other("no"), None, style);
        assert_eq!(shown, "\u{1b}[31merror:\u{1b}[0m no\n");
    }
}
