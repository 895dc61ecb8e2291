//! Text in XML and HTML: every label goes through [`escape_markup`], so that what a program printed is shown and never obeyed.
//!
//! SVG is written as text here, and not by a crate: what the pages need (colours that follow the reader's light or dark
//! screen, a title and a description for screen readers) are classes and elements that plotting crates do not write.

use pulldown_cmark::{Event, Options, Parser};

use super::{Style, text::make_visible};

/// The text as XML and HTML show it, in an element or in a quoted attribute: control characters become visible, and those that
/// XML cannot hold are left out.
pub fn escape_markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in make_visible(text, Style::without_color(0)).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The text with what stands in backticks as code.
pub fn mark_up_code(text: &str) -> String {
    let mut marked = String::new();
    let mut parts = text.split('`').peekable();
    let mut is_code = false;
    while let Some(part) = parts.next() {
        let escaped = escape_markup(part);
        let (before, after) = match (is_code, parts.peek().is_some()) {
            (true, true) => ("<code>", "</code>"),
            // A backtick without a partner.
            (true, false) => ("`", ""),
            (false, _) => ("", ""),
        };
        for piece in [before, &escaped, after] {
            marked.push_str(piece);
        }
        is_code = !is_code;
    }
    marked
}

/// Markdown as HTML. HTML in it is shown as text, and code can be scrolled with the keyboard.
pub fn markdown_to_html(markdown: &str) -> String {
    let visible = make_visible(markdown, Style::without_color(0));
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(&visible, options).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html.replace("<pre>", "<pre tabindex=\"0\">")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        assert_eq!(
            escape_markup("<b a='1'>&\"\u{1b}"),
            "&lt;b a=&#39;1&#39;&gt;&amp;&quot;\\x1b"
        );
        assert_eq!(mark_up_code("`a<b` and `c"), "<code>a&lt;b</code> and `c");
        let html = markdown_to_html("# One\n\n<script>x</script> *y*");
        assert!(
            html.contains("<h1>One</h1>") && !html.contains("<script>"),
            "{html}"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_well_formed(text in proptest::collection::vec(any::<char>(), 0..60)) {
            let text = String::from_iter(text);
            let marked = format!("<p title=\"{}\">{}</p>", escape_markup(&text), mark_up_code(&text));
            prop_assert!(roxmltree::Document::parse(&marked).is_ok(), "{marked}");
        }
    }
}
