//! Draws the items of a step.

use std::{io, path::Path, sync::Arc};

use pulldown_cmark::{Event, Parser, TagEnd};

use super::{
    claims::{claims_decided_by, judge_lesson_claim},
    lesson_item::LessonItem,
    predict::{self, Guess, SettledGuess},
    renderer::{LessonPorts, LessonRenderer},
    runner::{LessonProgram, ProgramOutput, RunOutcome},
};
use crate::{
    catalog::{fill_params, run_command},
    lab,
    lesson::{Block, Claim, CodeBlock, DemoBlock, Exercise, Lesson, ProgramFile, StaticTable},
    record::{Recording, RunStatus, Value},
    report::{Column, Report, Table},
    text::capitalize,
};

/// The result of a demo, as far as it matters for continuing the lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DemoStatus {
    Well,
    Badly,
    Interrupted,
}

/// A demo or a program of a lesson, as it was shown.
pub(super) struct ShownDemo {
    pub status: DemoStatus,
    /// Its report, with the claims that it decides; `None` if its recording tells nothing.
    pub report: Option<Box<Report>>,
    /// The results of the predictions about it; empty if it decided none.
    pub settled: Vec<SettledGuess>,
    /// Why it did not run to its end.
    pub failure: Option<String>,
}

/// Draws the title of a lesson.
pub(super) fn show_opening(page: &mut dyn LessonRenderer, lesson: &Lesson) -> io::Result<()> {
    let number = lesson.number;
    let title = escape_markdown(&lesson.title);
    let question = lesson.question.replace('\n', "\n> ");
    page.draw_markdown(&format!(
        "# Lesson {number}: {title}\n\n> {question}\n\nAbout {}.",
        in_minutes(lesson.minutes)
    ))
}

/// Draws the heading of a step. The introduction has the lesson's title and needs none.
pub(super) fn show_heading(
    page: &mut dyn LessonRenderer,
    lesson: &Lesson,
    at: (usize, usize),
) -> io::Result<()> {
    let (number, of) = at;
    match lesson.steps.get(number - 1) {
        Some(step) if number > 1 || step.title != lesson.title => {
            let title = escape_markdown(&step.title);
            page.draw_markdown(&format!("## {number}/{of} {title}"))
        }
        _ => Ok(()),
    }
}

/// Draws any item that needs no result of a run.
pub(super) fn show_static_item(
    page: &mut dyn LessonRenderer,
    lesson: &Lesson,
    item: &LessonItem<'_>,
) -> io::Result<()> {
    match item {
        LessonItem::Markdown(text) => page.draw_markdown(text),
        LessonItem::Program { program, text } => self::show_program(page, program, text),
        LessonItem::Output { .. } => Ok(()),
        LessonItem::Block(block) => show_static_block(page, lesson, block),
    }
}

fn show_static_block(
    page: &mut dyn LessonRenderer,
    lesson: &Lesson,
    block: &Block,
) -> io::Result<()> {
    match block {
        Block::Code(CodeBlock { lang, text }) => page.draw_code(text, lang),
        Block::Table(table) => page.draw_table(&to_report_table(table)),
        Block::Note(note) => {
            let minutes = note.minutes.map(|minutes| format!(" ({minutes} min)"));
            let minutes = minutes.unwrap_or_default();
            let text = note.text.replace('\n', "\n> ");
            page.draw_markdown(&format!("> **For instructors{minutes}.** {text}"))
        }
        Block::Claim(claim) => page.draw_markdown(&format_unmeasured_claim(lesson, claim)),
        Block::Exercise(exercise) => {
            let (task, id) = (format_task(exercise), &exercise.id);
            page.draw_markdown(&format!(
                "{task}\n\n`exercise {id}` opens it, `check` checks it."
            ))
        }
        Block::Markdown(_)
        | Block::Program(_)
        | Block::Demo(_)
        | Block::Quiz(_)
        | Block::Schedule(_)
        | Block::Bench(_)
        | Block::Predict(_) => Ok(()),
    }
}

fn to_report_table(table: &StaticTable) -> Table {
    let column = |name: &String| Column {
        name: name.clone(),
        unit: None,
        picture: None,
        rank: 0,
    };
    let cells = |row: &Vec<String>| row.iter().map(Value::text).collect();
    let mut shown = Table::new(&table.caption, &[]);
    shown.columns = table.columns.iter().map(column).collect();
    shown.rows = table.rows.iter().map(cells).collect();
    shown
}

/// The language of a program, as in a code fence.
fn program_language(file: &str) -> &'static str {
    match Path::new(file)
        .extension()
        .and_then(|ending| ending.to_str())
    {
        Some("py") => "python",
        Some("rs") => "rust",
        Some("sh") => "sh",
        Some("toml") => "toml",
        _ => "text",
    }
}

/// An exercise as Markdown: its title, its duration and its task.
pub fn format_task(exercise: &Exercise) -> String {
    let Exercise { title, task, .. } = exercise;
    let minutes = exercise
        .minutes
        .map(|minutes| format!(" ({})", in_minutes(minutes)));
    let minutes = minutes.unwrap_or_default();
    let (title, task) = (escape_markdown(title), task.trim());
    format!("**Exercise: {title}**{minutes}. {task}")
}

fn show_program(
    page: &mut dyn LessonRenderer,
    program: &ProgramFile,
    text: &str,
) -> io::Result<()> {
    let caption = program.caption.as_deref().unwrap_or_default();
    page.draw_markdown(format!("{caption}\n\n`{}`:", program.file).trim_start())?;
    page.draw_code(text.trim_end(), program_language(&program.file))?;
    if let Some(beside) = &program.beside {
        page.draw_markdown("The same in Rust:")?;
        page.draw_code(beside, "rust")?;
    }
    Ok(())
}

/// Runs a program and draws its output, then the results of the predictions about it. A failure is shown and is
/// not an error.
pub(super) fn show_output(
    ports: &mut LessonPorts<'_>,
    file: &str,
    text: &str,
    guesses: &[Guess],
) -> io::Result<ShownDemo> {
    let (status, failure) = run_program(ports, file, text)?;
    let settled = match status {
        DemoStatus::Interrupted => Vec::new(),
        DemoStatus::Well | DemoStatus::Badly => {
            // A program measures nothing.
            let nothing = Recording::new(ports.runner.machine().clone(), Vec::new());
            predict::settle_guesses(ports.page, guesses, &nothing)?
        }
    };
    Ok(ShownDemo {
        status,
        report: None,
        settled,
        failure,
    })
}

/// Runs a program and draws its output. Returns also why it did not run to its end.
fn run_program(
    ports: &mut LessonPorts<'_>,
    file: &str,
    text: &str,
) -> io::Result<(DemoStatus, Option<String>)> {
    let words = ports.chosen_python();
    let page = &mut *ports.page;
    page.flush_output()?;
    let program = LessonProgram { file, text };
    match ports.runner.run_program(program, words, ports.options) {
        ProgramOutput::Printed {
            by, text, remark, ..
        } => {
            page.draw_output(&format!("{} printed:", escape_markdown(&by)), &text)?;
            if let Some(remark) = remark {
                page.draw_markdown(&escape_markdown(&remark))?;
            }
            Ok((DemoStatus::Well, None))
        }
        ProgramOutput::Missing(why) => {
            page.draw_markdown(&escape_markdown(&why))?;
            Ok((DemoStatus::Well, None))
        }
        ProgramOutput::Interrupted => {
            let message = format!("`{file}` was stopped");
            page.show_error(&message)?;
            Ok((DemoStatus::Interrupted, Some(message)))
        }
        ProgramOutput::Failed(error) => {
            let message = format!("`{file}` did not run: {error}");
            page.show_error(&message)?;
            Ok((DemoStatus::Badly, Some(message)))
        }
    }
}

/// A claim that no demo above it decides.
fn format_unmeasured_claim(lesson: &Lesson, claim: &Claim) -> String {
    let number = lesson.number;
    let mut text = format!("**Claim.** {}\n\n", claim.says);
    if let Some(limit) = &claim.limit {
        text = format!("{text}*Limit:* {limit}\n\n");
    }
    format!("{text}`claims --lesson {number}` measures it here.")
}

/// Runs a demo and draws its report with the claims that it decides, then the results of the predictions about
/// it. A failure is shown and is not an error.
pub(super) fn show_demo(
    ports: &mut LessonPorts<'_>,
    lesson: &Lesson,
    demo: &DemoBlock,
    guesses: &[Guess],
) -> io::Result<ShownDemo> {
    show_demo_start(ports.page, demo)?;
    let ran = run_demo(ports, demo);
    ports.page.keep_recording(Arc::clone(&ran.recording));
    let (status, failure) = demo_status(demo, &ran);
    let recorded = find_recorded(demo, status, &ran.recording);
    if let Some(recorded) = &recorded {
        ports.page.draw_markdown(&format!(
            "This machine cannot show all of it (`{}` says why), so here is a recording.",
            run_command(demo.spec.name, &demo.params)
        ))?;
        ports.page.keep_recording(Arc::clone(recorded));
    }
    let shown = recorded.as_ref().unwrap_or(&ran.recording);
    let mut report = match lab::build_report(shown) {
        Ok(report) => Box::new(report),
        Err(error) => {
            let failure = format!("the demo `{}` failed: {error}", demo.spec.name);
            ports.page.show_error(&failure)?;
            return Ok(ShownDemo {
                status: DemoStatus::Badly,
                report: None,
                settled: Vec::new(),
                failure: Some(failure),
            });
        }
    };
    if let Some(caption) = demo
        .caption
        .as_deref()
        .filter(|caption| !caption.is_empty())
    {
        report.summary.title = capitalize(caption);
    }
    // If the learner stopped the demo, nothing is decided.
    let decides = status != DemoStatus::Interrupted;
    let claims = claims_decided_by(lesson, demo);
    let judged = claims.iter().filter(|_| decides);
    report.claims = judged
        .clone()
        .map(|claim| judge_lesson_claim(lesson, claim, &ran.recording))
        .collect();
    ports.page.draw_report(&report, demo.picture)?;
    for why in judged.filter_map(|claim| claim.why.as_deref()) {
        ports.page.draw_markdown(why)?;
    }
    if let Some(failure) = &failure {
        ports.page.show_error(failure)?;
    }
    let settled = if decides {
        predict::settle_guesses(ports.page, guesses, shown)?
    } else {
        Vec::new()
    };
    ports.page.draw_report_end(&report)?;
    Ok(ShownDemo {
        status,
        report: Some(report),
        settled,
        failure,
    })
}

/// The demo's recording, where the run here did not show the same kinds of workers. Claims are about this machine, and so
/// are never judged by it.
fn find_recorded(demo: &DemoBlock, status: DemoStatus, ran: &Recording) -> Option<Arc<Recording>> {
    if status == DemoStatus::Interrupted {
        return None;
    }
    let recorded = demo.recorded?.load().ok()?;
    let labels: Vec<&str> = demo.spec.labels.iter().map(|(label, _)| *label).collect();
    (!ran.shows_all_of(&recorded, &labels)).then(|| Arc::new(recorded))
}

fn show_demo_start(page: &mut dyn LessonRenderer, demo: &DemoBlock) -> io::Result<()> {
    let caption = demo.caption.as_deref().unwrap_or_default();
    page.draw_demo_heading(caption, &run_command(demo.spec.name, &demo.params))?;
    // The demo's own output must not come before what leads up to it.
    page.flush_output()
}

/// Runs a demo with the settings of its lesson, and those of the session where the lesson sets none.
fn run_demo(ports: &mut LessonPorts<'_>, demo: &DemoBlock) -> RunOutcome {
    let mut params = demo.params.clone();
    fill_params(&mut params, ports.defaults, |setting| {
        demo.spec.takes(setting.name)
    });
    if params.python.is_empty() && demo.spec.takes("python") {
        params.python = ports.chosen_python().to_vec();
    }
    ports.runner.run_demo(demo.spec, params, ports.options)
}

/// How a demo ended, and the message if it did not run to its end.
fn demo_status(demo: &DemoBlock, ran: &RunOutcome) -> (DemoStatus, Option<String>) {
    let name = demo.spec.name;
    if ran.is_interrupted {
        let failure = format!("the demo `{name}` was stopped");
        return (DemoStatus::Interrupted, Some(failure));
    }
    match ran.recording.run().status() {
        RunStatus::Complete => (DemoStatus::Well, None),
        RunStatus::Partial(error) => {
            let failure = format!("the demo `{name}` failed: {error}");
            (DemoStatus::Badly, Some(failure))
        }
    }
}

/// A duration in minutes, in words.
pub(super) fn in_minutes(count: u32) -> String {
    match count {
        1 => "1 minute".to_owned(),
        count => format!("{count} minutes"),
    }
}

/// Escapes plain text for Markdown.
pub(super) fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '~' | '|'
        ) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Converts Markdown to plain text for a table cell.
pub(super) fn strip_markdown(text: &str) -> String {
    let mut plain = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => plain.push(' '),
            _ => {}
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalog::demos,
        record::{Params, find_builtin},
    };

    #[test]
    fn a_recording_stands_in_for_a_run_without_the_same_workers() {
        let free = find_builtin("free-threaded").expect("a recording");
        let demo = DemoBlock {
            spec: &demos::PARALLEL,
            params: Params::default(),
            caption: None,
            picture: false,
            recorded: Some(free),
        };
        let with_a_gil = find_builtin("interpreters").expect("a recording");
        let [free, with_a_gil] = [free, with_a_gil].map(|one| one.load().expect("whole"));
        let shown = |status, ran| find_recorded(&demo, status, ran).map(|shown| shown.is_builtin);
        assert_eq!(shown(DemoStatus::Well, &with_a_gil), Some(true));
        assert_eq!(shown(DemoStatus::Well, &free), None);
        assert_eq!(shown(DemoStatus::Interrupted, &with_a_gil), None);
        let without = DemoBlock {
            recorded: None,
            ..demo.clone()
        };
        let none = find_recorded(&without, DemoStatus::Well, &with_a_gil);
        assert!(none.is_none());
    }
}
