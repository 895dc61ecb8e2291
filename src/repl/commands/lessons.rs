//! Lessons: `lessons`, `lesson N`, and a learner's steps in one.

use std::{io, sync::Arc};

use anyhow::Result;

use super::{authors, exercise, progress, review, step, trust};
use crate::{
    lesson::{Lesson, LessonNotFound, Library},
    record::Value,
    repl::{
        language::{
            command_error::CommandError,
            prompt_line::{self, command_names},
            python_line,
            shared_command::LessonArgs,
        },
        lesson_page::LessonPage,
        output_file::write_output,
        saves::EditedLessons,
        screen::is_summarized,
        session::Session,
        settings::Settings,
    },
    report::{Document, Table},
    tutor::{
        self, LessonOptions, LessonPorts, LessonRenderer, LessonSession, LessonSessionError, Pause,
        PlayOutcome, PlayedParts, progress::NextStep,
    },
};

/// `lessons`.
pub fn list_lessons(session: &mut Session, settings: &Settings) -> Result<()> {
    // On a screen, a lesson is a line.
    let has_summaries = !is_summarized(settings.format);
    let headings = ["lesson", "title", "minutes", "what it answers"];
    let columns = if has_summaries { 4 } else { 3 };
    let mut table = Table::new("Lessons", &headings[..columns]);
    for lesson in session.library.lessons() {
        let cells = [
            Value::count(lesson.number as usize),
            Value::text(&lesson.title),
            Value::count(lesson.minutes as usize),
            Value::text(&lesson.summary),
        ];
        table.add_row(cells.into_iter().take(columns));
    }
    let Some(first) = session.library.lessons().first() else {
        show_skipped(session);
        return Err(CommandError::failed("no lesson can be played").into());
    };
    table.add_note(format!("`lesson {}` begins the first.", first.number));
    show_skipped(session);
    session.screen.write_tables(&[table], settings.format)?;
    Ok(())
}

/// Lists the lessons that could not be read, with the reasons.
pub fn show_skipped(session: &mut Session) {
    let errors: Vec<String> = session.library.errors().map(ToString::to_string).collect();
    for error in &errors {
        session.screen.write_message(error);
    }
    if !errors.is_empty() {
        session
            .screen
            .write_message("a lesson with an error is left out; `lint` shows all problems");
    }
}

/// `lesson N`.
pub fn start_lesson(session: &mut Session, asked: &LessonArgs, settings: &Settings) -> Result<()> {
    let lesson = find_lesson(&session.library, &asked.number)?;
    require_trust(session, &Arc::clone(&session.library), &lesson)?;
    let settings = &Settings {
        notes: settings.notes || asked.notes,
        ..asked.python.apply_to(settings)
    };
    if asked.is_played() || !session.steps {
        return if asked.watch {
            play_watched(session, asked, settings)
        } else {
            let library = Arc::clone(&session.library);
            let shown = played_parts(asked, settings);
            write_output(session, &asked.output, |session| {
                play_lesson(session, &library, &lesson, shown, settings)
            })
        };
    }
    let options = lesson_options(session, settings, asked.no_gate);
    // They hold for the steps to come as well.
    session.settings.all = settings.all;
    let python = &settings.defaults.python;
    session.settings.defaults.python.clone_from(python);
    session.edited = None;
    if asked.watch {
        let folder = session.lessons_folder.as_deref();
        let edited = EditedLessons::new(folder, lesson.number, &mut session.screen)?;
        session.edited = Some(edited);
    }
    let mut visit = LessonSession::new(&session.library, &lesson, options)?;
    (session.review, session.stepper, session.resume) = (None, None, None);
    progress::show_last_place(session, &lesson);
    let stop = with_ports(session, settings, true, |ports| visit.open_lesson(ports));
    session.visit = Some(visit);
    flow_after_pause(session, stop)
}

/// Resumes a lesson at this step.
fn resume_lesson(session: &mut Session, next: &NextStep) -> Result<()> {
    let lesson = find_lesson(&session.library, &next.lesson.to_string())?;
    require_trust(session, &Arc::clone(&session.library), &lesson)?;
    let settings = session.settings.clone();
    let options = lesson_options(session, &settings, false);
    let mut visit = LessonSession::new(&session.library, &lesson, options)?;
    let stop = with_ports(session, &settings, true, |ports| match next.step {
        1 => visit.open_lesson(ports),
        step => visit.go_to_step(step, ports),
    });
    session.visit = Some(visit);
    flow_after_pause(session, stop)
}

/// Resumes a lesson that was read again, at the learner's step, or at the last one.
pub fn resume_reloaded_lesson(session: &mut Session, old: &LessonSession) -> Result<()> {
    let number = old.cursor().lesson().number;
    let lesson = find_lesson(&session.library, &number.to_string())?;
    require_trust(session, &Arc::clone(&session.library), &lesson)?;
    let settings = session.settings.clone();
    let step = old.cursor().step_position().0.min(lesson.steps.len());
    let mut visit = LessonSession::new(&session.library, &lesson, old.options())?;
    let stop = with_ports(session, &settings, true, |ports| {
        visit.go_to_step(step, ports)
    });
    session.visit = Some(visit);
    flow_after_pause(session, stop)
}

/// Makes sure that the programs of a lesson may run.
fn require_trust(session: &mut Session, library: &Library, lesson: &Lesson) -> Result<()> {
    let folder = session.lessons_folder.clone();
    let programs = trust::lesson_programs(lesson);
    trust::require_trust(session, library, folder.as_deref(), programs)
}

fn lesson_options(session: &Session, settings: &Settings, no_gate: bool) -> LessonOptions {
    LessonOptions {
        notes: settings.notes,
        gate: settings.gate && !no_gate,
        style: session.choice_style(settings.notes),
    }
}

/// The lesson with that number or short name.
pub fn find_lesson(library: &Library, number: &str) -> Result<Arc<Lesson>, CommandError> {
    let found = library.find_lesson(number).cloned();
    found.map_err(|error| match error {
        LessonNotFound::Unknown { .. } => CommandError::usage(error.to_string()),
        LessonNotFound::Broken { .. } => CommandError::failed(error.to_string()),
    })
}

/// What is shown of a lesson that is played straight through.
fn played_parts(asked: &LessonArgs, settings: &Settings) -> PlayedParts {
    if asked.questions {
        return PlayedParts::Questions;
    }
    PlayedParts::All {
        notes: settings.notes,
    }
}

/// Plays a lesson. In a format of objects, all of it is one.
fn play_lesson(
    session: &mut Session,
    library: &Library,
    lesson: &Lesson,
    shown: PlayedParts,
    settings: &Settings,
) -> Result<()> {
    let is_object = settings.format.is_object();
    session.screen.handout = settings.format.is_one_page().then(Vec::new);
    let played = with_ports(session, settings, !is_object, |ports| {
        tutor::play_lesson(library, lesson, shown, ports)
    });
    let pieces = session.screen.handout.take().unwrap_or_default();
    let played = played?;
    if is_object {
        let lesson = Document::from_lesson(&played.report, &pieces);
        session.screen.write_document(&lesson, settings.format)?;
    }
    match played.outcome {
        PlayOutcome::Complete => Ok(()),
        PlayOutcome::Failed(_) => Err(CommandError::Shown.into()),
        PlayOutcome::Interrupted => Err(CommandError::Interrupted.into()),
    }
}

/// Plays a lesson, and again after each save.
fn play_watched(session: &mut Session, asked: &LessonArgs, settings: &Settings) -> Result<()> {
    let folder = session.lessons_folder.clone();
    authors::repeat_for_author(session, folder.as_deref(), |session| {
        let library = authors::reload_library(folder.as_deref())?;
        let lesson = find_lesson(&library, &asked.number)?;
        require_trust(session, &library, &lesson)?;
        play_lesson(
            session,
            &library,
            &lesson,
            played_parts(asked, settings),
            settings,
        )
    })
}

/// Enter, or `next`.
pub fn handle_enter(session: &mut Session) -> Result<()> {
    if session.stepper.is_some() {
        return step::go_on(session);
    }
    if session.review.is_some() {
        return review::repeat_instructions(session);
    }
    if let Some(next) = session.resume.take().filter(|_| session.visit.is_none()) {
        return resume_lesson(session, &next);
    }
    let next = session
        .visit
        .as_ref()
        .and_then(LessonSession::lesson_to_begin);
    if let Some(next) = next.map(|next| next.number.to_string()) {
        return start_lesson(session, &LessonArgs::of(next), &session.settings.clone());
    }
    in_lesson(session, LessonSession::next)
}

/// `next`, which is an error outside of a lesson.
pub fn next_command(session: &mut Session) -> Result<()> {
    if session.review.is_none() {
        require_lesson(session)?;
    }
    session.stepper = None;
    handle_enter(session)
}

/// `back`.
pub fn go_back(session: &mut Session) -> Result<()> {
    require_lesson(session)?;
    in_lesson(session, LessonSession::go_back)
}

/// `goto STEP`.
pub fn go_to_step(session: &mut Session, step: &str) -> Result<()> {
    require_lesson(session)?;
    let number = step.parse().map_err(|_| {
        CommandError::usage(format!("`goto` takes the number of a step, not `{step}`"))
    })?;
    in_lesson(session, |visit, ports| visit.go_to_step(number, ports))
}

/// `skip`.
pub fn skip_question(session: &mut Session) -> Result<()> {
    if session.review.is_some() {
        review::postpone_review(session);
        return Ok(());
    }
    require_lesson(session)?;
    in_lesson(session, LessonSession::skip_question)
}

/// `hint`.
pub fn show_hint(session: &mut Session) -> Result<()> {
    if session.stepper.is_some() {
        return step::press_key(session, "e");
    }
    if session.review.is_some() {
        return review::show_hint(session);
    }
    if !is_asking(session) && exercise::show_hint(session)? {
        return Ok(());
    }
    require_lesson(session)?;
    in_lesson(session, |visit, ports| {
        visit.show_hint(ports)?;
        Ok(Pause::Question)
    })
}

/// Whether the current lesson waits for an answer: then a hint is for that, and not for the current exercise.
fn is_asking(session: &Session) -> bool {
    session.visit.as_ref().is_some_and(LessonSession::is_asking)
}

/// `solution`.
pub fn show_solution(session: &mut Session) -> Result<()> {
    if session.stepper.is_some() {
        return step::show_solution(session);
    }
    if session.review.is_some() {
        return review::show_solution(session);
    }
    if !is_asking(session) && exercise::show_solution(session)? {
        return Ok(());
    }
    require_lesson(session)?;
    in_lesson(session, LessonSession::show_solution)
}

/// Whether a line answers the open question.
pub fn is_answer(session: &Session, line: &str) -> bool {
    if step::is_key(session, line) {
        return true;
    }
    let word = line.trim();
    // With many lines to put in order, `back` could be an order too.
    let is_command = word.chars().count() > 1 && command_names().contains(&word);
    if !is_command && session.review.is_some() {
        return review::is_answer(session, line);
    }
    let visit = session.visit.as_ref();
    !is_command && visit.is_some_and(|visit| visit.is_answer(line))
}

/// Answers the open question.
pub fn answer_question(session: &mut Session, line: &str) -> Result<()> {
    if step::is_key(session, line) {
        return step::press_key(session, line);
    }
    if session.review.is_some() {
        return review::answer_review(session, line);
    }
    in_lesson(session, |visit, ports| visit.accept_answer(line, ports))
}

/// What to type as an answer, if a question is open and a line is neither an answer nor near a command.
pub fn explain_unclear_answer(session: &Session, line: &str) -> Option<String> {
    let word = line.split_whitespace().next()?;
    if prompt_line::is_near_command(word) || python_line::suggest_command(line).is_some() {
        return None;
    }
    let visit = session.visit.as_ref();
    review::answer_instructions(session)
        .or_else(|| visit.and_then(LessonSession::answer_instructions))
}

fn require_lesson(session: &Session) -> Result<(), CommandError> {
    match session.visit {
        Some(_) => Ok(()),
        None => Err(CommandError::usage(
            "no lesson has begun; `lessons` lists them",
        )),
    }
}

/// Calls `act` for the current lesson; outside of lessons, does nothing.
fn in_lesson(
    session: &mut Session,
    act: impl FnOnce(&mut LessonSession, &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError>,
) -> Result<()> {
    let Some(mut visit) = session.visit.take() else {
        return Ok(());
    };
    session.stepper = None;
    let settings = session.settings.clone();
    let stop = with_ports(session, &settings, true, |ports| act(&mut visit, ports));
    session.visit = Some(visit);
    flow_after_pause(session, stop)
}

/// The page and the runner of a lesson, while `act` runs.
fn with_ports<T>(
    session: &mut Session,
    settings: &Settings,
    shows_reports: bool,
    act: impl FnOnce(&mut LessonPorts<'_>) -> T,
) -> T {
    act(&mut LessonPorts {
        page: &mut LessonPage::new(
            &mut session.screen,
            settings,
            shows_reports,
            &mut session.progress_recorder,
            (&mut session.last, &mut session.claims),
        ),
        runner: &mut *session.runner,
        options: settings.run_options(),
        defaults: &settings.defaults,
        lesson_python: &settings.lesson_python,
    })
}

/// The session's page, while `draw` runs.
pub fn on_page(
    session: &mut Session,
    draw: impl FnOnce(&mut dyn LessonRenderer) -> io::Result<()>,
) -> Result<()> {
    let mut page = LessonPage::new(
        &mut session.screen,
        &session.settings,
        true,
        &mut session.progress_recorder,
        (&mut session.last, &mut session.claims),
    );
    draw(&mut page)?;
    Ok(page.flush_output()?)
}

fn flow_after_pause(session: &mut Session, stop: Result<Pause, LessonSessionError>) -> Result<()> {
    match stop {
        Ok(Pause::Interrupted) => {
            session
                .screen
                .write_message("Enter goes on with the lesson");
            Err(CommandError::Interrupted.into())
        }
        Ok(_) => Ok(()),
        Err(LessonSessionError::Page(error)) => Err(error.into()),
        Err(error) => Err(CommandError::usage(error.to_string()).into()),
    }
}
