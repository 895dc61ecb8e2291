//! Finds an exercise by its name, its lesson's number, or the learner's file.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{CurrentExercise, folder};
use crate::{
    lesson::{Exercise, Lesson, LessonNotFound, Library},
    repl::{language::command_error::CommandError, session::Session},
    text::describe_unknown_of_many,
};

/// An exercise and its lesson.
pub type LessonExercise = (Arc<Lesson>, Arc<Exercise>);

/// Every exercise, in the order of the lessons.
pub fn all_exercises(library: &Library) -> impl Iterator<Item = LessonExercise> {
    let lessons = library.lessons().iter();
    lessons.flat_map(|lesson| {
        let exercises = lesson.exercises().cloned();
        exercises.map(|exercise| (Arc::clone(lesson), exercise))
    })
}

/// The names of the exercises that are solved.
pub fn solved_exercises(session: &mut Session) -> BTreeSet<String> {
    let known = session.progress_recorder.read_progress(&mut session.screen);
    let of_lessons = known
        .lessons
        .into_values()
        .flat_map(|lesson| lesson.exercises);
    of_lessons
        .filter(|(_, checked)| checked.solved)
        .map(|(id, _)| id)
        .collect()
}

/// The exercise of this name; or, by a lesson's number or name, the lesson's first that is not solved.
pub fn find_exercise_by_name(
    session: &mut Session,
    name: &str,
) -> Result<LessonExercise, CommandError> {
    let library = Arc::clone(&session.library);
    let mut tasks = all_exercises(&library);
    if let Some(task) = tasks.find(|(_, exercise)| exercise.id.eq_ignore_ascii_case(name.trim())) {
        return Ok(task);
    }
    match library.find_lesson(name) {
        Ok(lesson) => first_unsolved(session, lesson),
        Err(error @ LessonNotFound::Broken { .. }) => Err(CommandError::failed(error.to_string())),
        Err(LessonNotFound::Unknown { .. }) => {
            let lessons = library.lessons().iter();
            let exercises = lessons.flat_map(|lesson| lesson.exercises());
            let names: Vec<&str> = exercises.map(|exercise| exercise.id.as_str()).collect();
            let unknown = describe_unknown_of_many("exercise", name, &names, "exercises");
            Err(CommandError::usage(unknown))
        }
    }
}

fn first_unsolved(
    session: &mut Session,
    lesson: &Arc<Lesson>,
) -> Result<LessonExercise, CommandError> {
    let solved = solved_exercises(session);
    let mut open = lesson
        .exercises()
        .filter(|exercise| !solved.contains(&exercise.id));
    let found = open.next().or_else(|| lesson.exercises().next());
    let task = found.map(|exercise| (Arc::clone(lesson), Arc::clone(exercise)));
    task.ok_or_else(|| {
        let number = lesson.number;
        CommandError::usage(format!(
            "lesson {number} has no exercise; `exercises` lists them"
        ))
    })
}

/// The default: the current exercise; else one of the current lesson; else the first that is not solved.
pub fn find_requested_exercise(
    session: &mut Session,
    name: Option<&str>,
) -> Result<LessonExercise, CommandError> {
    if let Some(name) = name {
        return find_exercise_by_name(session, name);
    }
    if let Some(task) = current_exercise(session, |_| true) {
        return Ok(task);
    }
    let here = session.visit.as_ref().map(|visit| visit.cursor().lesson());
    let here = here.filter(|lesson| lesson.exercises().next().is_some());
    if let Some(lesson) = here.cloned() {
        return first_unsolved(session, &lesson);
    }
    let solved = solved_exercises(session);
    let mut open =
        all_exercises(&session.library).filter(|(_, exercise)| !solved.contains(&exercise.id));
    open.next()
        .or_else(|| all_exercises(&session.library).next())
        .ok_or_else(|| CommandError::usage("no lesson has an exercise"))
}

/// The exercise and the file for `check`.
pub fn exercise_to_check(
    session: &mut Session,
    file: Option<&Path>,
    name: Option<&str>,
    folder: &Path,
) -> Result<(LessonExercise, PathBuf), CommandError> {
    // `check 3` and `check q6-four` name an exercise, unless there is such a file.
    let named = file.and_then(Path::to_str).filter(|word| {
        name.is_none() && !Path::new(word).is_file() && names_exercise(&session.library, word)
    });
    let (file, name) = named.map_or((file, name), |word| (None, Some(word)));
    let task = name
        .map(|name| find_exercise_by_name(session, name))
        .transpose()?;
    let Some(file) = file else {
        return without_file(session, task, folder);
    };
    let task = task
        .or_else(|| find_exercise_by_file(&session.library, file))
        .or_else(|| current_exercise(session, |at_hand| folder::is_same(&at_hand.file, file)));
    let Some(task) = task else {
        let shown = file.display();
        return Err(CommandError::usage(format!(
            "`{shown}` belongs to no exercise by its name; `check {shown} --exercise ID` says to which \
             (`exercises` lists them)"
        )));
    };
    if !file.is_file() {
        return Err(CommandError::usage(missing_file_message(file, &task.1)));
    }
    Ok((task, file.to_owned()))
}

/// Whether a word is an exercise's name, or its lesson's number or name.
fn names_exercise(library: &Library, word: &str) -> bool {
    let is_its = |task: LessonExercise| task.1.id.eq_ignore_ascii_case(word);
    all_exercises(library).any(is_its) || library.find_lesson(word).is_ok()
}

fn without_file(
    session: &Session,
    task: Option<LessonExercise>,
    folder: &Path,
) -> Result<(LessonExercise, PathBuf), CommandError> {
    let task = task.or_else(|| current_exercise(session, |_| true));
    let Some(task) = task else {
        let last = folder::last_written(folder, |file| {
            find_exercise_by_file(&session.library, file).is_some()
        });
        let found =
            last.and_then(|file| Some((find_exercise_by_file(&session.library, &file)?, file)));
        return found.ok_or_else(|| {
            CommandError::usage(
                "no exercise has begun; `exercises` lists them, `exercise ID` begins one",
            )
        });
    };
    let of_task = |file: &Path| is_of(&task.1, file);
    let at_hand = session.exercise.as_ref();
    let at_hand = at_hand.filter(|at_hand| at_hand.id == task.1.id && at_hand.file.is_file());
    let file = match at_hand {
        Some(CurrentExercise { file, .. }) => Some(file.clone()),
        None => folder::last_written(folder, of_task),
    };
    let file = file.ok_or_else(|| {
        CommandError::usage(missing_file_message(
            &folder.join(learner_file_name(&task.1)),
            &task.1,
        ))
    })?;
    Ok((task, file))
}

pub fn current_exercise(
    session: &Session,
    is_meant: impl FnOnce(&CurrentExercise) -> bool,
) -> Option<LessonExercise> {
    let at_hand = session
        .exercise
        .as_ref()
        .filter(|at_hand| is_meant(at_hand))?;
    all_exercises(&session.library).find(|(_, exercise)| exercise.id == at_hand.id)
}

fn missing_file_message(file: &Path, exercise: &Exercise) -> String {
    let (shown, id) = (file.display(), &exercise.id);
    format!("there is no file `{shown}`; `exercise {id}` makes one")
}

/// The exercise whose starter a file once was, by its name: `q6_four.py`, and `q6_four-2.py` too.
fn find_exercise_by_file(library: &Library, file: &Path) -> Option<LessonExercise> {
    all_exercises(library).find(|(_, exercise)| is_of(exercise, file))
}

pub fn is_of(exercise: &Exercise, file: &Path) -> bool {
    let stem = |path: &Path| {
        path.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
    };
    let (Some(own), Some(found)) = (stem(Path::new(&exercise.starter)), stem(file)) else {
        return false;
    };
    let rest = found.strip_prefix(&own);
    let is_copy = |rest: &str| {
        let number = rest.strip_prefix('-').unwrap_or_default();
        !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
    };
    let is_python = file.extension().is_some_and(|ending| ending == "py");
    is_python && rest.is_some_and(|rest| rest.is_empty() || is_copy(rest))
}

/// The name of a learner's file for this exercise.
pub fn learner_file_name(exercise: &Exercise) -> &str {
    let starter = exercise.starter.as_str();
    starter.rsplit_once('/').map_or(starter, |(_, name)| name)
}
