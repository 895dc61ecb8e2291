//! What may be typed at the prompt: the commands of the command line, and the prompt's own.

use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{
    bench_args::{CrashArgs, JoinArgs, KillArgs, SendArgs, SpawnArgs},
    command_error::CommandError,
    help::{self, demo_in, lay_out_help},
    python_line,
    python_words::{self, PythonStatement},
    run_args::OutputArgs,
    shared_command::{CommandOptions, SharedCommand},
    shell_words::{self, LineWord},
    usage_errors::{self, TypedCommand},
};
use crate::{catalog, text::find_nearest};

/// One line.
#[derive(Debug, Parser)]
#[command(
    name = "",
    no_binary_name = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    max_term_width = 100
)]
pub struct PromptLine {
    #[command(flatten)]
    pub options: CommandOptions,
    #[command(subcommand)]
    pub command: PromptCommand,
}

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
    /// Wait until a worker has ended, tell how, and remove its row (`--timeout S` gives up).
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

/// What a line asks for.
#[derive(Debug)]
pub enum ParsedLine {
    /// An empty line: go on.
    Enter,
    /// A comment, or nothing after a pasted prompt.
    Nothing,
    /// A command.
    Command(Box<PromptLine>),
    /// Python that the prompt understands.
    Python(PythonStatement),
    /// Help that the parser itself gives (`run --help`).
    Help(String),
}

/// Reads a line.
///
/// # Errors
/// One sentence for what was not understood.
pub fn parse_line(line: &str) -> Result<ParsedLine, CommandError> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(ParsedLine::Enter);
    }
    if line.starts_with('#') {
        return Ok(ParsedLine::Nothing);
    }
    if let Some(statement) = python_words::parse_statement(line) {
        return statement
            .map(ParsedLine::Python)
            .map_err(CommandError::usage);
    }
    if let Some(suggestion) = python_line::suggest_command(line) {
        return Err(CommandError::usage(suggestion));
    }
    let words =
        shell_words::split_words(line).map_err(|open| CommandError::usage(open.to_string()))?;
    let words = normalize_words(&words);
    if words.is_empty() {
        return Ok(ParsedLine::Nothing);
    }
    let grammar = lay_out_help(PromptLine::command(), demo_in(words.iter().copied()));
    let matches = grammar.try_get_matches_from(&words);
    match matches.and_then(|matches| PromptLine::from_arg_matches(&matches)) {
        Ok(line) => Ok(ParsedLine::Command(Box::new(line))),
        Err(error) if !error.use_stderr() => Ok(ParsedLine::Help(without_gap(&error.to_string()))),
        Err(error) => {
            let typed = TypedCommand {
                words: &words,
                commands: &command_names(),
                before: "",
            };
            Err(CommandError::usage(usage_errors::explain_error(
                &error, &typed,
            )))
        }
    }
}

/// What to type instead of a line of Python that the prompt does not understand.
pub fn suggest_for_python(line: &str) -> Option<String> {
    match python_words::parse_statement(line) {
        Some(statement) => statement.err(),
        None => python_line::suggest_command(line),
    }
}

/// The parser leaves a gap in help where a program's name would stand; the prompt has none.
pub fn without_gap(help: &str) -> String {
    help.replacen("Usage:  ", "Usage: ", 1)
}

/// The words without a pasted prompt before them, and with the `run` that a bare demo name leaves out.
fn normalize_words(words: &[LineWord]) -> Vec<&str> {
    let mut meant: Vec<&str> = words
        .iter()
        .map(|word| word.text.as_str())
        .skip_while(|word| matches!(*word, "$" | "forklore" | "❯" | ">"))
        .collect();
    if is_bare_demo(&meant) {
        meant.insert(0, "run");
    }
    meant
}

/// Whether a line begins with the name of a demo: one that is no command, or a command that needs words and has none.
fn is_bare_demo(words: &[&str]) -> bool {
    let Some(first) = words.first() else {
        return false;
    };
    let is_command = command_names().contains(first);
    let has_words = words.get(1).is_some_and(|word| !word.starts_with('-'));
    let is_crash = *first == "crash" && !has_words;
    catalog::find_demo(first).is_some() && (!is_command || is_crash)
}

/// Whether a word is a command or a demo, or is spelled like one. A letter or two is not enough.
pub fn is_near_command(word: &str) -> bool {
    let names = command_names().into_iter().chain(catalog::demo_names());
    word.chars().count() > 2 && find_nearest(word, names).is_some()
}

/// The names of the prompt's commands, `exit` included.
pub fn command_names() -> Vec<&'static str> {
    static NAMES: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| {
        let line = PromptLine::command();
        line.get_subcommands()
            .flat_map(|command| {
                std::iter::once(command.get_name()).chain(command.get_all_aliases())
            })
            .map(str::to_owned)
            .collect()
    });
    NAMES.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_sound() {
        PromptLine::command().debug_assert();
    }
}
