//! Blocks on the screen: the prefix of each line, and the empty lines between blocks.

use std::io;

use pulldown_cmark::Alignment;

use crate::render::{
    Style, TextRole, code,
    formatted_table::{ColumnHeading, FormattedCell, FormattedTable},
    layout,
    text::{TextSpan, display_width, wrap_spans},
};

/// A container of blocks.
pub(super) enum BlockContainer {
    /// A quotation.
    Quote,
    /// An item of a list.
    Item {
        /// The bullet or number before its first line.
        mark: Option<String>,
        /// The width of the mark.
        indent: usize,
    },
}

impl BlockContainer {
    pub(super) fn new_item(number: Option<u64>) -> Self {
        let mark = number.map_or_else(|| "• ".to_owned(), |number| format!("{number}. "));
        Self::Item {
            indent: display_width(&mark),
            mark: Some(mark),
        }
    }
}

/// Writes blocks, one below the other.
pub(super) struct BlockWriter<'w> {
    style: Style,
    to: &'w mut dyn io::Write,
    containers: Vec<BlockContainer>,
    /// Whether an empty line is written before the next block.
    gap: bool,
    /// Whether a block has been written.
    written: bool,
}

impl<'w> BlockWriter<'w> {
    pub(super) fn new(style: Style, to: &'w mut dyn io::Write) -> Self {
        Self {
            style,
            to,
            containers: Vec::new(),
            gap: false,
            written: false,
        }
    }

    /// Enters a container. A quotation's bar begins after the empty line before it.
    pub(super) fn enter_container(&mut self, container: BlockContainer) -> io::Result<()> {
        if matches!(container, BlockContainer::Quote) {
            self.write_gap()?;
        }
        self.containers.push(container);
        Ok(())
    }

    /// Leaves a container. An empty item still shows its mark.
    pub(super) fn leave_container(&mut self) -> io::Result<()> {
        if matches!(
            self.containers.last(),
            Some(BlockContainer::Item { mark: Some(_), .. })
        ) {
            self.write_line("")?;
        }
        self.containers.pop();
        Ok(())
    }

    /// Requests an empty line before the next block.
    pub(super) fn request_gap(&mut self) {
        self.gap = true;
    }

    pub(super) fn write_paragraph(&mut self, spans: &[TextSpan]) -> io::Result<()> {
        self.write_gap()?;
        for line in wrap_spans(spans, self.prose_width(), self.style) {
            self.write_line(&line)?;
        }
        Ok(())
    }

    /// Headings are underlined, or marked at the beginning in screen reader mode.
    pub(super) fn write_heading(&mut self, spans: &[TextSpan], level: usize) -> io::Result<()> {
        self.request_gap();
        self.write_gap()?;
        let below = match (level, self.style.ascii) {
            _ if self.style.accessible => None,
            (1, true) => Some("="),
            (1, false) => Some("═"),
            (2, true) => Some("-"),
            (2, false) => Some("─"),
            _ => None,
        };
        let mut spans = spans.to_vec();
        if below.is_none() {
            spans.insert(
                0,
                TextSpan::new(format!("{} ", "#".repeat(level)), TextRole::Dim),
            );
        }
        let mut longest = 0;
        let whole = Style {
            color: false,
            ..self.style
        };
        for (line, plain) in wrap_spans(&spans, self.prose_width(), self.style)
            .iter()
            .zip(wrap_spans(&spans, self.prose_width(), whole))
        {
            longest = longest.max(display_width(&plain));
            self.write_line(line)?;
        }
        if let Some(sign) = below {
            self.write_line(&self.style.paint_text(sign.repeat(longest), TextRole::Dim))?;
        }
        self.request_gap();
        Ok(())
    }

    pub(super) fn write_rule(&mut self) -> io::Result<()> {
        self.request_gap();
        self.write_gap()?;
        let sign = if self.style.ascii { "-" } else { "─" };
        let line = sign.repeat(self.prose_width());
        self.write_line(&self.style.paint_text(line, TextRole::Dim))?;
        self.request_gap();
        Ok(())
    }

    pub(super) fn write_listing(&mut self, text: &str, lang: &str) -> io::Result<()> {
        self.request_gap();
        self.write_gap()?;
        for line in code::format_code_lines(text, lang, self.available_width(), self.style) {
            self.write_line(&line)?;
        }
        self.request_gap();
        Ok(())
    }

    pub(super) fn write_table(
        &mut self,
        alignments: &[Alignment],
        rows: Vec<Vec<String>>,
    ) -> io::Result<()> {
        let mut rows = rows.into_iter();
        let headings: Vec<ColumnHeading> = rows
            .next()
            .unwrap_or_default()
            .into_iter()
            .zip(alignments)
            .map(|(name, alignment)| ColumnHeading {
                picture: false,
                rank: 0,
                name,
                unit: None,
                right: *alignment == Alignment::Right,
            })
            .collect();
        let entry = |text: String| FormattedCell {
            gap: text.is_empty(),
            words: true,
            text,
        };
        let rows = rows
            .map(|row| row.into_iter().map(entry).collect())
            .collect();
        self.request_gap();
        self.write_gap()?;
        let style = Style {
            width: self.available_width(),
            ..self.style
        };
        for line in layout::lay_out_table(&FormattedTable { headings, rows }, style).lines {
            self.write_line(&line)?;
        }
        self.request_gap();
        Ok(())
    }

    /// Writes the requested empty line, except at the beginning.
    fn write_gap(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.gap) || !self.written {
            return Ok(());
        }
        let before = self.line_prefix(false);
        writeln!(self.to, "{}", before.trim_end())
    }

    fn write_line(&mut self, text: &str) -> io::Result<()> {
        self.written = true;
        let before = self.line_prefix(true);
        if text.is_empty() {
            return writeln!(self.to, "{}", before.trim_end());
        }
        writeln!(self.to, "{before}{text}")
    }

    /// The prefix of a line: the bars of quotations, and the items' marks before their first lines.
    fn line_prefix(&mut self, marks: bool) -> String {
        let mut before = String::new();
        for container in &mut self.containers {
            match container {
                BlockContainer::Quote => {
                    before.push_str(if self.style.ascii { "| " } else { "│ " });
                }
                BlockContainer::Item { mark, indent } => match mark.take_if(|_| marks) {
                    Some(mark) if self.style.ascii => before.push_str(&mark.replace('•', "*")),
                    Some(mark) => before.push_str(&mark),
                    None => before.extend(std::iter::repeat_n(' ', *indent)),
                },
            }
        }
        // Deeply nested blocks need room for the words, so the outermost marks are dropped.
        let hidden = display_width(&before).saturating_sub(self.indent());
        before.chars().skip(hidden).collect()
    }

    fn indent(&self) -> usize {
        let each = self.containers.iter().map(|container| match container {
            BlockContainer::Quote => 2,
            BlockContainer::Item { indent, .. } => *indent,
        });
        each.sum::<usize>().min(self.style.prose_width() / 2)
    }

    fn prose_width(&self) -> usize {
        self.style.prose_width() - self.indent()
    }

    /// The full width, which listings and tables may use.
    fn available_width(&self) -> usize {
        self.style.width - self.indent()
    }
}
