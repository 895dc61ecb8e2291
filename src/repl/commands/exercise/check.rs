//! `check`: runs a learner's program, shows which conditions hold, and gives one hint.

use std::{path::Path, sync::Arc};

use anyhow::Result;

use super::{
    CurrentExercise,
    find::{self, LessonExercise},
    folder, open, programs, watch,
};
use crate::{
    lesson::Exercise,
    python::ChosenPython,
    repl::{
        language::{command_error::CommandError, exercise_args::CheckArgs},
        session::Session,
        settings::Settings,
    },
    report::Document,
    tutor::{
        StopCondition,
        exercise::{
            self, CheckError, CheckReport, CheckResult, ExerciseState, choose_hint, findings_table,
        },
        never_stop,
        progress::ProgressEvent,
    },
};

/// `check [FILE]`.
pub fn check_command(session: &mut Session, asked: &CheckArgs, settings: &Settings) -> Result<()> {
    let settings = &asked.python.apply_to(settings);
    let folder = asked
        .folder
        .clone()
        .unwrap_or_else(|| settings.exercise_folder());
    let (task, file) = find::exercise_to_check(
        session,
        asked.file.as_deref(),
        asked.exercise.as_deref(),
        &folder,
    )?;
    open::require_trust(session, &task.1)?;
    set_current_exercise(session, &task, &file);
    let python = match programs::choose_python(session, &task.1, settings) {
        Ok(python) => python,
        Err(failure) => return open::without_python(session, &task, failure),
    };
    if asked.watch {
        return watch::watch_exercise(session, &task, (python, &file), settings);
    }
    let series = session.begin_sequence();
    let checked = check_once(session, &task, (python, &file), settings, never_stop());
    drop(series);
    match checked {
        Ok(checked) => show_result(session, &task, &file, checked, settings),
        Err(CheckError::Failed(why)) => Err(CommandError::failed(why).into()),
        Err(CheckError::Changed) => Err(CommandError::failed(format!(
            "`{}` was changed while it was checked; check it again",
            file.display()
        ))
        .into()),
        Err(CheckError::Interrupted) => Err(CommandError::Interrupted.into()),
    }
}

/// Makes this exercise and this file the current ones.
fn set_current_exercise(session: &mut Session, (_, exercise): &LessonExercise, file: &Path) {
    let known = session.exercise.as_ref();
    let is_known = known
        .is_some_and(|at_hand| at_hand.id == exercise.id && folder::is_same(&at_hand.file, file));
    if !is_known {
        session.exercise = Some(CurrentExercise::new(&exercise.id, file.to_owned()));
    }
}

/// Runs and judges the program, as often as the exercise requires.
pub fn check_once(
    session: &mut Session,
    (_, exercise): &LessonExercise,
    what: (ChosenPython, &Path),
    settings: &Settings,
    changed: StopCondition,
) -> Result<CheckResult, CheckError> {
    let starter = session
        .library
        .program_text(&exercise.starter)
        .unwrap_or_default();
    let of = (exercise.as_ref(), starter);
    let mut programs = programs::exercise_programs(of, what, settings, changed);
    exercise::check_exercise(exercise, &mut programs, &mut *session.runner)
}

/// Shows the result, and stores it.
pub fn show_result(
    session: &mut Session,
    task: &LessonExercise,
    file: &Path,
    checked: CheckResult,
    settings: &Settings,
) -> Result<()> {
    let (lesson, exercise) = task;
    let state = checked.state();
    let hint = next_hint(session, exercise, &checked);
    let report = CheckReport::new(
        (lesson.number, exercise),
        file.display().to_string(),
        &checked,
        hint,
    );
    let tables =
        std::iter::once(findings_table(exercise, &checked)).chain(report.difference.clone());
    let document = Document {
        prose: advice_text(session, task, &checked, hint),
        data: Some(&report),
        ..Document::from_tables(tables.collect::<Vec<_>>())
    };
    session.screen.write_document(&document, settings.format)?;
    if let Some(run) = checked.last_run() {
        session.last = Some(Arc::new(run.clone()));
    }
    let (held, of) = checked.count_held();
    let what = ProgressEvent::Checked {
        id: exercise.id.clone(),
        held,
        of,
    };
    session
        .progress_recorder
        .append_event(&lesson.slug, what, &mut session.screen);
    if state == ExerciseState::Solved {
        return Ok(());
    }
    Err(CommandError::Shown.into())
}

fn next_hint<'e>(
    session: &mut Session,
    exercise: &'e Exercise,
    checked: &CheckResult,
) -> Option<&'e str> {
    let at_hand = session.exercise.as_mut()?;
    at_hand.failing = checked.open_requirements();
    // An explained error comes first; `hint` has the author's hint.
    if at_hand.failing.is_empty() || checked.mistake.is_some() {
        return None;
    }
    choose_hint(exercise, &at_hand.failing, &mut at_hand.shown)
}

/// The text below the tables: the errors, one hint, and the next step.
fn advice_text(
    session: &mut Session,
    (lesson, exercise): &LessonExercise,
    checked: &CheckResult,
    hint: Option<&str>,
) -> String {
    let mut text = Vec::new();
    if let Some(trouble) = &checked.trouble {
        let (first, rest) = trouble.split_once('\n').unwrap_or((trouble, ""));
        text.push(first.to_owned());
        if !rest.is_empty() {
            text.push(format!("```text\n{rest}\n```"));
        }
    }
    text.extend(
        checked
            .mistake
            .iter()
            .map(|mistake| format!("**What went wrong.** {mistake}")),
    );
    text.extend(checked.output_difference.clone());
    if checked.state() == ExerciseState::Undecided {
        text.push(
            "**Too noisy to tell just now.** Other programs disturb what is measured.".to_owned(),
        );
    }
    if let Some(hint) = hint {
        text.push(match checked.state() {
            ExerciseState::Undecided => format!("**Hint,** in case it is the program: {hint}"),
            _ => format!("**Hint.** {hint}"),
        });
    }
    text.push(match checked.state() {
        ExerciseState::Solved => {
            let explain = exercise.explain.clone();
            let mut solved = find::solved_exercises(session);
            solved.insert(exercise.id.clone());
            let left = find::all_exercises(&session.library)
                .find(|(of, other)| of.number >= lesson.number && !solved.contains(&other.id));
            let next = left.map_or_else(String::new, |(_, other)| {
                let begin = session.command_text(&format!("exercise {}", other.id));
                format!(" Next: `{begin}`.")
            });
            let done = format!("**Solved.**{next}");
            explain.map_or(done.clone(), |explain| format!("{explain}\n\n{done}"))
        }
        ExerciseState::NotYet => format!(
            "Next: change the program, then `{}` again.",
            session.command_text("check")
        ),
        ExerciseState::Undecided => format!(
            "Nothing else failed. Next: `{}` again when other programs use less of the machine.",
            session.command_text("check")
        ),
        ExerciseState::CannotBeShown => "This machine can show none of the conditions.".to_owned(),
    });
    text.join("\n\n")
}
