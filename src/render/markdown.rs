//! A lesson's prose on a terminal: Markdown, wrapped to the width, written block by block.

mod blocks;
mod inline;

use std::io;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use self::{
    blocks::{BlockContainer, BlockWriter},
    inline::InlineText,
};
use super::{Style, TextRole, text::TextSpan};

/// Writes Markdown, with no empty line before or after it.
///
/// # Errors
/// The errors of writing to `to`.
pub fn write_markdown(text: &str, style: &Style, to: &mut dyn io::Write) -> io::Result<()> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut page = MarkdownRenderer {
        blocks: BlockWriter::new(*style, to),
        inline: InlineText::new(*style),
        lists: Vec::new(),
        code: None,
        table: None,
        in_html: false,
    };
    for event in Parser::new_ext(text, options) {
        page.handle_event(event)?;
    }
    page.flush_paragraph()
}

/// The words of a sentence in Markdown, in this role; emphasis and code keep their own.
pub(super) fn inline_spans(text: &str, role: TextRole, style: Style) -> Vec<TextSpan> {
    let mut inline = InlineText::new(style);
    inline.begin_role(role);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Emphasis) => inline.begin_role(TextRole::Emphasis),
            Event::Start(Tag::Strong) => inline.begin_role(TextRole::Strong),
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => inline.end_role(),
            Event::Code(text) => inline.push_code(&text),
            Event::SoftBreak | Event::HardBreak => inline.push_text(" "),
            Event::Text(text) | Event::InlineHtml(text) | Event::Html(text) => {
                inline.push_text(&text);
            }
            _ => {}
        }
    }
    inline.take_spans()
}

/// A listing that is being read.
struct CodeListing {
    lang: String,
    text: String,
}

/// A table that is being read.
struct TableRows {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<String>>,
}

/// The text that has been read but not written yet.
struct MarkdownRenderer<'w> {
    blocks: BlockWriter<'w>,
    inline: InlineText,
    /// The next number of each enclosing list; `None` for bullet lists.
    lists: Vec<Option<u64>>,
    code: Option<CodeListing>,
    table: Option<TableRows>,
    in_html: bool,
}

impl MarkdownRenderer<'_> {
    fn handle_event(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Start(tag) => self.start_tag(tag),
            Event::End(tag) => self.end_tag(tag),
            Event::Text(text) => {
                self.add_text(&text);
                Ok(())
            }
            Event::Rule => {
                self.flush_paragraph()?;
                self.blocks.write_rule()
            }
            event => {
                self.add_inline(&event);
                Ok(())
            }
        }
    }

    fn add_text(&mut self, text: &str) {
        match &mut self.code {
            Some(listing) => listing.text.push_str(text),
            None => self.inline.push_text(text),
        }
    }

    fn add_inline(&mut self, event: &Event) {
        match event {
            Event::Code(text) => self.inline.push_code(text),
            Event::SoftBreak => self.inline.push_text(" "),
            // A cell has only one line.
            Event::HardBreak => {
                self.inline
                    .push_text(if self.table.is_some() { " " } else { "\n" });
            }
            Event::TaskListMarker(done) => {
                self.inline.push_text(if *done { "[x] " } else { "[ ] " });
            }
            Event::InlineHtml(html) | Event::Html(html) if !self.in_html => {
                self.inline.push_text(html);
            }
            _ => {}
        }
    }

    fn start_tag(&mut self, tag: Tag) -> io::Result<()> {
        match tag {
            Tag::Heading { level, .. } => self.inline.begin_role(heading_ink(level)),
            Tag::Emphasis => self.inline.begin_role(TextRole::Emphasis),
            Tag::Strong => self.inline.begin_role(TextRole::Strong),
            Tag::Strikethrough => self.inline.begin_struck(),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.inline.begin_link(&dest_url);
            }
            Tag::BlockQuote(_) => {
                self.flush_paragraph()?;
                self.blocks.enter_container(BlockContainer::Quote)?;
            }
            Tag::List(first) => {
                self.flush_paragraph()?;
                self.lists.push(first);
            }
            Tag::Item => self.start_item()?,
            Tag::CodeBlock(kind) => {
                self.flush_paragraph()?;
                self.code = Some(start_listing(kind));
            }
            Tag::Table(alignments) => {
                self.table = Some(TableRows {
                    alignments,
                    rows: Vec::new(),
                });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::HtmlBlock => self.in_html = true,
            _ => {}
        }
        Ok(())
    }

    fn start_item(&mut self) -> io::Result<()> {
        let number = match self.lists.last_mut() {
            Some(Some(next)) => {
                let number = *next;
                *next = next.saturating_add(1);
                Some(number)
            }
            _ => None,
        };
        self.blocks
            .enter_container(BlockContainer::new_item(number))
    }

    fn end_tag(&mut self, tag: TagEnd) -> io::Result<()> {
        match tag {
            TagEnd::Paragraph => {
                self.flush_paragraph()?;
                self.blocks.request_gap();
            }
            TagEnd::Heading(level) => {
                self.inline.end_role();
                self.blocks
                    .write_heading(&self.inline.take_spans(), level as usize)?;
            }
            TagEnd::Emphasis | TagEnd::Strong => self.inline.end_role(),
            TagEnd::Strikethrough => self.inline.end_struck(),
            TagEnd::Link | TagEnd::Image => self.inline.end_link(),
            TagEnd::BlockQuote(_) => {
                self.flush_paragraph()?;
                self.blocks.leave_container()?;
                self.blocks.request_gap();
            }
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.blocks.request_gap();
                }
            }
            TagEnd::Item => {
                self.flush_paragraph()?;
                self.blocks.leave_container()?;
            }
            TagEnd::CodeBlock => {
                if let Some(listing) = self.code.take() {
                    self.blocks.write_listing(&listing.text, &listing.lang)?;
                }
            }
            TagEnd::TableCell => {
                let cell = self.inline.take_plain();
                let row = self.table.as_mut().and_then(|table| table.rows.last_mut());
                if let Some(row) = row {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.blocks.write_table(&table.alignments, table.rows)?;
                }
            }
            TagEnd::HtmlBlock => self.in_html = false,
            _ => {}
        }
        Ok(())
    }

    /// Writes the collected words as a paragraph.
    fn flush_paragraph(&mut self) -> io::Result<()> {
        let spans = self.inline.take_spans();
        if spans.is_empty() {
            return Ok(());
        }
        self.blocks.write_paragraph(&spans)
    }
}

fn heading_ink(level: HeadingLevel) -> TextRole {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => TextRole::Title,
        _ => TextRole::Heading,
    }
}

fn start_listing(kind: CodeBlockKind) -> CodeListing {
    let lang = match kind {
        CodeBlockKind::Indented => String::new(),
        CodeBlockKind::Fenced(info) => {
            let word = info.split([' ', ',']).next();
            word.unwrap_or_default().to_owned()
        }
    };
    CodeListing {
        lang,
        text: String::new(),
    }
}

#[cfg(test)]
mod tests;
