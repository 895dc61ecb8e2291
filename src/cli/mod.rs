//! The command line: what may be typed, and the way from there to a session.

mod args;
mod config;
mod docs;
mod setup;

use std::{env, ffi::OsString, io, process::ExitCode};

use anyhow::Result;
use clap::{ColorChoice, CommandFactory, FromArgMatches};

use crate::{
    catalog,
    lesson::Library,
    mp, python, render,
    repl::{
        self,
        language::{
            command_error::{self, CommandError},
            help,
            prompt_line::command_names,
            shared_command::SharedCommand,
            usage_errors::{self, TypedCommand},
        },
        pager::UserPager,
        screen::Screen,
        session::Session,
    },
    signals::Signals,
    terminal,
};
use args::{Cli, CliCommand};
use setup::ProgramSetup;

/// Does what the command line asks for, and says how it went: 0 all well, 1 a check or a demo failed, 2 not
/// understood, 3 a Python that is needed is missing, 130 interrupted.
pub fn main() -> ExitCode {
    terminal::remember_modes();
    terminal::restore_before_panics();
    let ended = run_command_line();
    // A thread that still asks a Python what it is has one.
    mp::remove_folders();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let is_shown = error
                .downcast_ref::<CommandError>()
                .is_some_and(CommandError::is_shown);
            if !is_shown && !command_error::reader_is_gone(&error) {
                let style = setup::first_looks().messages;
                // A failure of this cannot be reported anywhere.
                let _ = render::write_error(error.as_ref(), None, &style, &mut io::stderr());
            }
            command_error::exit_code(&error)
        }
    }
}

fn run_command_line() -> Result<()> {
    let Some(cli) = parse_arguments(env::args_os().collect())? else {
        return Ok(());
    };
    match cli.command {
        Some(CliCommand::Completions { shell }) => {
            Ok(docs::write_completions(shell, &mut io::stdout())?)
        }
        Some(CliCommand::Help { command }) => parse_arguments(asking_for_help(command)).map(|_| ()),
        Some(CliCommand::Man) => Ok(docs::write_manual(&mut io::stdout())?),
        Some(CliCommand::Shared(command)) => {
            run_once(&ProgramSetup::new(cli.globals, cli.options), command)
        }
        None => open_prompt(&ProgramSetup::new(cli.globals, cli.options)),
    }
}

/// `run race --help`, for `help run race` or `help race`.
fn asking_for_help(command: Vec<String>) -> Vec<OsString> {
    let mut words = vec!["forklore".to_owned()];
    let is_demo =
        |word: &str| catalog::find_demo(word).is_some() && !command_names().contains(&word);
    if command.first().is_some_and(|word| is_demo(word)) {
        words.push("run".to_owned());
    }
    words.extend(command);
    words.push("--help".to_owned());
    words.into_iter().map(OsString::from).collect()
}

/// What the command line says; `None` where it only asked for help, which is shown by now.
fn parse_arguments(arguments: Vec<OsString>) -> Result<Option<Cli>> {
    let color = if setup::first_looks().out.color {
        ColorChoice::Always
    } else {
        ColorChoice::Never
    };
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let demo = help::demo_in(words.iter().copied());
    let command = help::lay_out_help(Cli::command(), demo).color(color);
    let names: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let matches = command.try_get_matches_from(&arguments);
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => Ok(Some(cli)),
        Err(error) if !error.use_stderr() => {
            print_help(&error, &words)?;
            Ok(None)
        }
        Err(error) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let typed = TypedCommand {
                words: &words,
                commands: &names,
                before: "forklore ",
            };
            Err(CommandError::usage(usage_errors::explain_error(&error, &typed)).into())
        }
    }
}

/// Prints help, by the pager if it is longer than the screen.
fn print_help(error: &clap::Error, words: &[&str]) -> io::Result<()> {
    let looks = setup::first_looks();
    let mut screen = Screen::from_standard_streams(looks);
    screen.pager = UserPager::from_environment(None)
        .filter(|_| !words.contains(&"--no-pager") && !words.contains(&"--no-input"));
    let text = error.render();
    let text = if looks.out.color {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    screen.write_or_page(text.as_bytes())
}

/// One command, and done. Only a lesson on a terminal, or a schedule by hand, goes on at the prompt.
fn run_once(setup: &ProgramSetup, command: SharedCommand) -> Result<()> {
    let signals = Signals::install_handlers()?;
    python::remove_stale_folders();
    let library = setup.load_library(&command)?;
    let stays = match &command {
        SharedCommand::Lesson(lesson) => !lesson.is_played() && setup.may_ask(),
        // Its keys are lines, which a pipe has too.
        SharedCommand::Step(step) => step.is_interactive() && !setup.globals.no_input,
        _ => false,
    };
    let begin = |session: &mut Session| {
        session.steps = stays;
        session.run_command(command, &setup.options)
    };
    run_session(setup, library, &signals, begin, stays)
}

/// Begins a session with something, and goes on at the prompt if it `stays`.
fn run_session(
    setup: &ProgramSetup,
    library: Library,
    signals: &Signals,
    begin: impl FnOnce(&mut Session) -> Result<()>,
    stays: bool,
) -> Result<()> {
    if stays {
        signals.discard_input_of_runs();
    }
    let mut session = setup.build_session(library, signals);
    session.screen.has_prompt = stays;
    begin(&mut session)?;
    if stays {
        repl::run_prompt(&mut session, signals)?;
    }
    Ok(())
}

fn open_prompt(setup: &ProgramSetup) -> Result<()> {
    if setup.globals.no_input {
        let message =
            "a command is missing, and `--no-input` opens no prompt; `lessons` is a start";
        return Err(CommandError::usage(message).into());
    }
    let signals = Signals::install_handlers()?;
    python::remove_stale_folders();
    let library = setup.every_lesson()?;
    run_session(setup, library, &signals, |_| Ok(()), true)
}
