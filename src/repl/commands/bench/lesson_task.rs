//! The task that a lesson sets for the bench: checked after each command.

use anyhow::Result;

use crate::{
    repl::{
        commands::{PromptCommand, lessons},
        session::Session,
    },
    tutor::LessonSession,
};

/// Whether a command is about workers.
pub fn is_for_bench(command: &PromptCommand) -> bool {
    matches!(
        command,
        PromptCommand::Spawn(_)
            | PromptCommand::Ps
            | PromptCommand::Top
            | PromptCommand::Stop { .. }
            | PromptCommand::Cont { .. }
            | PromptCommand::Kill(_)
            | PromptCommand::Crash(_)
            | PromptCommand::Send(_)
            | PromptCommand::Join(_)
    )
}

/// Before a command: what was done earlier does not count for the task.
pub fn begin_lesson_task(session: &mut Session) {
    let now = session.bench.recorded();
    if let Some(task) = session.visit.as_mut().and_then(LessonSession::open_bench) {
        if !task.has_begun() {
            session.bench.forget_seen();
        }
        task.begin_at(now);
    }
}

/// After a command: shows what is done of the task.
pub fn check_lesson_task(session: &mut Session) -> Result<()> {
    let now = session.bench.recorded();
    let Some(task) = session.visit.as_mut().and_then(LessonSession::open_bench) else {
        return Ok(());
    };
    let (mut task, since) = (task.clone(), task.begin_at(now));
    let machine = session.runner.machine().clone();
    if let Some(done) = session.bench.recording(since, machine) {
        lessons::on_page(session, |page| task.check(&done, page))?;
    }
    if let Some(known) = session.visit.as_mut().and_then(LessonSession::open_bench) {
        *known = task;
    }
    Ok(())
}
