//! What a screen shows of a report: the table that decides; and each of its other parts, when asked for.

use std::io;

use super::{Format, plain, text};
use crate::{
    claim::Verdict,
    record::RunStatus,
    render::{
        Style, TextRole, advice, claims, formatted_table::missing_reasons, picture::write_picture,
        prose, summary, text::one_line,
    },
    report::{CLAIMS, ClaimReport, MACHINE, NOTES, OUTPUT, PICTURE, Report, TABLE, Table},
    text::{format_count, join_words},
};

/// What to write after the table that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportEnd {
    /// Whether the machine is named: at the first run of a session, and when it has changed.
    pub has_machine: bool,
    /// Whether the reader has a prompt, where `more` shows the other parts; otherwise `--all` prints them.
    pub at_prompt: bool,
    /// Whether the table that decides stands above; otherwise `more table` shows it.
    pub has_table: bool,
}

/// Writes the table that decides, what disturbed it, and the advice.
///
/// # Errors
/// The errors of writing to `to`; a closed pipe is `BrokenPipe`.
pub fn write_summary(
    report: &Report,
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut above = Vec::new();
    write_warnings(report, format, *style, &mut above)?;
    write_table_below(report, above, format, *style, to)
}

/// Writes the text `above`, the table that decides, what disturbed it, and the advice.
fn write_table_below(
    report: &Report,
    mut above: Vec<u8>,
    format: Format,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut below = Vec::new();
    if format == Format::Plain {
        to.write_all(&above)?;
        let table = report.summary.to_table(report.summary.figures.len());
        return plain::write_table(&table, style, to)
            .and_then(|()| advice::write_plain(&report.advice, style, to));
    }
    let (drawn, figures) = summary::lay_out_summary(&report.summary, style);
    // What is left out needs no reason for its gaps.
    let table = report.summary.to_table(figures);
    prose::write_prose(&table.title, TextRole::Strong, style, &mut above)?;
    write_below(report, &table, drawn.cards, style, &mut below)?;
    let style = style.leave_lines(&[&above, &below]);
    to.write_all(&above)?;
    for line in &summary::lay_out_summary(&report.summary, style).0.lines {
        writeln!(to, "{line}")?;
    }
    to.write_all(&below)
}

/// What disturbed the run, and that it did not end; with a blank line after it.
fn write_warnings(
    report: &Report,
    format: Format,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let is_spoilt = report.summary.depends_on_load();
    let disturbance = report.disturbance.iter().filter(|_| is_spoilt);
    let above = report.origin.iter().chain(disturbance);
    let mut warnings: Vec<String> = above.cloned().collect();
    if let RunStatus::Partial(why) = &report.outcome {
        let partial = format!("Partial: {why}. This is what was measured until then.");
        warnings.insert(0, partial);
    }
    for warning in &warnings {
        write_sentence(warning, TextRole::Warning, format, style, to)?;
    }
    if warnings.is_empty() {
        return Ok(());
    }
    writeln!(to)
}

/// Writes the first picture, and below it the table that decides if both fit in so many lines. Returns whether they do.
///
/// # Errors
/// As for [`write_summary`].
pub fn write_pictured_summary(
    report: &Report,
    most_lines: Option<usize>,
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<bool> {
    let (mut picture, mut both) = (Vec::new(), Vec::new());
    write_warnings(report, format, *style, &mut picture)?;
    write_one_picture(report, 1, format, style, &mut picture)?;
    let above = [&picture[..], b"\n"].concat();
    write_table_below(report, above, format, *style, &mut both)?;
    let lines = String::from_utf8_lossy(&both).lines().count();
    let has_room = most_lines.is_none_or(|most| lines <= most);
    to.write_all(if has_room { &both } else { &picture })?;
    Ok(has_room)
}

/// The sentences below the table, and the advice.
fn write_below(
    report: &Report,
    table: &Table,
    is_list: bool,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    if table.rows.is_empty() && !table.columns.is_empty() {
        prose::write_prose("(nothing was measured)", TextRole::Dim, style, to)?;
    }
    let reasons = missing_reasons(table);
    let place = name_only_world(report);
    if is_list && !(table.notes.is_empty() && reasons.is_empty() && place.is_none()) {
        writeln!(to)?;
    }
    for note in place.iter().chain(&table.notes) {
        prose::write_prose(note, TextRole::Plain, style, to)?;
    }
    for reason in &reasons {
        prose::write_prose(reason, TextRole::Dim, style, to)?;
    }
    if !report.advice.is_empty() {
        writeln!(to)?;
        advice::write_text(&report.advice, style, to)?;
    }
    Ok(())
}

/// The sentence that names the only world of a table without a column for it; Rust needs none.
fn name_only_world(report: &Report) -> Option<String> {
    let [world] = &report.summary.worlds[..] else {
        return None;
    };
    let names: Vec<&str> = world.split(", ").collect();
    match names[..] {
        ["" | "Rust"] => None,
        [only] => Some(format!("Measured in {only}.")),
        _ => Some(format!("The same in {}.", join_words(&names, "and"))),
    }
}

/// Writes what follows the table that decides: claims that do not hold, the machine, and the names of the parts.
///
/// # Errors
/// As for [`write_summary`].
pub fn write_report_end(
    report: &Report,
    end: ReportEnd,
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let style = *style;
    let is_spelled_out =
        |claim: &&ClaimReport| !end.at_prompt || claim.verdict == Verdict::DoesNotHold;
    let claims = report.claims.iter().filter(is_spelled_out);
    let claims: Vec<ClaimReport> = claims.cloned().collect();
    if !claims.is_empty() {
        if format == Format::Plain {
            claims::write_plain(&claims, style, to)?;
        } else if end.at_prompt {
            claims::write_text(&claims, style, to)?;
        } else {
            claims::write_lines(&claims, style, to)?;
        }
        writeln!(to)?;
    }
    let columns = left_out_columns(report, format, style);
    if end.has_table && !columns.is_empty() {
        let remedy = if end.at_prompt {
            "more table"
        } else {
            "--format plain"
        };
        let columns = join_words(&columns, "and");
        let line = format!("Left out at this width: {columns}. `{remedy}` shows all columns.");
        write_sentence(&line, TextRole::Plain, format, style, to)?;
    }
    if end.has_machine {
        write_sentence(&report.ran_on, TextRole::Dim, format, style, to)?;
    }
    write_sentence(&end_line(report, end), TextRole::Dim, format, style, to)?;
    to.flush()
}

/// The figures of the table that decides for which the screen is too narrow.
fn left_out_columns(report: &Report, format: Format, style: Style) -> Vec<&str> {
    if format == Format::Plain {
        return Vec::new();
    }
    let summary = &report.summary;
    let (_, figures) = summary::lay_out_summary(summary, style);
    let shown = summary.to_table(figures).columns;
    let names = summary.figures.iter().map(|figure| figure.name.as_str());
    let is_shown = |name: &&str| shown.iter().any(|column| column.name == *name);
    names.filter(|name| !is_shown(name)).collect()
}

/// Writes the table that decides with all of its columns: below each other where they don't fit.
fn write_whole_summary(
    report: &Report,
    format: Format,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    if left_out_columns(report, format, style).is_empty() {
        return write_summary(report, format, &style, to);
    }
    write_warnings(report, format, style, to)?;
    let whole = report.summary.to_table(report.summary.figures.len());
    super::write_tables(&[whole], format, &style, to)
}

/// ``5 claims hold · `more`: workers, cores, claims``
fn end_line(report: &Report, end: ReportEnd) -> String {
    let counted = Verdict::ALL.into_iter().filter(|_| end.at_prompt);
    let mut parts: Vec<String> = counted
        .filter_map(|verdict| count_claims(&report.claims, verdict))
        .collect();
    let first = if end.has_table {
        (end.at_prompt && !report.pictures.is_empty()).then_some(PICTURE)
    } else {
        // The picture stands in its place.
        Some(TABLE)
    };
    let names: Vec<&str> = first.into_iter().chain(report.part_names()).collect();
    let names = names.join(", ");
    parts.push(if end.at_prompt {
        format!("`more`: {names}")
    } else {
        format!("`--all` shows more: {names}")
    });
    parts.join(" · ")
}

fn count_claims(claims: &[ClaimReport], verdict: Verdict) -> Option<String> {
    let count = claims
        .iter()
        .filter(|claim| claim.verdict == verdict)
        .count();
    let claims = format_count(count, "claim", "claims");
    let one = count == 1;
    let words = match verdict {
        Verdict::Holds if one => format!("{claims} holds"),
        Verdict::Holds => format!("{claims} hold"),
        Verdict::DoesNotHold if one => format!("{claims} does not hold here"),
        Verdict::DoesNotHold => format!("{claims} do not hold here"),
        Verdict::TooNoisy => format!("{claims} too noisy to tell"),
        Verdict::CannotBeShown => format!("{claims} cannot be shown here"),
    };
    (count > 0).then_some(words)
}

/// Writes one of a report's pictures, by its number, and which others there are.
///
/// # Errors
/// As for [`write_summary`].
pub fn write_one_picture(
    report: &Report,
    number: usize,
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let style = Style {
        accessible: style.accessible || format == Format::Plain,
        ..*style
    };
    let pictures = (1..).zip(&report.pictures);
    let (shown, others): (Vec<_>, Vec<_>) = pictures.partition(|(of, _)| *of == number);
    for (_, picture) in shown {
        write_picture(picture, &style, to)?;
    }
    let others = others.into_iter();
    let others: Vec<String> = others
        .map(|(number, other)| format!("`picture {number}`: {}", other.title))
        .collect();
    if !others.is_empty() {
        write_sentence(&others.join(" · "), TextRole::Dim, format, style, to)?;
    }
    to.flush()
}

/// Writes one part of a report, by its name.
///
/// # Errors
/// As for [`write_summary`].
pub fn write_part(
    report: &Report,
    name: &str,
    format: Format,
    style: &Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let style = *style;
    let is_plain = format == Format::Plain;
    let tables = report.tables.iter().filter(|table| table.part == name);
    let tables: Vec<Table> = tables.cloned().collect();
    super::write_tables(&tables, format, &style, to)?;
    match name {
        // The table of a watched program has the lines already.
        OUTPUT if tables.is_empty() => {
            for (worker, line) in report.output_lines() {
                writeln!(to, "{}", one_line(&format!("{worker} │ {line}"), style))?;
            }
        }
        TABLE => write_whole_summary(report, format, style, to)?,
        PICTURE => write_one_picture(report, 1, format, &style, to)?,
        CLAIMS if is_plain => claims::write_plain(&report.claims, style, to)?,
        CLAIMS => claims::write_text(&report.claims, style, to)?,
        NOTES => {
            for note in &report.notes {
                if is_plain {
                    writeln!(to, "note: {}", one_line(note, style))?;
                } else {
                    prose::write_list_item(note, TextRole::Plain, style, to)?;
                }
            }
        }
        MACHINE => {
            for line in [text::describe_rerun(report), report.ran_on.clone()] {
                write_sentence(&line, TextRole::Plain, format, style, to)?;
            }
        }
        _ => {}
    }
    to.flush()
}

fn write_sentence(
    text: &str,
    role: TextRole,
    format: Format,
    style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    if format == Format::Plain {
        return writeln!(to, "{}", one_line(text, style));
    }
    prose::write_prose(text, role, style, to)
}
