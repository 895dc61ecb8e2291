//! A lesson's text with its lines, and the problems found in it so far.

use std::{borrow::Cow, ops::Range};

use toml::Spanned;

use super::diagnostic::{Diagnostic, Severity};
use crate::text::suggest_name;

/// The text without control characters, which become spaces. Byte positions stay the same.
pub(super) fn without_controls(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unwanted) {
        return Cow::Borrowed(text);
    }
    let blank = |c: char| if is_unwanted(c) { ' ' } else { c };
    let spaces = |c: char| if is_unwanted(c) { c.len_utf8() } else { 1 };
    text.chars()
        .flat_map(|c| std::iter::repeat_n(blank(c), spaces(c)))
        .collect::<String>()
        .into()
}

/// Whether a character must not occur in a lesson.
pub(super) fn is_unwanted(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// A message on one line: it may quote an author's text with line ends.
fn one_line(message: &str) -> String {
    without_controls(message).replace(['\n', '\r', '\t'], " ")
}

/// A file's text, which converts byte positions to lines and columns.
#[derive(Debug)]
pub(super) struct SourceFile<'s> {
    pub(super) path: &'s str,
    pub(super) text: &'s str,
    /// The start of each line.
    lines: Vec<usize>,
}

impl<'s> SourceFile<'s> {
    pub(super) fn new(path: &'s str, text: &'s str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            path,
            text,
            lines: std::iter::once(0).chain(after_breaks).collect(),
        }
    }

    /// The line, from 1, of this byte.
    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|&start| start <= at).max(1)
    }

    /// The range of a line, counted from 1, without its line end.
    pub(super) fn line_range(&self, line: usize) -> Range<usize> {
        let start = self.lines[line - 1];
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        let text = self.text[start..end].trim_end_matches(['\n', '\r']);
        start..start + text.len()
    }

    /// A problem in this range of the text. Only its part on the first line is marked.
    pub(super) fn diagnostic(
        &self,
        at: Range<usize>,
        severity: Severity,
        message: &str,
    ) -> Diagnostic {
        let start = self.text.floor_char_boundary(at.start);
        let end = self.text.floor_char_boundary(at.end).max(start);
        let line = self.line(start);
        let whole = self.line_range(line);
        let before = &self.text[whole.start..start.min(whole.end)];
        let covered = self.text[start..end].lines().next().unwrap_or_default();
        Diagnostic {
            path: self.path.to_owned(),
            line,
            column: before.chars().count() + 1,
            length: covered.chars().count().max(1),
            severity,
            message: one_line(message),
            help: None,
            source: self.text[whole].to_owned(),
        }
    }
}

/// The problems of one file, in the order in which they were found.
#[derive(Debug)]
pub(super) struct Diagnostics<'s> {
    pub(super) source: &'s SourceFile<'s>,
    pub(super) list: Vec<Diagnostic>,
}

impl<'s> Diagnostics<'s> {
    pub(super) fn new(source: &'s SourceFile<'s>) -> Self {
        let list = Vec::new();
        Self { source, list }
    }

    /// Adds an error, which keeps the lesson from being played. The result takes a `help` line.
    pub(super) fn error(&mut self, at: Range<usize>, message: impl AsRef<str>) -> &mut Diagnostic {
        self.push(at, Severity::Error, message.as_ref())
    }

    /// Adds a warning.
    pub(super) fn warning(
        &mut self,
        at: Range<usize>,
        message: impl AsRef<str>,
    ) -> &mut Diagnostic {
        self.push(at, Severity::Warning, message.as_ref())
    }

    /// Reports an unknown name, with the nearest known name or all of them: "no demo".
    pub(super) fn unknown_name(&mut self, what: &str, name: &Spanned<String>, names: &[&str]) {
        let message = format!("{what} is called `{}`", name.get_ref());
        let diagnostic = self.error(name.span(), message);
        if let Some(help) = suggest_name(name.get_ref(), names) {
            diagnostic.help(help);
        }
    }

    fn push(&mut self, at: Range<usize>, severity: Severity, message: &str) -> &mut Diagnostic {
        self.list
            .push_mut(self.source.diagnostic(at, severity, message))
    }
}

impl Diagnostic {
    /// Adds a remedy.
    pub(super) fn help(&mut self, help: impl AsRef<str>) {
        self.help = Some(one_line(help.as_ref()));
    }
}
