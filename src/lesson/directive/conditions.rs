//! Conditions in directives: what they are about, and their mistakes at their own places in the file.

use std::ops::Range;

use toml::Spanned;

use crate::{
    claim::{Condition, Subject, Wrong},
    lesson::{
        known_demos::{KnownDemo, KnownDemos},
        model::DemoBlock,
        source_file::Diagnostics,
    },
    record::Backend,
};

/// Reads a condition about what this demo measures.
pub(super) fn about(
    diagnostics: &mut Diagnostics<'_>,
    known: &KnownDemos,
    demo: &DemoBlock,
    text: &Spanned<String>,
) -> Option<Condition> {
    let backends = backends(known, demo);
    let subject = Subject {
        demo: &demo.run,
        backends: &backends,
    };
    reported(diagnostics, text, Condition::read(text.get_ref(), &subject))
}

/// The backends that a condition about this demo may name; empty if that is not known.
pub(super) fn backends(known: &KnownDemos, demo: &DemoBlock) -> Vec<Backend> {
    let of_demo = |demo: &KnownDemo| demo.backends.to_vec();
    if !demo.params.backends.is_empty() {
        return demo.params.backends.clone();
    }
    let known = known.find(&demo.run).ok().flatten();
    known.map(of_demo).unwrap_or_default()
}

/// What was read of a text, or its mistake at its own place in the file.
pub(super) fn reported<T>(
    diagnostics: &mut Diagnostics<'_>,
    text: &Spanned<String>,
    read: Result<T, Wrong>,
) -> Option<T> {
    let wrong = match read {
        Ok(value) => return Some(value),
        Err(wrong) => wrong,
    };
    let at = place(diagnostics.source.text, text, wrong.at);
    let diagnostic = diagnostics.error(at, &wrong.message);
    if let Some(help) = wrong.help {
        diagnostic.help(help);
    }
    None
}

/// Where a piece of a TOML text stands in the file; the whole text if that has escapes, which shift places.
pub(super) fn place(file: &str, text: &Spanned<String>, piece: Range<usize>) -> Range<usize> {
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
