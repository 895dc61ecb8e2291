//! The author's own words for what decided a claim: text with figures in braces.
//!
//! `the parent still had {median('parent_after', way='process, argument')}`

use super::{
    check::{self, Subject},
    condition::Term,
    eval::Hearing,
    parse,
    syntax::Wrong,
};

/// Text with figures in braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Figure(Term),
}

impl Template {
    /// Reads a text about what this demo measures.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(text: &str, subject: &Subject<'_>) -> Result<Self, Wrong> {
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(open) = text[at..].find('{').map(|open| at + open) {
            let Some(close) = text[open..].find('}').map(|close| open + close) else {
                return Err(Wrong::new(open..open + 1, "this brace is never closed"));
            };
            parts.push(Part::Text(text[at..open].to_owned()));
            let inner = &text[open + 1..close];
            let shifted = |mut wrong: Wrong| {
                wrong.at = wrong.at.start + open + 1..wrong.at.end + open + 1;
                wrong
            };
            let tree = parse::parse(inner).map_err(shifted)?;
            let term = check::check_figure(inner, &tree, subject).map_err(shifted)?;
            parts.push(Part::Figure(term));
            at = close + 1;
        }
        parts.push(Part::Text(text[at..].to_owned()));
        Ok(Self { parts })
    }

    /// The text with its figures filled in; `None` if one is missing.
    pub(super) fn filled(&self, hearing: &mut Hearing<'_>) -> Option<String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(words) => text.push_str(words),
                Part::Figure(term) => text.push_str(&hearing.shown(term)?),
            }
        }
        Some(text)
    }
}
