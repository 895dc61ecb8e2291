//! `exercise`: shows a task, copies its starter into the learner's folder, and opens it.

use std::{path::Path, sync::Arc};

use anyhow::Result;

use super::{
    CurrentExercise,
    find::{self, LessonExercise},
    folder::{self, StarterCopy},
    programs,
};
use crate::{
    lesson::{Block, Exercise},
    repl::{
        commands::{lessons, review, trust},
        idle_wait,
        language::{command_error::CommandError, exercise_args::ExerciseArgs},
        own_editor::EditOutcome,
        session::Session,
        settings::Settings,
    },
    tutor,
};

/// `exercise [N|ID] [--again]`.
pub fn open_exercise(
    session: &mut Session,
    asked: &ExerciseArgs,
    settings: &Settings,
) -> Result<()> {
    let task = find::find_requested_exercise(session, asked.which.as_deref())?;
    let exercise = &task.1;
    require_trust(session, exercise)?;
    show_task(session, exercise)?;
    if let Err(failure) = programs::choose_python(session, exercise, settings) {
        return without_python(session, &task, failure);
    }
    let text = session
        .library
        .program_text(&exercise.starter)
        .ok_or_else(|| {
            CommandError::failed(format!(
                "the starter `{}` is missing; `lint` shows why",
                exercise.starter
            ))
        })?;
    let folder = asked
        .folder
        .clone()
        .unwrap_or_else(|| settings.exercise_folder());
    let name = find::learner_file_name(exercise);
    let copy = if asked.again {
        folder::copy_beside(&folder, name, text)?
    } else {
        folder::copy_starter(&folder, name, text)?
    };
    let file = copy.file().to_owned();
    let shown = file.display();
    session.screen.write_line(&match copy {
        StarterCopy::Made(_) => format!("Your file: {shown}"),
        StarterCopy::Untouched(_) => format!("Your file is there: {shown}"),
        StarterCopy::Edited(_) => format!(
            "Your file is there, with your changes: {shown} (`exercise {} --again` makes a fresh copy beside it)",
            exercise.id
        ),
    })?;
    let is_other = session
        .exercise
        .as_ref()
        .is_none_or(|at_hand| at_hand.file != file);
    if is_other {
        session.exercise = Some(CurrentExercise::new(&exercise.id, file.clone()));
    }
    edit_file(session, &file)?;
    Ok(())
}

/// Makes sure that the starter may run, beside the learner's program.
pub fn require_trust(session: &mut Session, exercise: &Exercise) -> Result<()> {
    let (library, folder) = (Arc::clone(&session.library), session.lessons_folder.clone());
    trust::require_trust(session, &library, folder.as_deref(), [&*exercise.starter])
}

/// The task, and the conditions of a solution.
fn show_task(session: &mut Session, exercise: &Exercise) -> Result<()> {
    let requirements = exercise.conditions.iter();
    let listed: Vec<String> = requirements
        .map(|requirement| format!("- {}", requirement.says))
        .collect();
    lessons::on_page(session, |page| {
        page.draw_markdown(&tutor::format_task(exercise))?;
        page.draw_markdown(&format!(
            "What must be true of its run:\n\n{}",
            listed.join("\n")
        ))
    })
}

/// Opens a file in the learner's editor, if the session is interactive.
fn edit_file(session: &mut Session, file: &Path) -> Result<()> {
    let edited = if session.screen.may_ask {
        idle_wait::edit_file(&session.signals, file)
    } else {
        EditOutcome::Nobody
    };
    let (check, watch) = (
        session.command_text("check"),
        session.command_text("check --watch"),
    );
    let next = format!("then `{check}` tests it; `{watch}` does so at every save");
    let text = match edited {
        EditOutcome::Done => format!("Next: `{check}`, or `{watch}` while you write."),
        EditOutcome::Nobody => format!("Next: edit it; {next}."),
        EditOutcome::NoEditor => format!(
            "Open it in your editor; {next}. ($EDITOR is not set: with it, the file would open here.)"
        ),
        EditOutcome::Failed(why) => {
            session.screen.write_warning(&why);
            format!("Open it in your editor; {next}.")
        }
    };
    session.screen.write_markdown(&text)?;
    Ok(())
}

/// The task without a Python: lines to put in order, if the lesson has them.
pub fn without_python(
    session: &mut Session,
    (lesson, exercise): &LessonExercise,
    failure: CommandError,
) -> Result<()> {
    let CommandError::NoPython(why) = &failure else {
        return Err(failure.into());
    };
    let quiz = exercise.without_python.as_ref().and_then(|id| {
        lesson.blocks().find_map(|block| match block {
            Block::Quiz(quiz) if quiz.id == *id => Some(quiz),
            _ => None,
        })
    });
    let Some(quiz) = quiz else {
        return Err(failure.into());
    };
    let is_at_prompt = session.steps && session.screen.may_ask;
    if !is_at_prompt {
        let number = lesson.number;
        return Err(CommandError::NoPython(format!(
            "{why} Without one, lesson {number} has the lines of the program to put in order: `lesson {number}`."
        ))
        .into());
    }
    session.screen.write_message(&format!(
        "{why} Without one, put the lines of the program in order:"
    ));
    review::ask_question(session, lesson, quiz, false)?;
    Ok(())
}
