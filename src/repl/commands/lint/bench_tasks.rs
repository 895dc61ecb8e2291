//! Proves each task for the bench: its commands meet every condition, and none holds before anything is done.

use super::{LessonLine, LintInterrupted};
use crate::{
    lesson::{BenchTask, Block, Diagnostic, Library},
    record::Recording,
    repl::session::Session,
    tutor::exercise::meets_condition,
};

/// Plays the commands of every task.
pub fn prove_bench_tasks(
    session: &mut Session,
    library: &Library,
    problems: &mut Vec<Diagnostic>,
) -> Result<(), LintInterrupted> {
    for lesson in library.lessons() {
        for block in lesson.blocks() {
            let Block::Bench(task) = block else {
                continue;
            };
            let place = LessonLine {
                library,
                lesson,
                line: task.line,
            };
            prove_task(session, task, &place, problems)?;
        }
    }
    Ok(())
}

fn prove_task(
    session: &mut Session,
    task: &BenchTask,
    place: &LessonLine<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Result<(), LintInterrupted> {
    let played = session.runner.demonstrate(&task.commands);
    if played.is_interrupted {
        return Err(LintInterrupted);
    }
    let nothing = Recording::new(session.runner.machine().clone(), Vec::new());
    let done = played.recording.as_deref().unwrap_or(&nothing);
    for condition in &task.conditions {
        let says = &condition.says;
        if meets_condition(condition, &nothing) {
            let message = format!("the condition `{says}` holds before anything is done");
            problems.push(place.line_error(&message, None));
        } else if !meets_condition(condition, done) {
            let message = format!("the commands of this task do not meet the condition `{says}`");
            let help = "type them at the prompt, and look at what each shows";
            problems.push(place.line_error(&message, Some(help)));
        }
    }
    Ok(())
}
