//! A fenced code block: its info string, its body, and whether it is closed.

use std::ops::Range;

/// The positions of the parts of a fenced block.
#[derive(Debug)]
pub(super) struct CodeFence {
    /// The first line, starting with the fence characters.
    pub(super) head: Range<usize>,
    /// The text after the fence characters.
    pub(super) info: String,
    /// The lines between the fences.
    pub(super) body: Range<usize>,
    /// Whether the closing fence exists.
    pub(super) closed: bool,
    /// The indentation of the opening fence.
    indent: usize,
}

impl CodeFence {
    /// Splits the block at `range`, as the Markdown parser found it.
    pub(super) fn parse_at(text: &str, range: Range<usize>) -> Self {
        let line_start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[range.start..]
            .find('\n')
            .map_or(text.len(), |at| range.start + at);
        let line = &text[line_start..line_end];
        let indent = line.len() - line.trim_start().len();
        let start = line_start + indent;
        let mark = text[start..].chars().next().unwrap_or('`');
        let count = text[start..line_end]
            .chars()
            .take_while(|c| *c == mark)
            .count();
        let head = start..line_start + line.trim_end().len();
        let info = text[head.clone()]
            .trim_start_matches(mark)
            .trim()
            .to_owned();

        let body_start = range.end.min(line_end + 1).max(head.end);
        let inside = &text[body_start..range.end.max(body_start)];
        let last = inside
            .trim_end_matches(['\n', '\r'])
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let last_line = inside[last..].trim();
        let closed = last_line.len() >= count && last_line.chars().all(|c| c == mark);
        let body_end = if closed {
            body_start + last
        } else {
            body_start + inside.len()
        };
        Self {
            head,
            info,
            body: body_start..body_end,
            closed,
            indent,
        }
    }

    /// The first word of the info string: a language, or `forklore`.
    pub(super) fn lang(&self) -> &str {
        self.info.split_whitespace().next().unwrap_or_default()
    }

    /// The body without the indentation that it shares with its fence.
    pub(super) fn unindented_body(&self, text: &str) -> String {
        let unindented = text[self.body.clone()].lines().map(|line| {
            let spaces = line.len() - line.trim_start_matches(' ').len();
            &line[spaces.min(self.indent)..]
        });
        unindented.collect::<Vec<_>>().join("\n")
    }
}
