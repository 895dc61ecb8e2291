//! Splits a line into words, as a shell does: spaces separate, quotes and backslashes keep together.

use std::ops::Range;

use thiserror::Error;

/// A backslash separates folders on Windows; elsewhere it takes the next character literally.
const ESCAPE: Option<char> = if cfg!(windows) { None } else { Some('\\') };

/// One word of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineWord {
    /// Its text, without quotes and backslashes.
    pub text: String,
    /// Its byte range in the line, with its quotes.
    pub place: Range<usize>,
}

/// A quote that is never closed.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("the quote {quote} at column {column} is never closed")]
pub struct OpenQuote {
    quote: char,
    column: usize,
}

/// The words of a line.
///
/// # Errors
/// If a quote is never closed.
pub fn split_words(line: &str) -> Result<Vec<LineWord>, OpenQuote> {
    match scan_words(line) {
        (words, None) => Ok(words),
        (_, Some(open)) => Err(open),
    }
}

/// The words of a line that is still being typed: an open quote reaches to its end.
pub fn split_so_far(line: &str) -> Vec<LineWord> {
    scan_words(line).0
}

fn scan_words(line: &str) -> (Vec<LineWord>, Option<OpenQuote>) {
    let mut words: Vec<LineWord> = Vec::new();
    let mut word: Option<LineWord> = None;
    let mut open: Option<(char, usize)> = None;
    let mut characters = line.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if open.is_none() && character.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        let current = word.get_or_insert_with(|| LineWord {
            text: String::new(),
            place: at..at,
        });
        current.place.end = at + character.len_utf8();
        match open {
            Some((quote, _)) if character == quote => open = None,
            None if matches!(character, '"' | '\'') => open = Some((character, at)),
            Some(('\'', _)) => current.text.push(character),
            _ if Some(character) == ESCAPE => match characters.next() {
                Some((at, literal)) => {
                    current.text.push(literal);
                    current.place.end = at + literal.len_utf8();
                }
                None => current.text.push(character),
            },
            _ => current.text.push(character),
        }
    }
    words.extend(word);
    let open = open.map(|(quote, at)| OpenQuote {
        quote,
        column: line[..at].chars().count() + 1,
    });
    (words, open)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(line: &str) -> Vec<String> {
        split_words(line)
            .expect(line)
            .into_iter()
            .map(|word| word.text)
            .collect()
    }

    #[test]
    fn spaces_separate_and_quotes_keep_together() {
        assert_eq!(
            texts("  run  parallel\t--workers 4 "),
            ["run", "parallel", "--workers", "4"]
        );
        assert_eq!(texts(r#"save "my run.jsonl""#), ["save", "my run.jsonl"]);
        assert_eq!(texts("save 'it''s'"), ["save", "its"]);
        assert_eq!(texts(r#"save """#), ["save", ""]);
        assert!(texts("   ").is_empty());
    }

    #[cfg(not(windows))]
    #[test]
    fn a_backslash_takes_the_next_character_literally() {
        assert_eq!(texts(r"save my\ run"), ["save", "my run"]);
        assert_eq!(texts(r#"save "a\"b""#), ["save", "a\"b"]);
        assert_eq!(texts(r"save 'a\b'"), ["save", r"a\b"]);
        assert_eq!(texts(r"save a\"), ["save", r"a\"]);
    }

    #[test]
    fn words_know_their_place() {
        let words = split_words(r#"save "é x" y"#).expect("closed");
        assert_eq!(words[1].place, 5..11);
        assert_eq!(words[2].place, 12..13);
    }

    #[test]
    fn an_open_quote_is_an_error_with_its_column() {
        let error = split_words("save 'run").expect_err("open");
        assert_eq!(error.to_string(), "the quote ' at column 6 is never closed");
        assert_eq!(split_so_far("save 'my ru")[1].text, "my ru");
    }

    proptest! {
        #[test]
        fn any_line_splits_into_places_inside_it(line in "\\PC*") {
            let words = split_so_far(&line);
            let mut end = 0;
            for word in words {
                prop_assert!(end <= word.place.start && word.place.start < word.place.end);
                prop_assert!(line.get(word.place.clone()).is_some());
                end = word.place.end;
            }
        }
    }
}
