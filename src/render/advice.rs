//! Advice: a numbered list of what to do, each with the observation that supports it.

use std::io;

use super::{
    Style, TextRole, prose,
    text::{TextSpan, make_visible, one_line, wrap_spans},
};
use crate::{report::AdviceItem, text::capitalize};

/// The title above the list.
pub(super) const TITLE: &str = "What to change";

/// One block per item: `1. No main guard: put the start …`, then `seen: …`.
pub(super) fn write_text(
    advice: &[AdviceItem],
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    prose::write_prose(TITLE, TextRole::Strong, style, to)?;
    for (number, one) in (1..).zip(advice) {
        let mark = format!("{number}. ");
        let name = make_visible(&humanize_id(&one.id), style);
        let mut spans = vec![TextSpan::new(format!("{name}: "), TextRole::Warning)];
        spans.extend(prose::split_code_spans(
            &one_line(&one.says, style),
            TextRole::Plain,
            style,
        ));
        let indent = " ".repeat(mark.len());
        let columns = style.prose_width().saturating_sub(mark.len());
        for (at, line) in wrap_spans(&spans, columns, style).iter().enumerate() {
            let before = if at == 0 { &mark } else { &indent };
            writeln!(to, "{before}{line}")?;
        }
        let seen = format!("seen: {}", one_line(&one.because, style));
        prose::write_hanging(&indent, &seen, TextRole::Dim, style, to)?;
    }
    Ok(())
}

/// One field per line.
pub(super) fn write_plain(
    advice: &[AdviceItem],
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    for one in advice {
        writeln!(to)?;
        writeln!(to, "advice: {}", one_line(&humanize_id(&one.id), style))?;
        writeln!(to, "id: {}", one_line(&one.id, style))?;
        writeln!(to, "do: {}", one_line(&one.says, style))?;
        writeln!(to, "seen: {}", one_line(&one.because, style))?;
    }
    Ok(())
}

/// Converts `no-main-guard` to `No main guard`, and `threads-with-gil` to `Threads with GIL`.
pub(super) fn humanize_id(id: &str) -> String {
    capitalize(&id.replace(['-', '_'], " ").replace(" gil", " GIL"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_in_words_keeps_its_capitals() {
        assert_eq!(humanize_id("threads-with-gil"), "Threads with GIL");
        assert_eq!(humanize_id("no-main-guard"), "No main guard");
    }

    fn some() -> Vec<AdviceItem> {
        vec![AdviceItem {
            id: "no-main-guard".to_owned(),
            says:
                "Put what starts processes under `if __name__ == \"__main__\":`, so that children \
                   only load the file."
                    .to_owned(),
            because: "Process-1 (PID 4711) raised RuntimeError\u{1b}[31m while it loaded `my.py`."
                .to_owned(),
        }]
    }

    fn written(style: Style) -> String {
        let mut bytes = Vec::new();
        write_text(&some(), style, &mut bytes).expect("memory takes it");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn what_to_do_comes_first_and_nothing_is_too_wide() {
        let text = written(Style::without_color(50));
        assert!(text.contains("1. No main guard: Put what"), "{text}");
        assert!(text.find("seen:") > text.find("Put what"), "{text}");
        assert!(
            text.lines()
                .all(|line| super::super::text::display_width(line) <= 50),
            "{text}"
        );
        assert!(
            !text.contains('\u{1b}'),
            "what a program said is shown, not obeyed"
        );
    }

    #[test]
    fn every_line_of_the_plain_form_has_its_label() {
        let mut bytes = Vec::new();
        write_plain(&some(), Style::without_color(50), &mut bytes).expect("memory takes it");
        let text = String::from_utf8(bytes).expect("text");
        let labels: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(label, _)| label)
            .collect();
        assert_eq!(labels, ["advice", "id", "do", "seen"]);
    }
}
