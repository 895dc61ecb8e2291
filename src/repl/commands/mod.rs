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
    language::{line::PromptCommand, shared::Shared},
    session::{Flow, Session},
    settings::Settings,
};

/// Does a command of the prompt.
pub fn obey(session: &mut Session, command: PromptCommand, settings: &Settings) -> Result<Flow> {
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
        PromptCommand::Quit => Ok(Flow::Quit),
    }
}

/// Does a command that the command line has too.
pub fn obey_shared(session: &mut Session, command: Shared, settings: &Settings) -> Result<Flow> {
    match command {
        Shared::Lesson(asked) => lessons::lesson(session, &asked, settings),
        Shared::Lessons => lessons::list(session, settings),
        Shared::Progress => progress::show(session, settings),
        Shared::Forget(asked) => progress::forget(session, &asked),
        Shared::Reset { yes } => progress::reset(session, yes),
        Shared::Run(asked) => runs::run(session, &asked.demo, &asked.flags, settings),
        Shared::Exercises => exercise::list(session, settings),
        Shared::Exercise(asked) => exercise::open(session, &asked, &asked.python.on(settings)),
        Shared::Check(asked) => exercise::check(session, &asked, settings),
        Shared::Try(asked) => watch::watch(session, &asked, settings),
        Shared::Demos => runs::list(session, settings),
        Shared::Compare(asked) => runs::run(session, "compare", &asked.flags, settings),
        Shared::Claims(asked) => claims::claims(session, &asked, settings),
        Shared::Replay { file } => runs::replay(session, &file, settings),
        Shared::Lint(asked) => lint::lint(session, &asked, &asked.python.on(settings)),
        Shared::New(asked) => authors::new_lesson(session, &asked.dir),
        Shared::Directives => authors::directives(session, settings),
        Shared::Doctor(asked) => doctor::doctor(session, &asked.on(settings)),
        Shared::Pythons(asked) => python::list(session, &asked.on(settings)),
    }
}
