//! The words of a paragraph, with their meanings.

use crate::render::{
    Ink, Style, prose,
    text::{Span, visible},
};

/// Words while they are read.
pub(super) struct Inline {
    style: Style,
    spans: Vec<Span>,
    /// The meanings around the next word; the innermost counts.
    inks: Vec<Ink>,
    /// The links around it: the address, and where in `spans` the link begins.
    links: Vec<(String, usize)>,
}

impl Inline {
    pub(super) fn new(style: Style) -> Self {
        Self {
            style,
            spans: Vec::new(),
            inks: Vec::new(),
            links: Vec::new(),
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        let ink = self.inks.last().copied().unwrap_or(Ink::Plain);
        self.spans.push(Span::new(visible(text, self.style), ink));
    }

    pub(super) fn code(&mut self, text: &str) {
        let text = visible(text, self.style);
        self.spans.push(prose::code(&text, self.style));
    }

    pub(super) fn begin(&mut self, ink: Ink) {
        self.inks.push(ink);
    }

    pub(super) fn end(&mut self) {
        self.inks.pop();
    }

    /// Where there is no colour there is no line through the words either: the marks stay.
    pub(super) fn begin_struck(&mut self) {
        self.struck_mark();
        self.begin(Ink::Struck);
    }

    pub(super) fn end_struck(&mut self) {
        self.end();
        self.struck_mark();
    }

    fn struck_mark(&mut self) {
        if !self.style.color {
            self.text("~~");
        }
    }

    pub(super) fn begin_link(&mut self, address: &str) {
        self.links.push((address.to_owned(), self.spans.len()));
        self.begin(Ink::Link);
    }

    /// The address follows the words, unless the words are the address.
    pub(super) fn end_link(&mut self) {
        self.end();
        let Some((address, start)) = self.links.pop() else {
            return;
        };
        let words = self.spans.get(start..).unwrap_or_default();
        let words: String = words.iter().map(|span| span.text.as_str()).collect();
        let address = visible(&address, self.style);
        if !address.is_empty() && words != address && format!("mailto:{words}") != address {
            self.spans
                .push(Span::new(format!(" ({address})"), Ink::Dim));
        }
    }

    /// The words read so far.
    pub(super) fn take(&mut self) -> Vec<Span> {
        for link in &mut self.links {
            link.1 = 0;
        }
        std::mem::take(&mut self.spans)
    }

    /// The same without meanings; what was code keeps its backticks.
    pub(super) fn take_plain(&mut self) -> String {
        let text = |span: Span| {
            if span.ink == Ink::Code && self.style.color {
                format!("`{}`", span.text)
            } else {
                span.text
            }
        };
        std::mem::take(&mut self.spans)
            .into_iter()
            .map(text)
            .collect()
    }
}
