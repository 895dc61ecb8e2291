//! What may be typed at the prompt: the commands of the command line, and the prompt's own.

use clap::{CommandFactory, FromArgMatches, Parser};

use super::{
    command_error::CommandError,
    help::{demo_in, lay_out_help},
    python_line::{self, is_python_exit},
    python_words::{self, PythonStatement},
    shared_command::CommandOptions,
    shell_words::{self, LineWord},
    usage_errors::{self, TypedCommand},
};
use crate::{catalog, repl::commands::PromptCommand, text::find_nearest};

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
    let line = if is_python_exit(line) { "quit" } else { line };
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
    if is_python_exit(line.trim()) {
        return None;
    }
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
    fn what_leaves_the_prompt_of_python_leaves_this_one() {
        for line in ["exit()", " quit() ", "sys.exit()", "exit", "quit"] {
            let parsed = parse_line(line).expect(line);
            let ParsedLine::Command(line) = parsed else {
                panic!("{line} is no command");
            };
            assert!(matches!(line.command, PromptCommand::Quit));
        }
        assert_eq!(suggest_for_python("exit()"), None);
    }

    #[test]
    fn the_definitions_are_sound() {
        PromptLine::command().debug_assert();
    }
}
