//! The words of a paragraph, with their roles.

use crate::render::{
    Style, TextRole, prose,
    text::{TextSpan, make_visible},
};

/// Text that is being read.
pub(super) struct InlineText {
    style: Style,
    spans: Vec<TextSpan>,
    /// The roles of the enclosing elements; the innermost counts.
    roles: Vec<TextRole>,
    /// The enclosing links: the address, and the index in `spans` where the link begins.
    links: Vec<(String, usize)>,
}

impl InlineText {
    pub(super) fn new(style: Style) -> Self {
        Self {
            style,
            spans: Vec::new(),
            roles: Vec::new(),
            links: Vec::new(),
        }
    }

    pub(super) fn push_text(&mut self, text: &str) {
        let role = self.roles.last().copied().unwrap_or(TextRole::Plain);
        self.spans
            .push(TextSpan::new(make_visible(text, self.style), role));
    }

    pub(super) fn push_code(&mut self, text: &str) {
        let text = make_visible(text, self.style);
        self.spans.push(prose::code_span(&text, self.style));
    }

    pub(super) fn begin_role(&mut self, role: TextRole) {
        self.roles.push(role);
    }

    pub(super) fn end_role(&mut self) {
        self.roles.pop();
    }

    /// Without colours, text cannot be struck out either, so the marks stay.
    pub(super) fn begin_struck(&mut self) {
        self.struck_mark();
        self.begin_role(TextRole::Struck);
    }

    pub(super) fn end_struck(&mut self) {
        self.end_role();
        self.struck_mark();
    }

    fn struck_mark(&mut self) {
        if !self.style.color {
            self.push_text("~~");
        }
    }

    pub(super) fn begin_link(&mut self, address: &str) {
        self.links.push((address.to_owned(), self.spans.len()));
        self.begin_role(TextRole::Link);
    }

    /// The address follows the text, unless the text is the address.
    pub(super) fn end_link(&mut self) {
        self.end_role();
        let Some((address, start)) = self.links.pop() else {
            return;
        };
        let words = self.spans.get(start..).unwrap_or_default();
        let words: String = words.iter().map(|span| span.text.as_str()).collect();
        let address = make_visible(&address, self.style);
        if !address.is_empty() && words != address && format!("mailto:{words}") != address {
            self.spans
                .push(TextSpan::new(format!(" ({address})"), TextRole::Dim));
        }
    }

    /// Takes the spans read so far.
    pub(super) fn take_spans(&mut self) -> Vec<TextSpan> {
        for link in &mut self.links {
            link.1 = 0;
        }
        std::mem::take(&mut self.spans)
    }

    /// Takes the text without roles; code keeps its backticks.
    pub(super) fn take_plain(&mut self) -> String {
        let text = |span: TextSpan| {
            if span.role == TextRole::Code && self.style.color {
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
