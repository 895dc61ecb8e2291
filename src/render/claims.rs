//! Claims and their verdicts, for people. A verdict is always written as a word; the mark and the colour
//! only repeat it.

use std::io;

use super::{
    Style, TextRole,
    markdown::inline_spans,
    prose,
    text::{TextSpan, make_visible, one_line, paint_spans, wrap_spans},
};
use crate::{claim::Verdict, report::ClaimReport};

/// One block per claim: the verdict, the sentence, the explanation and the scope. Claims of several lessons have a
/// heading for each.
pub(super) fn write_text(
    claims: &[ClaimReport],
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let has_headings = claims.iter().any(|claim| claim.lesson != claims[0].lesson);
    for (at, claim) in claims.iter().enumerate() {
        if at > 0 {
            writeln!(to)?;
        }
        if has_headings && (at == 0 || claims[at - 1].lesson != claim.lesson) {
            let heading = TextSpan::new(format!("Lesson {}", claim.lesson), TextRole::Heading);
            writeln!(to, "{}\n", paint_spans(&[heading], style))?;
        }
        let (mark, role) = verdict_mark(claim.verdict);
        let verdict = make_visible(&format!("{mark} {}", claim.verdict), style);
        let mut spans = vec![
            TextSpan::new(verdict, role),
            TextSpan::new(make_visible(": ", style), TextRole::Plain),
        ];
        spans.extend(inline_spans(&claim.says, TextRole::Strong, style));
        spans.push(TextSpan::new(
            make_visible(&format!(" ({})", claim.id), style),
            TextRole::Dim,
        ));
        write_wrapped(&spans, "", style, to)?;
        if !claim.evidence.is_empty() {
            prose::write_hanging("  ", &claim.evidence, TextRole::Plain, style, to)?;
        }
        if let Some(limit) = limit_line(claim) {
            write_wrapped(&inline_spans(&limit, TextRole::Dim, style), "  ", style, to)?;
        }
    }
    Ok(())
}

/// Writes words after an indent; further lines are indented too.
fn write_wrapped(
    spans: &[TextSpan],
    first: &str,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut indent = first;
    for line in wrap_spans(spans, style.prose_width() - 2, style) {
        writeln!(to, "{indent}{line}")?;
        indent = "  ";
    }
    Ok(())
}

/// One line per claim: the verdict and the sentence.
pub(super) fn write_lines(
    claims: &[ClaimReport],
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    for claim in claims {
        let (mark, role) = verdict_mark(claim.verdict);
        let line = format!("{mark} {}: {}", claim.verdict, claim.says);
        prose::write_hanging("", &line, role, style, to)?;
    }
    Ok(())
}

/// One field per line.
pub(super) fn write_plain(
    claims: &[ClaimReport],
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let shown = |text: &str| one_line(text, style);
    for (at, claim) in claims.iter().enumerate() {
        if at > 0 {
            writeln!(to)?;
        }
        writeln!(to, "claim: {}", shown(&claim.says))?;
        writeln!(to, "id: {}", shown(&claim.id))?;
        writeln!(to, "lesson: {}", claim.lesson)?;
        writeln!(to, "verdict: {}", claim.verdict)?;
        if !claim.evidence.is_empty() {
            writeln!(to, "evidence: {}", shown(&claim.evidence))?;
        }
        if let Some(limit) = &claim.limit {
            writeln!(to, "limit: {}", shown(limit))?;
        }
        if let Some(counter) = &claim.counter {
            writeln!(to, "counter-experiment: {}", shown(counter))?;
        }
    }
    Ok(())
}

fn limit_line(claim: &ClaimReport) -> Option<String> {
    match (&claim.limit, &claim.counter) {
        (Some(limit), Some(counter)) => Some(format!("Limit: {limit} (claim `{counter}`)")),
        (Some(limit), None) => Some(format!("Limit: {limit}")),
        (None, Some(counter)) => Some(format!("Its counter-experiment is claim `{counter}`.")),
        (None, None) => None,
    }
}

fn verdict_mark(verdict: Verdict) -> (&'static str, TextRole) {
    match verdict {
        Verdict::Holds => ("✓", TextRole::Good),
        Verdict::DoesNotHold => ("✗", TextRole::Bad),
        Verdict::TooNoisy => ("≈", TextRole::Warning),
        Verdict::CannotBeShown => ("–", TextRole::Dim),
    }
}

#[cfg(test)]
mod tests;
