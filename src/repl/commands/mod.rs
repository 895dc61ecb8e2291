//! The commands, a few in each file.

mod authors;
pub mod bench;
pub mod claims;
pub mod doctor;
pub mod exercise;
pub mod help_and_set;
pub mod lessons;
mod lint;
pub mod program;
pub mod progress;
mod python;
pub mod review;
pub mod runs;
pub mod step;
mod trust;
mod try_program;

use anyhow::Result;

use super::{
    language::{
        command_error::CommandError, prompt_line::PromptCommand, shared_command::SharedCommand,
    },
    output_file::write_output,
    session::{Session, SessionFlow},
    settings::Settings,
};

/// Executes a command of the prompt.
pub fn run_prompt_command(
    session: &mut Session,
    command: PromptCommand,
    settings: &Settings,
) -> Result<SessionFlow> {
    let is_for_bench = bench::is_for_bench(&command);
    if is_for_bench {
        bench::begin_lesson_task(session);
    }
    match command {
        PromptCommand::Quit => return bench::leave_session(session),
        PromptCommand::Next => lessons::next_command(session),
        PromptCommand::Back => lessons::go_back(session),
        PromptCommand::Goto { step } => lessons::go_to_step(session, &step),
        PromptCommand::Skip => lessons::skip_question(session),
        PromptCommand::Hint => lessons::show_hint(session),
        PromptCommand::Solution => lessons::show_solution(session),
        PromptCommand::Review => review::review_command(session),
        PromptCommand::Shared(command) => run_shared_command(session, command, settings),
        PromptCommand::Again => runs::run_again(session, settings),
        PromptCommand::Last { output } => write_output(session, &output, |session| {
            runs::show_last(session, settings)
        }),
        PromptCommand::More { part } => runs::show_more(session, part.as_deref(), settings),
        PromptCommand::Picture { number } => runs::show_picture(session, number, settings),
        PromptCommand::Save { file, force } => runs::save_last(session, &file, force),
        PromptCommand::Set { name, value } => {
            help_and_set::set_setting(session, name, value, settings)
        }
        PromptCommand::Spawn(asked) => bench::spawn_workers(session, &asked),
        PromptCommand::Ps => bench::list_workers(session, settings),
        PromptCommand::Top => bench::show_top(session, settings),
        PromptCommand::Stop { worker } => bench::stop_worker(session, &worker),
        PromptCommand::Cont { worker } => bench::continue_worker(session, &worker),
        PromptCommand::Kill(asked) => bench::kill_worker(session, &asked),
        PromptCommand::Crash(asked) => bench::crash_worker(session, &asked),
        PromptCommand::Send(asked) => bench::send_text(session, &asked),
        PromptCommand::Join(asked) => bench::join_workers(session, &asked, settings),
        PromptCommand::Clear { bench: Some(_) } => bench::clear_bench(session),
        PromptCommand::Clear { bench: None } => help_and_set::clear(session),
        PromptCommand::Help { command } => {
            help_and_set::show_help(session, command.as_deref(), settings)
        }
    }?;
    if is_for_bench {
        bench::check_lesson_task(session)?;
    }
    Ok(SessionFlow::Continue)
}

/// Whether a command shows a run, so that formats made of pictures have something to draw.
fn draws_runs(command: &SharedCommand) -> bool {
    matches!(
        command,
        SharedCommand::Run(_)
            | SharedCommand::Compare(_)
            | SharedCommand::Try(_)
            | SharedCommand::Replay { .. }
    )
}

/// Executes a command that the command line has too.
pub fn run_shared_command(
    session: &mut Session,
    command: SharedCommand,
    settings: &Settings,
) -> Result<()> {
    if !draws_runs(&command) {
        let format = settings.format.require_tables();
        format.map_err(|error| CommandError::usage(error.to_string()))?;
    }
    match command {
        SharedCommand::Lesson(asked) => lessons::start_lesson(session, &asked, settings),
        SharedCommand::Lessons => lessons::list_lessons(session, settings),
        SharedCommand::Progress { lesson } => {
            progress::show_progress(session, lesson.as_deref(), settings)
        }
        SharedCommand::Forget(asked) => progress::forget_lesson(session, &asked),
        SharedCommand::Reset { yes } => progress::reset_progress(session, yes),
        SharedCommand::Run(asked) => runs::run_demo(session, &asked.demo, &asked.flags, settings),
        SharedCommand::Program(asked) => program::program_command(session, &asked, settings),
        SharedCommand::Exercises => exercise::list_exercises(session, settings),
        SharedCommand::Exercise(asked) => {
            exercise::open_exercise(session, &asked, &asked.python.apply_to(settings))
        }
        SharedCommand::Check(asked) => exercise::check_command(session, &asked, settings),
        SharedCommand::Step(asked) => step::step_command(session, &asked, settings),
        SharedCommand::Try(asked) => try_program::try_program(session, &asked, settings),
        SharedCommand::Demos => runs::list_demos(session, settings),
        SharedCommand::Compare(asked) => runs::run_demo(session, "compare", &asked.flags, settings),
        SharedCommand::Claims(asked) => claims::check_claims(session, &asked, settings),
        SharedCommand::Replay { file, output } => write_output(session, &output, |session| {
            runs::replay_recording(session, &file, settings)
        }),
        SharedCommand::Lint(asked) => {
            lint::lint_command(session, &asked, &asked.python.apply_to(settings))
        }
        SharedCommand::New(asked) => authors::new_lesson(session, &asked.dir),
        SharedCommand::Directives => authors::show_directives(session, settings),
        SharedCommand::Doctor(asked) => doctor::show_doctor(session, &asked.apply_to(settings)),
        SharedCommand::Pythons(asked) => python::list_pythons(session, &asked.apply_to(settings)),
    }
}
