//! Warnings about style in lessons that can be played.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{fence::CodeFence, source_file::Diagnostics};

/// The maximum width of code: it is shown on 80 to 100 columns, and never wrapped.
pub(super) const CODE_COLUMNS: usize = 88;

/// Checks a code fence.
pub(super) fn check_code(diagnostics: &mut Diagnostics<'_>, fence: &CodeFence) {
    if fence.lang().is_empty() {
        diagnostics
            .warning(fence.head.clone(), "a code block that names no language")
            .help("write its language after the backquotes: ```python, ```rust or ```text");
    }
    check_line_lengths(diagnostics, fence.body.clone());
}

/// Checks raw HTML; comments are fine.
pub(super) fn check_html(diagnostics: &mut Diagnostics<'_>, at: Range<usize>) {
    let text = diagnostics.source.text[at.clone()].trim_start();
    // One warning for a pair of tags is enough.
    if !text.starts_with("<!--") && !text.starts_with("</") {
        diagnostics
            .warning(at, "HTML is not shown on a terminal")
            .help("write it as Markdown; `\\<` is a plain <");
    }
}

/// Reports code lines that a terminal would have to cut.
pub(super) fn check_line_lengths(diagnostics: &mut Diagnostics<'_>, at: Range<usize>) {
    let text = &diagnostics.source.text[at.clone()];
    let mut start = at.start;
    for line in text.split_inclusive('\n') {
        let code = line.trim_end();
        if code.width() > CODE_COLUMNS {
            let over = start + fitting_prefix(code).len()..start + code.len();
            let message = format!("a line of code of {} columns", code.width());
            let help = format!("keep code within {CODE_COLUMNS} columns");
            diagnostics.warning(over, message).help(help);
        }
        start += line.len();
    }
}

/// The longest prefix of a line that fits.
fn fitting_prefix(line: &str) -> &str {
    let mut width = 0;
    let end = line
        .char_indices()
        .find(|(_, c)| {
            width += c.width().unwrap_or(0);
            width > CODE_COLUMNS
        })
        .map_or(line.len(), |(at, _)| at);
    &line[..end]
}
