//! What each command does, a few to a file.

pub mod about;
mod authors;
pub mod claims;
pub mod doctor;
pub mod exercise;
pub mod lessons;
mod lint;
pub mod progress;
mod python;
pub mod review;
pub mod runs;
mod watch;

use anyhow::Result;

use super::{
    language::{line::PromptCommand, shared::SharedCommand},
    session::{Session, SessionFlow},
    settings::Settings,
};

/// Does a command of the prompt.
pub fn obey(
    session: &mut Session,
    command: PromptCommand,
    settings: &Settings,
) -> Result<SessionFlow> {
    match command {
        PromptCommand::Next => lessons::next(session),
        PromptCommand::Back => lessons::back(session),
        PromptCommand::Goto { step } => lessons::goto(session, &step),
        PromptCommand::Skip => lessons::skip(session),
        PromptCommand::Hint => lessons::hint(session),
        PromptCommand::Solution => lessons::solution(session),
        PromptCommand::Review => review::review(session),
        PromptCommand::Shared(command) => obey_shared(session, command, settings),
        PromptCommand::Last => runs::last(session, settings),
        PromptCommand::Save { file, force } => runs::save(session, &file, force),
        PromptCommand::Set { name, value } => about::set(session, name, value, settings),
        PromptCommand::Clear => about::clear(session),
        PromptCommand::Help { command } => about::help(session, command.as_deref(), settings),
        PromptCommand::Quit => Ok(SessionFlow::Quit),
    }
}

/// Does a command that the command line has too.
pub fn obey_shared(
    session: &mut Session,
    command: SharedCommand,
    settings: &Settings,
) -> Result<SessionFlow> {
    match command {
        SharedCommand::Lesson(asked) => lessons::lesson(session, &asked, settings),
        SharedCommand::Lessons => lessons::list(session, settings),
        SharedCommand::Progress => progress::show(session, settings),
        SharedCommand::Forget(asked) => progress::forget(session, &asked),
        SharedCommand::Reset { yes } => progress::reset(session, yes),
        SharedCommand::Run(asked) => runs::run(session, &asked.demo, &asked.flags, settings),
        SharedCommand::Exercises => exercise::list(session, settings),
        SharedCommand::Exercise(asked) => {
            exercise::open(session, &asked, &asked.python.on(settings))
        }
        SharedCommand::Check(asked) => exercise::check(session, &asked, settings),
        SharedCommand::Try(asked) => watch::watch(session, &asked, settings),
        SharedCommand::Demos => runs::list(session, settings),
        SharedCommand::Compare(asked) => runs::run(session, "compare", &asked.flags, settings),
        SharedCommand::Claims(asked) => claims::claims(session, &asked, settings),
        SharedCommand::Replay { file } => runs::replay(session, &file, settings),
        SharedCommand::Lint(asked) => lint::lint(session, &asked, &asked.python.on(settings)),
        SharedCommand::New(asked) => authors::new_lesson(session, &asked.dir),
        SharedCommand::Directives => authors::directives(session, settings),
        SharedCommand::Doctor(asked) => doctor::doctor(session, &asked.on(settings)),
        SharedCommand::Pythons(asked) => python::list(session, &asked.on(settings)),
    }
}
