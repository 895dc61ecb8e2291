//! An author's explanation of a verdict: text with figures in braces.
//!
//! `the parent still had {median('parent_after', way='process, argument')}`

use super::{
    check::{self, ConditionSubject},
    condition::ConditionTerm,
    eval::Evaluator,
    parse,
    syntax::ConditionError,
};

/// Text with figures in braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    parts: Vec<TemplatePart>,
}

#[derive(Debug, Clone, PartialEq)]
enum TemplatePart {
    Text(String),
    Figure(ConditionTerm),
}

impl Template {
    /// Parses a template on what this demo measures.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn from_text(text: &str, subject: &ConditionSubject<'_>) -> Result<Self, ConditionError> {
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(open) = text[at..].find('{').map(|open| at + open) {
            let Some(close) = text[open..].find('}').map(|close| open + close) else {
                return Err(ConditionError::new(
                    open..open + 1,
                    "this brace is never closed",
                ));
            };
            parts.push(TemplatePart::Text(text[at..open].to_owned()));
            let inner = &text[open + 1..close];
            let shifted = |mut wrong: ConditionError| {
                wrong.at = wrong.at.start + open + 1..wrong.at.end + open + 1;
                wrong
            };
            let tree = parse::parse_condition(inner).map_err(shifted)?;
            let term = check::check_figure(inner, &tree, subject).map_err(shifted)?;
            parts.push(TemplatePart::Figure(term));
            at = close + 1;
        }
        parts.push(TemplatePart::Text(text[at..].to_owned()));
        Ok(Self { parts })
    }

    /// The text with its figures filled in; `None` if one is missing.
    pub(super) fn fill_figures(&self, hearing: &mut Evaluator<'_>) -> Option<String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                TemplatePart::Text(words) => text.push_str(words),
                TemplatePart::Figure(term) => text.push_str(&hearing.describe_term(term)?),
            }
        }
        Some(text)
    }
}
