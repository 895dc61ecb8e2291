//! The commands, a few in each file, and the list of the prompt's: their names, their arguments, their groups in `help` and
//! their functions.

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

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

use super::{
    language::{
        bench_args::{CrashArgs, JoinArgs, KillArgs, SendArgs, SpawnArgs},
        command_error::CommandError,
        help,
        run_args::OutputArgs,
        shared_command::SharedCommand,
    },
    output_file::write_output,
    session::{Session, SessionFlow},
    settings::Settings,
};

/// The commands of the prompt, in the order in which `help` lists them.
#[derive(Debug, Clone, Subcommand)]
pub enum PromptCommand {
    /// Go on to the next step of the lesson (Enter does the same).
    Next,
    /// Go back to the step before.
    Back,
    /// Go to a step of the lesson.
    Goto {
        /// Its number.
        #[arg(value_name = "STEP")]
        step: String,
    },
    /// Leave a question unanswered, or a guess unmade, and go on.
    Skip,
    /// Show the next hint to the question or the exercise at hand.
    Hint,
    /// Show the answer to the question at hand.
    Solution,
    /// Ask a question of an earlier lesson again.
    Review,
    #[command(flatten)]
    Shared(SharedCommand),
    /// Run the last demo or program once more, with the same settings.
    Again,
    /// Show the last result again, perhaps in another format.
    Last {
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show more of the last result: all of it, or one part (workers, claims, notes, machine …).
    More {
        /// The part; the line under a result names them.
        #[arg(value_name = "PART")]
        part: Option<String>,
    },
    /// Draw the last result: bars, timelines of its workers.
    Picture {
        /// Which picture; the line under one names the others.
        #[arg(value_name = "N", default_value_t = 1)]
        number: usize,
    },
    /// Save the last recording, for `replay`.
    Save {
        /// The file to write.
        #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        file: PathBuf,
        /// Replace a recording that is there already.
        #[arg(long)]
        force: bool,
    },
    /// Start processes or threads that work until you end them.
    #[command(before_help = help::SPAWN, after_help = help::SPAWN_NEXT)]
    Spawn(SpawnArgs),
    /// List the workers: what each is, its state, core and memory, and what it has done.
    Ps,
    /// Show the same live, with a bar for each core, until a key is pressed.
    Top,
    /// Stop a worker's process (SIGSTOP), until `cont`.
    Stop {
        /// The worker; `all` for every one.
        #[arg(value_name = "NAME")]
        worker: String,
    },
    /// Let a stopped process go on (SIGCONT).
    Cont {
        /// The worker; `all` for every one.
        #[arg(value_name = "NAME")]
        worker: String,
    },
    /// Send a worker's process a signal: TERM, or the one that is named.
    Kill(KillArgs),
    /// Let a worker crash: an error, a panic, an abort or a segmentation fault.
    Crash(CrashArgs),
    /// Send a worker a message, which it prints; `end` asks it to return from its function.
    Send(SendArgs),
    /// Wait until a worker has ended, say how, and remove its row (`--timeout S` gives up).
    Join(JoinArgs),
    /// Set what holds for every run of this session; alone, it lists.
    Set {
        /// What to set.
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Its value; `default` takes it back.
        #[arg(value_name = "VALUE")]
        value: Option<String>,
    },
    /// Clear the screen (Ctrl-L does the same); `clear bench` ends all workers at once.
    Clear {
        /// The word `bench`.
        #[arg(value_name = "bench", value_parser = ["bench"], hide_possible_values = true)]
        bench: Option<String>,
    },
    /// Explain the commands, or one of them.
    Help {
        /// The command.
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
    /// Leave Forklore (Ctrl-D on an empty line does the same).
    #[command(alias = "exit")]
    Quit,
}

/// Commands that belong together.
pub struct CommandGroup {
    /// The heading.
    pub title: &'static str,
    /// What is typed, and what it does.
    pub entries: &'static [(&'static str, &'static str)],
}

/// All groups, in the order of `help`.
pub static COMMAND_GROUPS: &[CommandGroup] = &[
    CommandGroup {
        title: "Learn",
        entries: &[
            ("lessons, lesson N", "list the lessons, take one"),
            (
                "next, back, goto STEP",
                "move between its steps; Enter is `next`",
            ),
            (
                "hint, solution, skip",
                "help with the open question, or leave it",
            ),
            (
                "review, progress",
                "an earlier question again; how far you are",
            ),
        ],
    },
    CommandGroup {
        title: "Experiment",
        entries: &[
            ("demos, run DEMO", "list the demos, run and measure one"),
            ("step [TASK]", "choose in a model which worker runs next"),
            (
                "compare, claims",
                "threads beside processes; every claim tested",
            ),
            (
                "again, last, more, picture",
                "run once more; the last result, whole or drawn",
            ),
            (
                "save FILE, replay FILE",
                "keep the last result, show it later",
            ),
            (
                "spawn, join, ps, top",
                "start processes or threads by hand, watch them",
            ),
            (
                "kill, crash, stop, cont, send",
                "signals, crashes and messages for one of them",
            ),
        ],
    },
    CommandGroup {
        title: "Your own code",
        entries: &[
            ("try FILE", "run a program, watch its processes and threads"),
            ("program [NAME]", "copy a lesson's program into your folder"),
            (
                "exercises, exercise N, check",
                "list exercises, begin one, test your solution",
            ),
        ],
    },
    CommandGroup {
        title: "This session",
        entries: &[
            (
                "set, doctor, pythons",
                "show or change settings; what this machine has",
            ),
            ("forget lesson N, reset", "delete progress (asks first)"),
            ("new, lint, directives", "write lessons of your own"),
            (
                "help COMMAND, clear, quit",
                "Tab completes, Ctrl-C stops a demo",
            ),
        ],
    },
];

/// The group of a command.
pub fn group_of(command: &str) -> Option<&'static CommandGroup> {
    COMMAND_GROUPS
        .iter()
        .find(|group| commands_in(group).any(|name| name == command))
}

/// The names of a group's commands, without their arguments.
fn commands_in(group: &CommandGroup) -> impl Iterator<Item = &'static str> {
    let entries = group.entries.iter();
    entries.flat_map(|(usage, _)| {
        usage
            .split(", ")
            .filter_map(|usage| usage.split(' ').next())
    })
}

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
        SharedCommand::Replay {
            file,
            builtin,
            output,
        } => write_output(session, &output, |session| {
            match (file, builtin.flatten()) {
                (Some(file), _) => runs::replay_recording(session, &file, settings),
                (None, Some(recording)) => runs::replay_builtin(session, recording, settings),
                (None, None) => runs::list_builtin(session, settings),
            }
        }),
        SharedCommand::Lint(asked) => {
            lint::lint_command(session, &asked, &asked.python.apply_to(settings))
        }
        SharedCommand::New(asked) => authors::new_lesson(session, &asked.dir),
        SharedCommand::Directives { measures } => match measures {
            Some(demo) => authors::show_measures(session, &demo, settings),
            None => authors::show_directives(session, settings),
        },
        SharedCommand::Doctor(asked) => doctor::show_doctor(session, &asked.apply_to(settings)),
        SharedCommand::Pythons(asked) => python::list_pythons(session, &asked.apply_to(settings)),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::repl::language::prompt_line::PromptLine;

    #[test]
    fn every_command_is_in_one_group() {
        let grammar = PromptLine::command();
        let mut known: Vec<&str> = grammar
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        let mut grouped: Vec<&str> = COMMAND_GROUPS.iter().flat_map(commands_in).collect();
        known.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(grouped, known);
    }
}
