//! Makes foreign text safe to show, measures it and wraps it.
//!
//! Child processes print anything: escape sequences could move the cursor, colour the screen or set its title.
//! Characters that are not printable are shown as escapes and never reach the terminal.

use std::{borrow::Cow, fmt::Write as _};

use textwrap::{WordSeparator, WordSplitter, core::Word};
use unicode_width::UnicodeWidthChar;

use super::{Style, TextRole};

/// Longer words may be broken to fit.
pub(super) const LONG_WORD: usize = 24;
/// Columns between two tab stops.
const TAB: usize = 4;

/// Makes all control characters visible; line ends stay.
pub fn make_visible(text: &str, style: Style) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        push_visible(&mut shown, character, style.ascii);
    }
    shown
}

/// The same on one line: line ends become spaces.
pub fn one_line(text: &str, style: Style) -> String {
    make_visible(text, style).replace('\n', " ")
}

/// `p1 │ line 1`: a line that a worker printed.
pub fn format_worker_line(name: &str, text: &str, style: Style) -> String {
    let bar = if style.ascii { '|' } else { '│' };
    let name = style.paint_text(one_line(name, style), TextRole::Worker);
    format!("{name} {bar} {}", one_line(text, style))
}

fn push_visible(shown: &mut String, character: char, ascii: bool) {
    match character {
        '\n' => shown.push('\n'),
        '\t' => {
            let line = shown.rsplit('\n').next().unwrap_or_default();
            let filled = TAB - display_width(line) % TAB;
            shown.extend(std::iter::repeat_n(' ', filled));
        }
        // Variation selectors, whose width differs between terminals.
        '\u{fe0e}' | '\u{fe0f}' => {}
        _ if is_unsafe(character) => {
            // Writing to a string cannot fail.
            let _ = match u32::from(character) {
                code @ 0..=0xff => write!(shown, "\\x{code:02x}"),
                code => write!(shown, "\\u{{{code:x}}}"),
            };
        }
        _ if ascii && !character.is_ascii() => shown.push_str(nearest_ascii(character)),
        _ => shown.push(character),
    }
}

/// Control characters, and those that change the text direction.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{2028}'
                | '\u{2029}'
        )
}

/// The closest ASCII text.
fn nearest_ascii(character: char) -> &'static str {
    match character {
        '×' | '✗' => "x",
        '±' => "+/-",
        'µ' | 'μ' => "u",
        '–' | '—' | '−' | '─' | '·' | '‑' => "-",
        '…' => "...",
        '‘' | '’' => "'",
        '“' | '”' | '«' | '»' => "\"",
        '•' | '▸' => "*",
        '→' | '⇒' => "->",
        '←' => "<-",
        '↔' => "<->",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '≈' => "~",
        '÷' => "/",
        '│' | '┃' => "|",
        '❯' | '›' => ">",
        '✓' => "ok",
        '█' => "#",
        '░' => "=",
        '\u{a0}' | '\u{202f}' | '\u{2009}' => " ",
        _ => "?",
    }
}

/// The maximum number of columns of a text.
///
/// Each character is counted separately. Terminals that combine characters need fewer columns.
pub fn display_width(text: &str) -> usize {
    text.chars()
        .map(|character| character.width().unwrap_or(0))
        .sum()
}

/// The longest prefix that fits.
pub fn clip_to_width(text: &str, columns: usize) -> &str {
    let mut filled = 0;
    for (at, character) in text.char_indices() {
        filled += character.width().unwrap_or(0);
        if filled > columns {
            return &text[..at];
        }
    }
    text
}

/// Wraps text to lines of at most `columns`. Longer words are cut. Returns at least one line.
pub fn wrap_text(text: &str, columns: usize) -> Vec<Cow<'_, str>> {
    // `Ctrl-C` and `--format` are not broken at the hyphen.
    let options = textwrap::Options::new(columns.max(2))
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(WordSeparator::Custom(separate_words));
    textwrap::wrap(text, options)
}

/// The words of a line. Long ones, such as paths, may also be broken after a slash.
fn separate_words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut rest = line;
    let words = WordSeparator::AsciiSpace.find_words(line);
    Box::new(words.flat_map(move |word| {
        let (whole, after) = rest.split_at(word.word.len() + word.whitespace.len());
        rest = after;
        let pieces = if word.word.len() > LONG_WORD {
            whole.split_inclusive('/').collect()
        } else {
            vec![whole]
        };
        pieces.into_iter().map(Word::from)
    }))
}

/// A span of text with one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextSpan {
    /// The text, with control characters made visible.
    pub text: String,
    /// Its role.
    pub role: TextRole,
}

impl TextSpan {
    /// A span of this text.
    pub fn new(text: impl Into<String>, role: TextRole) -> Self {
        Self {
            text: text.into(),
            role,
        }
    }
}

/// Wraps the spans to lines of at most `columns`, coloured.
pub fn wrap_spans(spans: &[TextSpan], columns: usize, style: Style) -> Vec<String> {
    let whole: String = spans.iter().map(|span| span.text.as_str()).collect();
    let mut roles = spans
        .iter()
        .flat_map(|span| span.text.chars().map(|character| (character, span.role)));
    // The wrapped lines have the same characters in the same order, without some spaces.
    wrap_text(&whole, columns)
        .into_iter()
        .map(|line| {
            let coloured = line.chars().map(|character| {
                let role = roles.find(|(found, _)| *found == character);
                (character, role.map_or(TextRole::Plain, |(_, role)| role))
            });
            paint_runs(coloured, style)
        })
        .collect()
}

/// Text with one escape sequence per run of characters with the same role.
fn paint_runs(characters: impl Iterator<Item = (char, TextRole)>, style: Style) -> String {
    let mut runs: Vec<TextSpan> = Vec::new();
    for (character, role) in characters {
        match runs.last_mut() {
            Some(run) if run.role == role => run.text.push(character),
            _ => runs.push(TextSpan::new(character, role)),
        }
    }
    paint_spans(&runs, style)
}

/// The spans as one text, coloured.
pub fn paint_spans(spans: &[TextSpan], style: Style) -> String {
    spans
        .iter()
        .map(|span| style.paint_text(&span.text, span.role))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    const UNICODE: Style = Style::without_color(80);
    const ASCII: Style = Style {
        ascii: true,
        ..Style::without_color(80)
    };

    #[test]
    fn escapes_are_shown_not_obeyed() {
        assert_eq!(make_visible("\u{1b}[31mred", UNICODE), "\\x1b[31mred");
        assert_eq!(make_visible("\r\u{9b}\u{7f}", UNICODE), "\\x0d\\x9b\\x7f");
        assert_eq!(make_visible("\u{202e}evil", UNICODE), "\\u{202e}evil");
        assert_eq!(make_visible("a\tb", UNICODE), "a   b");
        assert_eq!(one_line("a\nb", UNICODE), "a b");
    }

    #[test]
    fn ascii_says_the_same_in_other_signs() {
        assert_eq!(
            make_visible("5 µs ± 1 × 2 → naïve", ASCII),
            "5 us +/- 1 x 2 -> na?ve"
        );
    }

    #[test]
    fn a_path_is_broken_after_a_slash_and_a_short_word_is_not() {
        let text = "see /root/.pyenv/versions/2.7.18/bin/python and/or";
        let lines = ["see /root/.pyenv/versions/", "2.7.18/bin/python and/or"];
        assert_eq!(wrap_text(text, 26), lines);
        assert_eq!(wrap_text("python and/or", 12), ["python", "and/or"]);
    }

    #[test]
    fn colours_follow_their_words_across_lines() {
        let spans = [
            TextSpan::new("one ", TextRole::Plain),
            TextSpan::new("two three", TextRole::Bad),
        ];
        let style = Style {
            color: true,
            ..UNICODE
        };
        let red = |text: &str| format!("\u{1b}[31m{text}\u{1b}[0m");
        assert_eq!(
            wrap_spans(&spans, 8, style),
            [format!("one {}", red("two")), red("three")]
        );
    }

    /// Any characters, including controls and joiners.
    fn anything() -> impl Strategy<Value = String> {
        proptest::collection::vec(any::<char>(), 0..80).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn what_is_shown_has_no_control_character(text in anything(), ascii: bool) {
            let style = Style { ascii, ..UNICODE };
            let shown = make_visible(&text, style);
            prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'));
            prop_assert!(!ascii || shown.is_ascii());
            prop_assert!(UnicodeWidthStr::width(shown.as_str()) <= display_width(&shown) + shown.matches('\n').count());
        }

        #[test]
        fn no_wrapped_line_is_too_wide_and_no_word_is_lost(text in anything(), columns in 2usize..60) {
            let shown = make_visible(&text, UNICODE);
            let lines = wrap_spans(&[TextSpan::new(shown.clone(), TextRole::Plain)], columns, UNICODE);
            for line in &lines {
                prop_assert!(display_width(line) <= columns, "{line:?}");
                prop_assert!(UnicodeWidthStr::width(line.as_str()) <= columns, "{line:?}");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&shown));
        }
    }
}
