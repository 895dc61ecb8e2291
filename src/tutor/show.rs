//! Draws the items of a step.

use std::io;

use super::{
    claims::claims_decided_by,
    launcher::{LaunchOutcome, ProgramOutput},
    lesson_item::LessonItem,
    predict::{self, Guess, SettledGuess},
    renderer::{LessonPorts, LessonRenderer},
};
use crate::{
    catalog::run_command,
    lesson::{Claim, DemoBlock, Exercise, Lesson, ProgramFile},
    report::Report,
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
    /// Its report, with the claims that it decides; `None` if nothing was measured.
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
    piece: &LessonItem<'_>,
) -> io::Result<()> {
    match piece {
        LessonItem::Markdown(text) => page.draw_markdown(text),
        LessonItem::Code { lang, text } => page.draw_code(text, lang),
        LessonItem::Table(table) => page.draw_table(table),
        LessonItem::Program {
            program,
            lang,
            text,
        } => self::show_program(page, program, lang, text),
        LessonItem::Note(note) => {
            let minutes = note.minutes.map(|minutes| format!(" ({minutes} min)"));
            let minutes = minutes.unwrap_or_default();
            let text = note.text.replace('\n', "\n> ");
            page.draw_markdown(&format!("> **For instructors{minutes}.** {text}"))
        }
        LessonItem::Claim(claim) => page.draw_markdown(&format_unmeasured_claim(lesson, claim)),
        LessonItem::Exercise(exercise) => {
            let (task, id) = (format_task(exercise), &exercise.id);
            page.draw_markdown(&format!(
                "{task}\n\n`exercise {id}` opens it, `check` checks it."
            ))
        }
        LessonItem::Demo(_)
        | LessonItem::Output { .. }
        | LessonItem::Quiz(_)
        | LessonItem::Schedule(_)
        | LessonItem::Predict(_) => Ok(()),
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
    lang: &str,
    text: &str,
) -> io::Result<()> {
    let caption = program.caption.as_deref().unwrap_or_default();
    page.draw_markdown(format!("{caption}\n\n`{}`:", program.file).trim_start())?;
    page.draw_code(text.trim_end(), lang)?;
    if let Some(beside) = &program.beside {
        page.draw_markdown("The same in Rust:")?;
        page.draw_code(beside, "rust")?;
    }
    Ok(())
}

/// Runs a program and draws its output, then the results of the predictions about it. A failure is shown and is
/// not an error.
pub(super) fn show_output(
    stage: &mut LessonPorts<'_>,
    file: &str,
    text: &str,
    guesses: &[Guess],
) -> io::Result<ShownDemo> {
    let (status, failure) = run_program(stage, file, text)?;
    let settled = match status {
        DemoStatus::Interrupted => Vec::new(),
        DemoStatus::Well | DemoStatus::Badly => predict::settle_guesses(stage, guesses)?,
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
    stage: &mut LessonPorts<'_>,
    file: &str,
    text: &str,
) -> io::Result<(DemoStatus, Option<String>)> {
    let LessonPorts { page, launcher } = stage;
    page.flush_output()?;
    match launcher.run_program(file, text) {
        ProgramOutput::Printed {
            by, text, remark, ..
        } => {
            page.draw_markdown(&format!("{} printed:", escape_markdown(&by)))?;
            page.draw_code(&text, "text")?;
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
    stage: &mut LessonPorts<'_>,
    lesson: &Lesson,
    demo: &DemoBlock,
    guesses: &[Guess],
) -> io::Result<ShownDemo> {
    let mut shown = launch_demo(stage, lesson, demo)?;
    if shown.report.is_some() && shown.status != DemoStatus::Interrupted {
        shown.settled = predict::settle_guesses(stage, guesses)?;
    }
    if let Some(report) = &shown.report {
        stage.page.draw_report_end(report)?;
    }
    Ok(shown)
}

/// Runs a demo and draws its report.
fn launch_demo(
    stage: &mut LessonPorts<'_>,
    lesson: &Lesson,
    demo: &DemoBlock,
) -> io::Result<ShownDemo> {
    let LessonPorts { page, launcher } = stage;
    let caption = demo.caption.as_deref().unwrap_or_default();
    page.draw_demo_heading(caption, &run_command(&demo.run, &demo.params))?;
    // The demo's own output must not come before what leads up to it.
    page.flush_output()?;
    let (status, mut report, failure) = match launcher.launch_demo(&demo.run, &demo.params) {
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
    if let Some(report) = &mut report {
        if !caption.is_empty() {
            report.summary.title = capitalize(caption);
        }
        let claims = claims_decided_by(lesson, demo);
        // The learner interrupted the demo, so the claims are not shown.
        if status != DemoStatus::Interrupted && !claims.is_empty() {
            report.claims = launcher.judge_claims(lesson, &claims);
        }
        page.draw_report(report)?;
        let judged = |claim: &&&Claim| report.claims.iter().any(|report| report.id == claim.id);
        for why in claims
            .iter()
            .filter(judged)
            .filter_map(|claim| claim.why.as_deref())
        {
            page.draw_markdown(why)?;
        }
    }
    if let Some(failure) = &failure {
        page.show_error(failure)?;
    }
    Ok(ShownDemo {
        status,
        report,
        settled: Vec::new(),
        failure,
    })
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
