//! Conditions in directives, with their errors at the right positions in the file.

use std::ops::Range;

use toml::Spanned;

use super::DemoBlock;
use crate::{
    claim::{Condition, ConditionError, ConditionSubject, Needs, Template},
    lesson::source_file::Diagnostics,
    record::Backend,
};

/// Reads a condition on what this demo measures.
pub(super) fn read_condition(
    diagnostics: &mut Diagnostics<'_>,
    demo: &DemoBlock,
    text: &Spanned<String>,
) -> Option<Condition> {
    read_about_demo(diagnostics, demo, text, Condition::from_text)
}

/// Reads an author's sentences on what this demo measures.
pub(super) fn read_template(
    diagnostics: &mut Diagnostics<'_>,
    demo: &DemoBlock,
    text: &Spanned<String>,
) -> Option<Template> {
    read_about_demo(diagnostics, demo, text, Template::from_text)
}

fn read_about_demo<T>(
    diagnostics: &mut Diagnostics<'_>,
    demo: &DemoBlock,
    text: &Spanned<String>,
    parse: impl Fn(&str, &ConditionSubject<'_>) -> Result<T, ConditionError>,
) -> Option<T> {
    let backends = usable_backends(demo);
    let subject = ConditionSubject {
        demo: demo.spec.name,
        backends: &backends,
    };
    report_error(diagnostics, text, parse(text.get_ref(), &subject))
}

/// Reads the needs; none if there is no text.
pub(super) fn read_needs(
    diagnostics: &mut Diagnostics<'_>,
    text: Option<&Spanned<String>>,
) -> Option<Needs> {
    text.map_or(Some(Needs::default()), |text| {
        report_error(diagnostics, text, Needs::from_text(text.get_ref()))
    })
}

/// The backends that a condition on this demo may name.
pub(super) fn usable_backends(demo: &DemoBlock) -> Vec<Backend> {
    if !demo.params.backends.is_empty() {
        return demo.params.backends.clone();
    }
    demo.spec.backends.to_vec()
}

/// The value of a parsed text. An error is reported at its own position in the file.
pub(super) fn report_error<T>(
    diagnostics: &mut Diagnostics<'_>,
    text: &Spanned<String>,
    read: Result<T, ConditionError>,
) -> Option<T> {
    let error = match read {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    let at = locate_in_file(diagnostics.source.text, text, error.at);
    let diagnostic = diagnostics.error(at, &error.message);
    if let Some(help) = error.help {
        diagnostic.help(help);
    }
    None
}

/// The range in the file of a part of a TOML text; the whole text if it has escapes, which shift positions.
fn locate_in_file(file: &str, text: &Spanned<String>, piece: Range<usize>) -> Range<usize> {
    let whole = text.span();
    let written = file.get(whole.clone()).unwrap_or_default();
    match written.find(text.get_ref().as_str()) {
        Some(at) => {
            let start = whole.start + at + piece.start;
            start..(whole.start + at + piece.end).max(start + 1)
        }
        None => whole,
    }
}
