//! Drawing the pieces of a step.

use std::io;

use pulldown_cmark::{Event, Parser, TagEnd};

use super::{
    claims::decided_by,
    launcher::{LaunchOutcome, ProgramOutput, command},
    page::{LessonPorts, LessonRenderer},
    piece::LessonItem,
    predict::{self, Guess, SettledGuess},
};
use crate::lesson::{Claim, DemoBlock, Exercise, Lesson, ProgramFile};

/// What became of a demo, as far as the lesson goes on from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DemoStatus {
    Well,
    Badly,
    Interrupted,
}

/// Draws what stands above a lesson.
pub(super) fn opening(page: &mut dyn LessonRenderer, lesson: &Lesson) -> io::Result<()> {
    let number = lesson.number;
    let title = literal(&lesson.title);
    let question = lesson.question.replace('\n', "\n> ");
    page.markdown(&format!(
        "# Lesson {number}: {title}\n\n> {question}\n\nAbout {}.",
        in_minutes(lesson.minutes)
    ))
}

/// Draws the heading of a step; the introduction, which has the lesson's own title, needs none.
pub(super) fn heading(
    page: &mut dyn LessonRenderer,
    lesson: &Lesson,
    at: (usize, usize),
) -> io::Result<()> {
    let (number, of) = at;
    match lesson.steps.get(number - 1) {
        Some(step) if number > 1 || step.title != lesson.title => {
            let title = literal(&step.title);
            page.markdown(&format!("## {number}/{of} {title}"))
        }
        _ => Ok(()),
    }
}

/// Draws any piece but those that need an answer from outside.
pub(super) fn still(
    page: &mut dyn LessonRenderer,
    lesson: &Lesson,
    piece: &LessonItem<'_>,
) -> io::Result<()> {
    match piece {
        LessonItem::Markdown(text) => page.markdown(text),
        LessonItem::Code { lang, text } => page.code(text, lang),
        LessonItem::Table(table) => page.table(table),
        LessonItem::Program {
            program,
            lang,
            text,
        } => self::program(page, program, lang, text),
        LessonItem::Note(note) => {
            let minutes = note.minutes.map(|minutes| format!(" ({minutes} min)"));
            let minutes = minutes.unwrap_or_default();
            let text = note.text.replace('\n', "\n> ");
            page.markdown(&format!("> **For instructors{minutes}.** {text}"))
        }
        LessonItem::Claim(claim) => page.markdown(&unmeasured(lesson, claim)),
        LessonItem::Exercise(exercise) => {
            let (task, id) = (task(exercise), &exercise.id);
            page.markdown(&format!(
                "{task}\n\n`exercise {id}` opens it, `check` checks it."
            ))
        }
        LessonItem::Demo(_)
        | LessonItem::Output { .. }
        | LessonItem::Quiz(_)
        | LessonItem::Predict(_) => Ok(()),
    }
}

/// A program to write, as Markdown: what it is called, how long it takes, and what to do.
pub fn task(exercise: &Exercise) -> String {
    let Exercise { title, task, .. } = exercise;
    let minutes = exercise
        .minutes
        .map(|minutes| format!(" ({})", in_minutes(minutes)));
    let minutes = minutes.unwrap_or_default();
    let (title, task) = (literal(title), task.trim());
    format!("**Exercise: {title}**{minutes}. {task}")
}

fn program(
    page: &mut dyn LessonRenderer,
    program: &ProgramFile,
    lang: &str,
    text: &str,
) -> io::Result<()> {
    let caption = program.caption.as_deref().unwrap_or_default();
    page.markdown(format!("{caption}\n\n`{}`:", program.file).trim_start())?;
    page.code(text.trim_end(), lang)?;
    if let Some(beside) = &program.beside {
        page.markdown("The same in Rust:")?;
        page.code(beside, "rust")?;
    }
    Ok(())
}

/// Runs a program and draws what it printed; a failure is told, and no error.
pub(super) fn output(
    stage: &mut LessonPorts<'_>,
    file: &str,
    text: &str,
) -> io::Result<DemoStatus> {
    let LessonPorts { page, launcher } = stage;
    page.flush()?;
    match launcher.print(file, text) {
        ProgramOutput::Printed {
            by, text, remark, ..
        } => {
            page.markdown(&format!("{} printed:", literal(&by)))?;
            page.code(&text, "text")?;
            if let Some(remark) = remark {
                page.markdown(&literal(&remark))?;
            }
            Ok(DemoStatus::Well)
        }
        ProgramOutput::Missing(why) => {
            page.markdown(&literal(&why))?;
            Ok(DemoStatus::Well)
        }
        ProgramOutput::Interrupted => {
            page.complain(&format!("`{file}` was stopped"))?;
            Ok(DemoStatus::Interrupted)
        }
        ProgramOutput::Failed(error) => {
            page.complain(&format!("`{file}` did not run: {error}"))?;
            Ok(DemoStatus::Badly)
        }
    }
}

/// A claim that nothing above it measured.
fn unmeasured(lesson: &Lesson, claim: &Claim) -> String {
    let number = lesson.number;
    let mut text = format!("**Claim.** {}\n\n", claim.says);
    if let Some(limit) = &claim.limit {
        text = format!("{text}*Limit:* {limit}\n\n");
    }
    format!("{text}`claims --lesson {number}` measures it here.")
}

/// Launches a demo and draws its report with the claims that it decides, and then what came of the guesses about it;
/// a failure is told, and no error.
pub(super) fn demo(
    stage: &mut LessonPorts<'_>,
    lesson: &Lesson,
    demo: &DemoBlock,
    guesses: &[Guess<'_>],
) -> io::Result<(DemoStatus, Vec<SettledGuess>)> {
    let (ran, is_measured) = launched(stage, lesson, demo)?;
    if !is_measured || ran == DemoStatus::Interrupted {
        return Ok((ran, Vec::new()));
    }
    Ok((ran, predict::compare(stage, guesses)?))
}

/// Launches a demo and draws its report; whether it measured anything.
fn launched(
    stage: &mut LessonPorts<'_>,
    lesson: &Lesson,
    demo: &DemoBlock,
) -> io::Result<(DemoStatus, bool)> {
    let LessonPorts { page, launcher } = stage;
    let caption = demo.caption.as_deref().unwrap_or_default();
    page.markdown(format!("{caption}\n\nDemo: `{}`", command(demo)).trim_start())?;
    // The demo's own output must not come before what leads up to it.
    page.flush()?;
    let (ran, report, message) = match launcher.launch(&demo.run, &demo.params) {
        LaunchOutcome::Finished(report) => (DemoStatus::Well, Some(report), None),
        LaunchOutcome::Interrupted(report) => {
            let message = format!("the demo `{}` was stopped", demo.run);
            (DemoStatus::Interrupted, report, Some(message))
        }
        LaunchOutcome::Failed { error, report } => {
            let message = format!("the demo `{}` failed: {error}", demo.run);
            (DemoStatus::Badly, report, Some(message))
        }
    };
    let is_measured = report.is_some();
    if let Some(mut report) = report {
        let claims = decided_by(lesson, demo);
        // Who stopped a demo has seen enough.
        if ran != DemoStatus::Interrupted && !claims.is_empty() {
            report.claims = launcher.judge(lesson, &claims);
        }
        page.report(&report)?;
        let judged = |claim: &&&Claim| report.claims.iter().any(|report| report.id == claim.id);
        for why in claims
            .iter()
            .filter(judged)
            .filter_map(|claim| claim.why.as_deref())
        {
            page.markdown(why)?;
        }
    }
    if let Some(message) = message {
        page.complain(&message)?;
    }
    Ok((ran, is_measured))
}

/// A number of minutes in words.
pub(super) fn in_minutes(count: u32) -> String {
    match count {
        1 => "1 minute".to_owned(),
        count => format!("{count} minutes"),
    }
}

/// Plain text as Markdown that shows as it is.
pub(super) fn literal(text: &str) -> String {
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

/// Markdown as plain text, for a cell of a table.
pub(super) fn plain(text: &str) -> String {
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
