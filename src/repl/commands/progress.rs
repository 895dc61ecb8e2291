//! The learner's progress: `progress`, `forget`, `reset`, and where to resume.

use anyhow::Result;

use super::lessons;
use crate::{
    lesson::Lesson,
    repl::{
        language::{command_error::CommandError, shared_command::ForgetArgs},
        session::Session,
        settings::Settings,
    },
    report::Document,
    tutor::{
        progress::{self, ProgressEvent},
        summary_table,
    },
};

/// `progress`, for every lesson or for one.
pub fn show_progress(
    session: &mut Session,
    lesson: Option<&str>,
    settings: &Settings,
) -> Result<()> {
    let known = session.progress_recorder.read_progress(&mut session.screen);
    if let Some(number) = lesson {
        let lesson = lessons::find_lesson(&session.library, number)?;
        let history = known.lesson_history(&lesson).cloned().unwrap_or_default();
        let table = summary_table(&lesson, &history);
        session.screen.write_tables(&[table], settings.format)?;
        return Ok(());
    }
    let overview = progress::build_overview(&session.library, &known);
    let table = overview.to_table(session.progress_recorder.now());
    let document = Document {
        data: Some(&overview),
        ..Document::from_tables(vec![table])
    };
    session.screen.write_document(&document, settings.format)?;
    Ok(())
}

/// `forget lesson N`.
pub fn forget_lesson(session: &mut Session, asked: &ForgetArgs) -> Result<()> {
    if asked.what != "lesson" {
        let message = format!(
            "`forget` takes `lesson` and its number, not `{}`",
            asked.what
        );
        return Err(CommandError::usage(message).into());
    }
    let lesson = lessons::find_lesson(&session.library, &asked.number)?;
    let question = format!(
        "Forget what you did in lesson {} ({})?",
        lesson.number, lesson.title
    );
    if !confirm_action(session, &question, asked.yes)? {
        return Ok(());
    }
    let slug = lesson.slug.clone();
    record_and_confirm(session, &slug, ProgressEvent::Forgot, "forgotten")
}

/// `reset`.
pub fn reset_progress(session: &mut Session, yes: bool) -> Result<()> {
    if !confirm_action(
        session,
        "Forget all of your progress, in every lesson?",
        yes,
    )? {
        return Ok(());
    }
    record_and_confirm(
        session,
        "",
        ProgressEvent::Reset,
        "all progress is forgotten",
    )
}

fn record_and_confirm(
    session: &mut Session,
    lesson: &str,
    what: ProgressEvent,
    said: &str,
) -> Result<()> {
    let Session {
        progress_recorder,
        screen,
        ..
    } = session;
    if !progress_recorder.append_event(lesson, what, screen) {
        return Err(
            CommandError::failed("nothing was forgotten: the file cannot be written").into(),
        );
    }
    session.resume = None;
    session.screen.write_message(said);
    Ok(())
}

/// Whether the user agrees: asks, unless a flag has already confirmed it.
fn confirm_action(session: &mut Session, question: &str, yes: bool) -> Result<bool> {
    if yes {
        return Ok(true);
    }
    let Some(answer) = session.screen.ask_user(&format!("{question} [y/N] "))? else {
        let message = "this asks first, and needs a terminal for the answer; `--yes` says yes";
        return Err(CommandError::usage(message).into());
    };
    let is_yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    if !is_yes {
        session.screen.write_message("nothing was changed");
    }
    Ok(is_yes)
}

/// Shows the learner's last position in a lesson that begins anew.
pub fn show_last_place(session: &mut Session, lesson: &Lesson) {
    if !session.progress_recorder.keeps {
        return;
    }
    let known = session.progress_recorder.read_progress(&mut session.screen);
    let step = known
        .lesson_history(lesson)
        .and_then(|known| progress::last_step(lesson, known));
    if let Some(step) = step.filter(|step| (2..lesson.steps.len()).contains(step)) {
        let message = format!("You were at step {step} of this lesson: `goto {step}` leads there.");
        session.screen.write_message(&message);
    }
}

/// At the start of a session: offers to resume, or to begin with the first lesson.
pub fn offer_resume(session: &mut Session) {
    if !session.progress_recorder.keeps || session.visit.is_some() {
        return;
    }
    let known = session.progress_recorder.read_progress(&mut session.screen);
    let Some(next) = progress::build_overview(&session.library, &known).next else {
        return;
    };
    let (lesson, step) = (next.lesson, next.step);
    session.screen.write_message(&match step {
        1 if known.lessons.is_empty() => format!("Press Enter to begin lesson {lesson}."),
        1 => format!("Begin lesson {lesson}? Press Enter."),
        step => format!("Go on with lesson {lesson}, step {step}? Press Enter."),
    });
    session.resume = Some(next);
}
