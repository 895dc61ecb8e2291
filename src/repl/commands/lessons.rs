//! Lessons: `lessons`, `lesson N`, and a learner's steps in one.

use std::io;

use anyhow::Result;

use super::{authors, exercise, progress, review};
use crate::{
    lesson::{Lesson, LessonNotFound, Library},
    record::Value,
    repl::{
        language::{failure::CommandError, line::command_names, shared::LessonArgs},
        page::{LessonLab, LessonPage},
        reload::{LessonWatcher, ReloadPlace},
        session::{Session, SessionFlow},
        settings::Settings,
    },
    report::Table,
    tutor::{
        self, LessonOptions, LessonPorts, LessonRenderer, LessonSession, LessonSessionError, Pause,
        PlayOutcome, progress::NextStep,
    },
};

/// `lessons`.
pub fn list(session: &mut Session, settings: &Settings) -> Result<SessionFlow> {
    let mut table = Table::new(
        "Lessons",
        &["lesson", "title", "minutes", "what it answers"],
    );
    for lesson in session.library.lessons() {
        table.row([
            Value::count(lesson.number as usize),
            Value::text(&lesson.title),
            Value::count(lesson.minutes as usize),
            Value::text(&lesson.summary),
        ]);
    }
    let Some(first) = session.library.lessons().first() else {
        tell_skipped(session);
        return Err(CommandError::failed("no lesson can be played").into());
    };
    table.note(format!("`lesson {}` begins the first.", first.number));
    tell_skipped(session);
    session.screen.tables(&[table], settings.format)?;
    Ok(SessionFlow::Continue)
}

/// Says which lessons are missing, and why.
pub fn tell_skipped(session: &mut Session) {
    let errors: Vec<String> = session.library.errors().map(ToString::to_string).collect();
    for error in &errors {
        session.screen.tell(error);
    }
    if !errors.is_empty() {
        session
            .screen
            .tell("a lesson with an error is left out; `lint` shows all problems");
    }
}

/// `lesson N`.
pub fn lesson(
    session: &mut Session,
    asked: &LessonArgs,
    settings: &Settings,
) -> Result<SessionFlow> {
    let lesson = found(session.library, &asked.number)?;
    let settings = &Settings {
        notes: settings.notes || asked.notes,
        ..asked.python.on(settings)
    };
    if asked.play || !session.steps {
        return if asked.watch {
            play_watched(session, &asked.number, settings)
        } else {
            play(session, lesson, settings)
        };
    }
    let options = options(session, settings, asked.no_gate);
    session.saves = None;
    if asked.watch {
        let folder = session.lessons_folder.as_deref();
        let saves = LessonWatcher::of(folder, lesson.number, &mut session.screen)?;
        session.saves = Some(saves);
    }
    let mut visit = LessonSession::new(session.library, lesson, options)?;
    (session.review, session.resume) = (None, None);
    progress::tell_place(session, lesson);
    let stop = on_stage(session, settings, |stage| visit.open(stage));
    session.visit = Some(visit);
    after(session, stop)
}

/// Goes on in a lesson at this step.
fn resume(session: &mut Session, next: &NextStep) -> Result<SessionFlow> {
    let lesson = found(session.library, &next.lesson.to_string())?;
    let settings = session.settings.clone();
    let options = options(session, &settings, false);
    let mut visit = LessonSession::new(session.library, lesson, options)?;
    let stop = on_stage(session, &settings, |stage| match next.step {
        1 => visit.open(stage),
        step => visit.goto(step, stage),
    });
    session.visit = Some(visit);
    after(session, stop)
}

/// Goes on in a lesson that was read again, at the step where the learner was, or the last there is.
pub fn go_on_again(session: &mut Session, place: &ReloadPlace) -> Result<SessionFlow> {
    let lesson = found(session.library, &place.lesson.to_string())?;
    let settings = session.settings.clone();
    let mut visit = LessonSession::new(session.library, lesson, place.options)?;
    let step = place.step.min(lesson.steps.len());
    let stop = on_stage(session, &settings, |stage| visit.goto(step, stage));
    session.visit = Some(visit);
    after(session, stop)
}

fn options(session: &Session, settings: &Settings, no_gate: bool) -> LessonOptions {
    LessonOptions {
        notes: settings.notes,
        gate: settings.gate && !no_gate,
        numbered: session.screen.style.accessible,
    }
}

/// The lesson of that number or short name.
pub fn found<'l>(library: &'l Library, number: &str) -> Result<&'l Lesson, CommandError> {
    library.find(number).map_err(|error| match error {
        LessonNotFound::Unknown { .. } => CommandError::usage(error.to_string()),
        LessonNotFound::Broken { .. } => CommandError::failed(error.to_string()),
    })
}

fn play<'l>(
    session: &mut Session<'l>,
    lesson: &'l Lesson,
    settings: &Settings,
) -> Result<SessionFlow> {
    let library = session.library;
    played(on_stage(session, settings, |stage| {
        tutor::play(library, lesson, settings.notes, stage)
    })?)
}

fn played(played: PlayOutcome) -> Result<SessionFlow> {
    match played {
        PlayOutcome::Complete => Ok(SessionFlow::Continue),
        PlayOutcome::Failed(_) => Err(CommandError::Shown.into()),
        PlayOutcome::Interrupted => Err(CommandError::Interrupted.into()),
    }
}

/// Plays a lesson, and again whenever it is saved.
fn play_watched(session: &mut Session, number: &str, settings: &Settings) -> Result<SessionFlow> {
    let folder = session.lessons_folder.clone();
    authors::at_every_save(session, folder.as_deref(), |session| {
        let library = authors::read_again(folder.as_deref())?;
        let lesson = found(&library, number)?;
        played(on_stage(session, settings, |stage| {
            tutor::play(&library, lesson, settings.notes, stage)
        })?)
    })
}

/// Enter, or `next`.
pub fn enter(session: &mut Session) -> Result<SessionFlow> {
    if session.review.is_some() {
        return Ok(review::put_off(session));
    }
    if let Some(next) = session.resume.take().filter(|_| session.visit.is_none()) {
        return resume(session, &next);
    }
    in_lesson(session, LessonSession::next)
}

/// `next`, which outside of a lesson is a mistake.
pub fn next(session: &mut Session) -> Result<SessionFlow> {
    if session.review.is_none() {
        begun(session)?;
    }
    enter(session)
}

/// `back`.
pub fn back(session: &mut Session) -> Result<SessionFlow> {
    begun(session)?;
    in_lesson(session, LessonSession::back)
}

/// `goto STEP`.
pub fn goto(session: &mut Session, step: &str) -> Result<SessionFlow> {
    begun(session)?;
    let number = step.parse().map_err(|_| {
        CommandError::usage(format!("`goto` takes the number of a step, not `{step}`"))
    })?;
    in_lesson(session, |visit, stage| visit.goto(number, stage))
}

/// `skip`.
pub fn skip(session: &mut Session) -> Result<SessionFlow> {
    if session.review.is_some() {
        return Ok(review::put_off(session));
    }
    begun(session)?;
    in_lesson(session, LessonSession::skip)
}

/// `hint`.
pub fn hint(session: &mut Session) -> Result<SessionFlow> {
    if session.review.is_some() {
        return review::hint(session);
    }
    if !is_asking(session) && exercise::hint(session)? {
        return Ok(SessionFlow::Continue);
    }
    begun(session)?;
    in_lesson(session, |visit, stage| {
        visit.hint(stage)?;
        Ok(Pause::Question)
    })
}

/// Whether the lesson at hand waits for an answer: then a hint is about that, and not about the exercise at hand.
fn is_asking(session: &Session) -> bool {
    session.visit.as_ref().is_some_and(LessonSession::is_asking)
}

/// `solution`.
pub fn solution(session: &mut Session) -> Result<SessionFlow> {
    if session.review.is_some() {
        return review::solution(session);
    }
    if !is_asking(session) && exercise::solution(session)? {
        return Ok(SessionFlow::Continue);
    }
    begun(session)?;
    in_lesson(session, LessonSession::solution)
}

/// Whether a line answers the question that is open.
pub fn is_answer(session: &Session, line: &str) -> bool {
    let word = line.trim();
    // With many lines to put in order, `back` could be an order too.
    let is_command = word.chars().count() > 1 && command_names().contains(&word);
    if !is_command && session.review.is_some() {
        return review::is_answer(session, line);
    }
    let visit = session.visit.as_ref();
    !is_command && visit.is_some_and(|visit| visit.is_answer(line))
}

/// An answer to the question that is open.
pub fn answer(session: &mut Session, line: &str) -> Result<SessionFlow> {
    if session.review.is_some() {
        return review::answer(session, line);
    }
    in_lesson(session, |visit, stage| visit.answer(line, stage))
}

fn begun(session: &Session) -> Result<(), CommandError> {
    match session.visit {
        Some(_) => Ok(()),
        None => Err(CommandError::usage(
            "no lesson has begun; `lessons` lists them",
        )),
    }
}

/// Does something in the lesson at hand; outside of lessons, nothing.
fn in_lesson<'l>(
    session: &mut Session<'l>,
    act: impl FnOnce(
        &mut LessonSession<'l>,
        &mut LessonPorts<'_>,
    ) -> Result<Pause<'l>, LessonSessionError>,
) -> Result<SessionFlow> {
    let Some(mut visit) = session.visit.take() else {
        return Ok(SessionFlow::Continue);
    };
    let settings = session.settings.clone();
    let stop = on_stage(session, &settings, |stage| act(&mut visit, stage));
    session.visit = Some(visit);
    after(session, stop)
}

/// What a lesson is drawn on and measured with, for as long as `act` takes.
fn on_stage<T>(
    session: &mut Session,
    settings: &Settings,
    act: impl FnOnce(&mut LessonPorts<'_>) -> T,
) -> T {
    act(&mut LessonPorts {
        page: &mut LessonPage {
            screen: &mut session.screen,
            format: settings.format,
            diary: &mut session.diary,
        },
        launcher: &mut LessonLab {
            lab: &mut *session.lab,
            settings,
            last: &mut session.last,
        },
    })
}

/// The session's page, for as long as `draw` takes.
pub fn on_page(
    session: &mut Session,
    draw: impl FnOnce(&mut dyn LessonRenderer) -> io::Result<()>,
) -> Result<()> {
    let mut page = LessonPage {
        screen: &mut session.screen,
        format: session.settings.format,
        diary: &mut session.diary,
    };
    draw(&mut page)?;
    Ok(page.flush()?)
}

fn after(
    session: &mut Session,
    stop: Result<Pause<'_>, LessonSessionError>,
) -> Result<SessionFlow> {
    match stop {
        Ok(Pause::Interrupted) => {
            session.screen.tell("Enter goes on with the lesson");
            Err(CommandError::Interrupted.into())
        }
        Ok(_) => Ok(SessionFlow::Continue),
        Err(LessonSessionError::Page(error)) => Err(error.into()),
        Err(error) => Err(CommandError::usage(error.to_string()).into()),
    }
}
