//! Code, indented, highlighted if colours are enabled, and never wider than the screen.

use std::io;

use super::{
    Style, TextRole,
    layout::divide_listing,
    syntax::CodeSyntax,
    text::{TextSpan, display_width, make_visible, wrap_spans},
};

/// Writes a listing. Code in an unknown language is not highlighted.
///
/// # Errors
/// The errors of writing to `to`.
pub fn write_code(text: &str, lang: &str, style: &Style, to: &mut dyn io::Write) -> io::Result<()> {
    let lines = format_code_lines(text, lang, style.width, *style);
    for line in divide_listing(lines, *style) {
        writeln!(to, "{line}")?;
    }
    Ok(())
}

/// The listing's lines, none wider than `columns`. A longer line continues on the next one, after a mark.
pub(super) fn format_code_lines(
    text: &str,
    lang: &str,
    columns: usize,
    style: Style,
) -> Vec<String> {
    let text = make_visible(text, style);
    let longest = text.lines().map(display_width).max().unwrap_or(0);
    // If a smaller indent makes all lines fit, none has to be wrapped.
    let indent = if longest + 4 > columns { "  " } else { "    " };
    let mark = if style.ascii { "> " } else { "↪ " };
    let room = columns.saturating_sub(indent.len()).max(2);
    let syntax = CodeSyntax::find(lang).filter(|_| style.color);
    let plain = |line| vec![TextSpan::new(line, TextRole::Plain)];
    let source = match syntax {
        Some(syntax) => syntax.highlight_lines(&text),
        None => text.lines().map(plain).collect(),
    };
    let mut lines = Vec::new();
    for spans in source {
        let mut pieces = wrap_spans(&spans, room, style);
        // A long word after an indent leaves the indent alone on the first line.
        if pieces.len() > 1 && pieces[0].trim().is_empty() {
            pieces.remove(0);
        }
        for (at, piece) in pieces.iter().enumerate() {
            let before = if at == 0 {
                indent.to_owned()
            } else {
                style.paint_text(mark, TextRole::Dim)
            };
            lines.push(format!("{before}{piece}").trim_end().to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PYTHON: &str = "@decorated\ndef greet(name: str) -> None:\n    \"\"\"Says hello.\n    \
                          Twice.\"\"\"\n    print(f\"hi {name}\", 10)  # aloud\n\n\nif __name__ == \
                          \"__main__\":\n\tgreet(\"Ada\")\n";

    fn coloured(width: usize) -> Style {
        Style {
            color: true,
            ..Style::without_color(width)
        }
    }

    fn shown(text: &str, lang: &str, style: Style) -> String {
        let mut bytes = Vec::new();
        write_code(text, lang, &style, &mut bytes).expect("memory takes it");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_listing_longer_than_a_page_is_divided_at_a_blank_line() {
        let blocks = ["one()\n"; 5].concat() + "\n" + &["two()\n"; 3].concat();
        let style = |page_lines| Style {
            page_lines: Some(page_lines),
            ..Style::without_color(80)
        };
        let pages = |text: &str, page_lines| -> Vec<usize> {
            let shown = shown(text, "python", style(page_lines));
            shown
                .split("\u{c}\n")
                .map(|page| page.lines().count())
                .collect()
        };
        assert_eq!(pages(&blocks, 9), [9]);
        assert_eq!(pages(&blocks, 8), [5, 3]);
        // Without one, in pages of about equal height.
        assert_eq!(pages(&"one()\n".repeat(9), 8), [5, 4]);
        assert_eq!(pages(&"one()\n".repeat(50), 20), [17, 17, 16]);
        // After a short page, what is left is divided evenly too.
        let short_first = "one()\n".repeat(11) + "\n" + &"two()\n".repeat(28);
        assert_eq!(pages(&short_first, 20), [11, 14, 14]);
    }

    #[test]
    fn python_in_colours() {
        let shown = shown(PYTHON, "python", coloured(80));
        insta::assert_snapshot!(shown.replace('\u{1b}', "␛"));
    }

    #[test]
    fn rust_in_colours() {
        let rust = "// First line of main.\nfn main() -> Result<(), mp::Error> {\n    let pool = \
                    Pool::new(4)?;\n    println!(\"{:?}\", pool.map(square, 1..=5)?);\n}\n";
        let shown = shown(rust, "rust", coloured(80));
        insta::assert_snapshot!(shown.replace('\u{1b}', "␛"));
    }

    #[test]
    fn a_long_line_is_wrapped_between_words_and_goes_on_after_a_mark() {
        let long = "x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]";
        assert_eq!(
            shown(long, "python", Style::without_color(40)),
            "  x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10,\n↪ 11, 12]\n"
        );
        let indented = format!("        {}", "x".repeat(50));
        assert_eq!(
            shown(&indented, "python", Style::without_color(40)),
            format!("  {}\n↪ {}\n", "x".repeat(38), "x".repeat(12))
        );
    }

    #[test]
    fn an_unknown_language_is_plain() {
        assert_eq!(shown("a\n\nb", "klingon", coloured(80)), "    a\n\n    b\n");
    }

    proptest! {
        #[test]
        fn no_listing_is_too_wide_or_loses_a_character(
            text in proptest::collection::vec(any::<char>(), 0..200).prop_map(String::from_iter),
            lang in proptest::sample::select(&["python", "rust", "toml", "sh", "text"]),
            columns in 20usize..200,
            color: bool,
        ) {
            let style = Style { color, ..Style::without_color(columns) };
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '↪').collect::<String>();
            let plain = format_code_lines(&text, lang, columns, Style::without_color(columns));
            for line in &plain {
                prop_assert!(display_width(line) <= columns, "{line:?}");
            }
            prop_assert_eq!(letters(&plain.concat()), letters(&make_visible(&text, style)));
            prop_assert_eq!(format_code_lines(&text, lang, columns, style).len(), plain.len());
        }
    }
}
