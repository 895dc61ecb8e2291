//! One page of HTML that needs nothing else: readable without scripts, light or dark as its reader's screen, with the
//! pictures in it.

use std::io;

use super::{FormatContent, FormatReader, FormatSpec, GENERATOR, text};
use crate::{
    catalog::find_demo,
    record::RunStatus,
    render::{
        Style, advice,
        formatted_table::{self, FormattedTable},
        markup::{escape_markup, mark_up_code, markdown_to_html},
        picture::svg,
    },
    report::{AdviceItem, Document, LessonPiece, Picture, Report, Table, claims_table},
};

pub(super) static FORMAT: FormatSpec = FormatSpec {
    name: "html",
    reader: FormatReader::Page,
    is_object: true,
    content: FormatContent::Tables,
    write: write_document,
};

/// The look of the page.
const STYLES: &str = include_str!("html.css");

fn write_document(
    document: &Document<'_>,
    _style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let title = name_page(document);
    write_head(&title, to)?;
    if !document.lesson.is_empty() {
        write_lesson(document.lesson, to)?;
        return writeln!(to, "</main>\n</body>\n</html>");
    }
    writeln!(to, "<h1>{}</h1>", mark_up_code(&title))?;
    if let Some(run) = document.run {
        writeln!(to, "<h2>The result</h2>")?;
        write_result(run, to)?;
    }
    if !document.pictures.is_empty() {
        writeln!(to, "<h2>Pictures</h2>")?;
    }
    write_pictures(document.pictures, &mut 0, to)?;
    let is_run = document.run.is_some();
    if is_run && !document.tables.is_empty() {
        writeln!(to, "<h2>All figures</h2>")?;
    }
    for table in document.tables.iter() {
        write_table(table, to)?;
    }
    if let Some(listing) = &document.listing {
        write_code(listing, to)?;
    }
    write_list("Notes", document.notes.iter().map(String::as_str), to)?;
    write_advice(document.advice, to)?;
    if let Some(claims) = document.claims {
        writeln!(to, "<h2>Claims</h2>")?;
        write_table(&claims_table(claims), to)?;
    }
    write_paragraphs(document.footer.iter().map(String::as_str), to)?;
    if let Some(run) = document.run {
        writeln!(to, "<h2>Where it ran</h2>")?;
        write_paragraphs([text::describe_rerun(run).as_str()].into_iter(), to)?;
        write_when(run, to)?;
    }
    write!(to, "{}", markdown_to_html(&document.prose))?;
    writeln!(to, "</main>\n</body>\n</html>")
}

/// The page's title: the demo and what it shows, or what the first table shows.
fn name_page(document: &Document<'_>) -> String {
    let of_run = document.run.map(|run| {
        let shows = find_demo(&run.demo).map(|demo| demo.summary);
        shows.map_or_else(
            || run.demo.clone(),
            |shows| format!("`{}`: {shows}", run.demo),
        )
    });
    let of_lesson = document.lesson.iter().find_map(|piece| match piece {
        LessonPiece::Markdown(text) => Some(text.lines().next()?.strip_prefix("# ")?.to_owned()),
        _ => None,
    });
    let of_table = document.tables.first().map(|table| table.title.clone());
    of_run
        .or(of_lesson)
        .or(of_table)
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| "Forklore".to_owned())
}

fn write_head(title: &str, to: &mut dyn io::Write) -> io::Result<()> {
    let title = escape_markup(&title.replace('`', ""));
    write!(
        to,
        "<!DOCTYPE html>\n<!-- {GENERATOR} -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{title} · Forklore</title>\n\
         <style>{STYLES}{}</style>\n</head>\n<body>\n<main>\n",
        svg::STYLES
    )
}

/// The table that decides, and what disturbed it.
fn write_result(run: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    if let RunStatus::Partial(why) = &run.outcome {
        let text = format!("Partial: {why}. This is what was measured until then.");
        writeln!(to, "<p class=\"warning\">{}</p>", mark_up_code(&text))?;
    }
    for line in run.lines_above() {
        writeln!(to, "<p class=\"warning\">{}</p>", mark_up_code(line))?;
    }
    if run.summary.rows.is_empty() {
        return Ok(());
    }
    write_table(&run.summary.to_table(run.summary.figures.len()), to)
}

/// The pictures; `count` numbers those of the page.
fn write_pictures(
    pictures: &[Picture],
    count: &mut usize,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    for picture in pictures {
        *count += 1;
        let title = escape_markup(&picture.title);
        writeln!(to, "<figure>\n<figcaption>{title}</figcaption>")?;
        write_wide(&title, to)?;
        write!(to, "{}", svg::draw_svg(picture, *count))?;
        writeln!(to, "</div>")?;
        write_paragraphs(picture.notes.iter().map(String::as_str), to)?;
        writeln!(to, "</figure>")?;
    }
    Ok(())
}

/// Begins what a narrow screen scrolls sideways, with the keyboard too.
fn write_wide(label: &str, to: &mut dyn io::Write) -> io::Result<()> {
    let label = if label.is_empty() { "table" } else { label };
    writeln!(
        to,
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">"
    )
}

/// Everything that a lesson showed.
fn write_lesson(pieces: &[LessonPiece], to: &mut dyn io::Write) -> io::Result<()> {
    let mut pictures = 0;
    for piece in pieces {
        match piece {
            LessonPiece::Markdown(text) => write!(to, "{}", markdown_to_html(text))?,
            LessonPiece::Code(text) => write_code(text, to)?,
            LessonPiece::Table(table) => write_table(table, to)?,
            LessonPiece::Report(run) => {
                write_result(run, to)?;
                write_pictures(&run.pictures, &mut pictures, to)?;
                if !run.claims.is_empty() {
                    write_table(&claims_table(&run.claims), to)?;
                }
                write_when(run, to)?;
            }
        }
    }
    Ok(())
}

fn write_code(text: &str, to: &mut dyn io::Write) -> io::Result<()> {
    let text = escape_markup(text.trim_end());
    writeln!(to, "<pre tabindex=\"0\"><code>{text}</code></pre>")
}

/// Where and when it ran.
fn write_when(run: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let recorded = run.recorded.as_ref().map(|at| format!("Recorded at {at}."));
    let lines = [Some(run.ran_on.clone()), recorded];
    write_paragraphs(lines.iter().flatten().map(String::as_str), to)
}

fn write_table(table: &Table, to: &mut dyn io::Write) -> io::Result<()> {
    let title = escape_markup(&table.title);
    if table.columns.is_empty() {
        writeln!(to, "<p><strong>{title}</strong></p>")?;
        return write_below(table, to);
    }
    let sheet = FormattedTable::from_table(table, Style::without_color(0));
    let caption = mark_up_code(&table.title);
    write_wide(&title, to)?;
    writeln!(to, "<table>\n<caption>{caption}</caption>\n<thead>\n<tr>")?;
    for heading in &sheet.headings {
        let name = mark_up_code(&heading.name_with_unit());
        // A heading without words would be empty for a screen reader.
        match name.as_str() {
            "" => writeln!(to, "<td></td>")?,
            name => writeln!(to, "<th scope=\"col\"{}>{name}</th>", align(heading.right))?,
        }
    }
    writeln!(to, "</tr>\n</thead>\n<tbody>")?;
    for row in &sheet.rows {
        writeln!(to, "<tr>")?;
        for (at, (cell, heading)) in row.iter().zip(&sheet.headings).enumerate() {
            let text = mark_up_code(&cell.text).replace('\n', "<br/>");
            let (tag, scope) = if at == 0 && !text.is_empty() {
                ("th", " scope=\"row\"")
            } else {
                ("td", "")
            };
            writeln!(to, "<{tag}{scope}{}>{text}</{tag}>", align(heading.right))?;
        }
        writeln!(to, "</tr>")?;
    }
    writeln!(to, "</tbody>\n</table>\n</div>")?;
    write_below(table, to)
}

fn align(right: bool) -> &'static str {
    if right { " class=\"figure\"" } else { "" }
}

/// How to read a table.
fn write_below(table: &Table, to: &mut dyn io::Write) -> io::Result<()> {
    let legends = table.columns.iter().filter_map(|column| column.picture);
    write_paragraphs(legends, to)?;
    write_paragraphs(table.notes.iter().map(String::as_str), to)?;
    let reasons = formatted_table::missing_reasons(table);
    write_paragraphs(reasons.iter().map(String::as_str), to)
}

fn write_advice(advice: &[AdviceItem], to: &mut dyn io::Write) -> io::Result<()> {
    if advice.is_empty() {
        return Ok(());
    }
    writeln!(to, "<h2>{}</h2>\n<ol>", advice::TITLE)?;
    for one in advice {
        let name = mark_up_code(&advice::humanize_id(&one.id));
        let (says, seen) = (mark_up_code(&one.says), mark_up_code(&one.because));
        writeln!(
            to,
            "<li><strong>{name}</strong>: {says}<br/><em>seen: {seen}</em></li>"
        )?;
    }
    writeln!(to, "</ol>")
}

fn write_list<'t>(
    heading: &str,
    items: impl Iterator<Item = &'t str>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let items: Vec<String> = items.map(mark_up_code).collect();
    if items.is_empty() {
        return Ok(());
    }
    let items = items.join("</li>\n<li>");
    writeln!(to, "<h2>{heading}</h2>\n<ul>\n<li>{items}</li>\n</ul>")
}

fn write_paragraphs<'t>(
    texts: impl Iterator<Item = &'t str>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    for text in texts {
        writeln!(to, "<p>{}</p>", mark_up_code(text))?;
    }
    Ok(())
}
