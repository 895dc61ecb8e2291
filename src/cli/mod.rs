//! The command line: what may be typed, and the way from there to a session.

mod args;
mod config;
mod docs;
mod setup;

use std::{env, ffi::OsString, io, process::ExitCode};

use anyhow::Result;
use clap::{ColorChoice, CommandFactory, FromArgMatches};

use crate::{
    lesson::Library,
    render,
    repl::{
        self,
        language::{
            failure::{self, Failure},
            help,
            shared::Shared,
            usage,
        },
        session::Session,
    },
    signals::Signals,
    terminal,
};
use args::{Cli, Command};
use setup::Setup;

/// Does what the command line asks for, and says how it went: 0 all well, 1 a check or a demo failed, 2 not
/// understood, 3 a Python that is needed is missing, 130 interrupted.
pub fn main() -> ExitCode {
    terminal::remember();
    terminal::restore_before_panics();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let is_shown = error
                .downcast_ref::<Failure>()
                .is_some_and(Failure::is_shown);
            if !is_shown && !failure::reader_is_gone(&error) {
                let style = setup::first_looks().messages;
                // Nobody is left to tell if this fails.
                let _ = render::error(error.as_ref(), None, &style, &mut io::stderr());
            }
            failure::exit_code(&error)
        }
    }
}

fn run() -> Result<()> {
    let Some(cli) = parse()? else {
        return Ok(());
    };
    match cli.command {
        Some(Command::Completions { shell }) => Ok(docs::completions(shell, &mut io::stdout())?),
        Some(Command::Man) => Ok(docs::manual(&mut io::stdout())?),
        Some(Command::Shared(command)) => obey(&Setup::new(cli.globals, cli.options), command),
        None => open_prompt(&Setup::new(cli.globals, cli.options)),
    }
}

/// What the command line says; `None` where it only asked for help, which is shown by now.
fn parse() -> Result<Option<Cli>> {
    let color = if setup::first_looks().out.color {
        ColorChoice::Always
    } else {
        ColorChoice::Never
    };
    let arguments: Vec<OsString> = env::args_os().collect();
    let demo = help::demo_in(arguments.iter().filter_map(|argument| argument.to_str()));
    let command = help::laid_out(Cli::command(), demo).color(color);
    let names: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let matches = command.try_get_matches_from(arguments);
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => Ok(Some(cli)),
        Err(error) if !error.use_stderr() => {
            error.print()?;
            Ok(None)
        }
        Err(error) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Err(Failure::usage(usage::explain(&error, &names)).into())
        }
    }
}

/// One command, and done. Only a lesson on a terminal goes on at the prompt.
fn obey(setup: &Setup, command: Shared) -> Result<()> {
    let signals = Signals::take()?;
    let library = setup.library(&command)?;
    let stays = match &command {
        Shared::Lesson(lesson) => !lesson.play && setup.may_ask(),
        _ => false,
    };
    let begin = |session: &mut Session| {
        session.steps = stays;
        session.run(command, &setup.options).map(|_| ())
    };
    converse(setup, library, &signals, begin, stays)
}

/// Begins a session with something, and goes on at the prompt if it `stays`. Lessons that their author saves
/// meanwhile take the place of the old ones; a session borrows them, so it is left for a moment and begun again.
fn converse(
    setup: &Setup,
    mut library: Library,
    signals: &Signals,
    begin: impl FnOnce(&mut Session) -> Result<()>,
    stays: bool,
) -> Result<()> {
    let mut begin = Some(begin);
    let mut kept = None;
    loop {
        let mut session = match kept.take() {
            Some(kept) => Session::again(&library, kept),
            None => setup.session(&library, signals),
        };
        if let Some(begin) = begin.take() {
            begin(&mut session)?;
        }
        if !stays {
            return Ok(());
        }
        match repl::converse(&mut session, signals)? {
            repl::End::Left => return Ok(()),
            repl::End::Saved(fresh) => {
                kept = Some(session.keep());
                library = *fresh;
            }
        }
    }
}

fn open_prompt(setup: &Setup) -> Result<()> {
    if setup.globals.no_input {
        let message =
            "a command is missing, and `--no-input` opens no prompt; `lessons` is a start";
        return Err(Failure::usage(message).into());
    }
    let signals = Signals::take()?;
    let library = setup.every_lesson()?;
    converse(setup, library, &signals, |_| Ok(()), true)
}
