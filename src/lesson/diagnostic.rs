//! Errors and warnings about a lesson, with their positions.

use std::fmt;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::record::named_enum;

/// The longest piece of a source line that a message quotes, in columns.
const QUOTED: usize = 100;

named_enum! {
    /// How bad a [`Diagnostic`] is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Severity {
        /// The lesson cannot be played as it stands.
        Error = "error",
        /// The lesson plays; its author should look at this.
        Warning = "warning",
    }
}

/// A problem in a lesson, with its position.
///
/// It is displayed as compilers do: path, line and column, the message, the source line with a caret, and help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The lesson's file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The first character on that line, from 1.
    pub column: usize,
    /// The number of characters on that line, at least 1.
    pub length: usize,
    /// Whether the lesson can still be played.
    pub severity: Severity,
    /// What is wrong, in lower case.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The source line; empty if there is none to show.
    pub source: String,
}

impl std::error::Error for Diagnostic {}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}: {}",
            self.path, self.line, self.column, self.severity, self.message
        )?;
        let gutter = " ".repeat(self.line.to_string().len());
        if !self.source.is_empty() {
            let quote = QuotedLine::of(&self.source, self.column - 1, self.length);
            write!(f, "\n{gutter} |\n{} | {}", self.line, quote.text)?;
            write!(f, "\n{gutter} | {}{}", quote.indent, quote.carets)?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n{gutter} = help: {help}")?;
        }
        Ok(())
    }
}

/// A source line as a message shows it: a window of a long line, with the marked part in it.
struct QuotedLine {
    text: String,
    indent: String,
    carets: String,
}

impl QuotedLine {
    fn of(line: &str, start: usize, length: usize) -> Self {
        let line: Vec<char> = line.chars().collect();
        let start = start.min(line.len());
        let first = if line.len() <= QUOTED {
            0
        } else {
            start.saturating_sub(QUOTED / 2).min(line.len() - QUOTED)
        };
        let last = line.len().min(first + QUOTED);
        let end = (start + length).clamp(start, last);

        let text: String = line[first..last].iter().collect();
        let mut text = text.trim_end().to_owned();
        // Tabs are kept, so that the caret is in the right place for any tab width.
        let mut indent: String = line[first..start]
            .iter()
            .map(|c| match c {
                '\t' => "\t".to_owned(),
                c => " ".repeat(c.width().unwrap_or(0)),
            })
            .collect();
        let covered: String = line[start..end].iter().collect();
        if first > 0 {
            text.insert(0, '…');
            indent.insert(0, ' ');
        }
        if last < line.len() {
            text.push('…');
        }
        Self {
            text,
            indent,
            carets: "^".repeat(covered.width().max(1)),
        }
    }
}
