//! The parts of code that get a colour: keywords, strings, comments, numbers, calls and decorators.

use super::{TextRole, text::TextSpan};

/// What distinguishes the parts of a language.
pub(super) struct CodeSyntax {
    names: &'static [&'static str],
    comment: &'static str,
    /// The quotes of strings, long ones first, and whether a string may continue on the next line.
    quotes: &'static [(&'static str, bool)],
    keywords: &'static str,
}

static LANGUAGES: [CodeSyntax; 4] = [
    CodeSyntax {
        names: &["python", "py"],
        comment: "#",
        quotes: &[("\"\"\"", true), ("'''", true), ("\"", false), ("'", false)],
        keywords: "False None True and as assert async await break class continue def del elif \
                   else except finally for from global if import in is lambda nonlocal not or pass \
                   raise return try while with yield",
    },
    CodeSyntax {
        names: &["rust", "rs"],
        comment: "//",
        quotes: &[("\"", true)],
        keywords: "as async await break const continue crate dyn else enum extern false fn for if \
                   impl in let loop match mod move mut pub ref return self Self static struct super \
                   trait true type unsafe use where while",
    },
    CodeSyntax {
        names: &["sh", "bash", "shell", "console"],
        comment: "#",
        quotes: &[("\"", true), ("'", true)],
        keywords: "case do done elif else esac fi for function if in then until while",
    },
    CodeSyntax {
        names: &["toml"],
        comment: "#",
        quotes: &[("\"\"\"", true), ("'''", true), ("\"", false), ("'", false)],
        keywords: "false true",
    },
];

impl CodeSyntax {
    /// The syntax of the language with this name.
    pub(super) fn find(lang: &str) -> Option<&'static Self> {
        let mut languages = LANGUAGES.iter();
        languages.find(|it| it.names.iter().any(|name| name.eq_ignore_ascii_case(lang)))
    }

    /// Each line of the text as coloured spans.
    pub(super) fn highlight_lines(&self, text: &str) -> Vec<Vec<TextSpan>> {
        let mut lines = vec![Vec::new()];
        let mut rest = text;
        while !rest.is_empty() {
            let (length, role) = self.next_part(rest);
            let (part, after) = rest.split_at(length);
            rest = after;
            for (at, piece) in part.split('\n').enumerate() {
                if at > 0 {
                    lines.push(Vec::new());
                }
                if let Some(line) = lines.last_mut().filter(|_| !piece.is_empty()) {
                    line.push(TextSpan::new(piece, role));
                }
            }
        }
        lines.pop_if(|last| last.is_empty());
        lines
    }

    /// The length and the role of the first part; a part has at least one character.
    fn next_part(&self, text: &str) -> (usize, TextRole) {
        let is_in_word = |character: char| character.is_alphanumeric() || character == '_';
        let length_while = |is_part: &dyn Fn(char) -> bool| {
            text.find(|character| !is_part(character))
                .unwrap_or(text.len())
        };
        let first = text.chars().next().unwrap_or_default();
        if text.starts_with(self.comment) {
            return (length_while(&|character| character != '\n'), TextRole::Dim);
        }
        if first.is_ascii_digit() {
            return (length_while(&is_in_word), TextRole::Number);
        }
        if first == '@' {
            let length = length_while(&|it| it == '@' || it == '.' || is_in_word(it));
            return (length, TextRole::Attribute);
        }
        let word = length_while(&is_in_word);
        let after = &text[word..];
        // A string may have a prefix: `f"{name}"`.
        if word <= 2
            && let Some(length) = self.string_length(after)
        {
            return (word + length, TextRole::Text);
        }
        match &text[..word] {
            "" => (first.len_utf8(), TextRole::Plain),
            name if self.keywords.split(' ').any(|keyword| keyword == name) => {
                (word, TextRole::Keyword)
            }
            _ if after.starts_with(['(', '!']) => (word, TextRole::Function),
            _ => (word, TextRole::Plain),
        }
    }

    /// The length of the string at the start of the text; `None` without one. A string that is not closed ends with
    /// its line, or with the text.
    fn string_length(&self, text: &str) -> Option<usize> {
        let (quote, has_lines) = self
            .quotes
            .iter()
            .find(|(quote, _)| text.starts_with(quote))?;
        let mut characters = text[quote.len()..].char_indices();
        while let Some((at, character)) = characters.next() {
            let at = quote.len() + at;
            match character {
                '\\' => drop(characters.next()),
                '\n' if !has_lines => return Some(at),
                _ if text[at..].starts_with(quote) => return Some(at + quote.len()),
                _ => {}
            }
        }
        Some(text.len())
    }
}
