//! One sentence for a usage error, in place of the parser's many lines.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::help;
use crate::{
    text::find_nearest,
    {catalog, text::join_words},
};

/// The typed words, and their context.
pub struct TypedCommand<'t> {
    /// The words.
    pub words: &'t [&'t str],
    /// The possible commands.
    pub commands: &'t [&'t str],
    /// The text before a command: `forklore ` in a shell, nothing at the prompt.
    pub before: &'t str,
}

/// The error in one sentence.
pub fn explain_error(error: &clap::Error, typed: &TypedCommand<'_>) -> String {
    match error.kind() {
        ErrorKind::InvalidSubcommand => unknown_command(
            &context_text(error, ContextKind::InvalidSubcommand),
            typed.commands,
        ),
        ErrorKind::UnknownArgument => unknown_flag(error),
        ErrorKind::InvalidValue => unknown_value(error),
        ErrorKind::ValueValidation => wrong_value(error),
        ErrorKind::MissingRequiredArgument => missing(error, typed),
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8 text".to_owned(),
        ErrorKind::ArgumentConflict => explain_conflict(error),
        _ => first_line(error),
    }
}

/// The hint: a question, an example, and the command that lists all possibilities.
fn missing(error: &clap::Error, typed: &TypedCommand<'_>) -> String {
    let argument = context_text(error, ContextKind::InvalidArg);
    // Of a group, one is enough: `<--save <FILE>|--output <FILE>>`.
    let argument = match argument.strip_prefix("<--") {
        Some(group) => format!(
            "--{}",
            group.trim_end_matches('>').replace('|', " or ") + ">"
        ),
        None => argument,
    };
    let mut words = typed.words.iter();
    let command = words.find(|word| typed.commands.contains(word));
    let question = command.and_then(|command| help::question(command));
    match question.filter(|_| !argument.starts_with('-')) {
        Some((question, example, rest)) => {
            format!("{question} `{}{example}`{rest}", typed.before)
        }
        None => format!("{argument} is missing"),
    }
}

/// An unknown command: "did you mean", or a `run` before the name of a demo.
pub fn unknown_command(word: &str, commands: &[&str]) -> String {
    if catalog::find_demo(word).is_some() {
        return format!("`{word}` is a demo; did you mean `run {word}`?");
    }
    let demos = catalog::demo_names();
    let meant = match find_nearest(word, commands.iter().copied().chain(demos)) {
        Some(near) if catalog::find_demo(near).is_some() && !commands.contains(&near) => {
            format!(" did you mean `run {near}`?")
        }
        Some(near) => format!(" did you mean `{near}`?"),
        None => String::new(),
    };
    format!("no command is called `{word}`;{meant} `help` lists the commands")
}

fn unknown_flag(error: &clap::Error) -> String {
    let given = context_text(error, ContextKind::InvalidArg);
    if !given.starts_with('-') {
        return format!("`{given}` is one word too many");
    }
    match error.get(ContextKind::SuggestedArg) {
        Some(near) => format!("there is no flag `{given}` here; did you mean `{near}`?"),
        None => format!("there is no flag `{given}` here"),
    }
}

fn unknown_value(error: &clap::Error) -> String {
    let flag = argument_name(error, ContextKind::InvalidArg);
    let given = context_text(error, ContextKind::InvalidValue);
    let known = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(names)) => names.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let takes = match known.as_slice() {
        [] => "needs a value".to_owned(),
        names => format!("takes {}", join_words(names, "or")),
    };
    if given.is_empty() {
        return format!("`{flag}` {takes}");
    }
    match find_nearest(&given, known) {
        Some(near) => format!("`{flag}` {takes}, not `{given}`; did you mean `{near}`?"),
        None => format!("`{flag}` {takes}, not `{given}`"),
    }
}

fn wrong_value(error: &clap::Error) -> String {
    let given = context_text(error, ContextKind::InvalidValue);
    let why = error.source().map_or_else(String::new, ToString::to_string);
    let flag = argument_name(error, ContextKind::InvalidArg);
    format!("`{flag}` {why}, not `{given}`")
}

fn explain_conflict(error: &clap::Error) -> String {
    let kinds = [ContextKind::InvalidArg, ContextKind::PriorArg];
    let [given, prior] = kinds.map(|kind| argument_name(error, kind));
    if prior == given {
        return format!("`{given}` is given twice");
    }
    format!("`{given}` and `{prior}` exclude each other")
}

/// The name of an argument: `--workers` of `--workers <N>`; `FILE` of `<FILE>`, `[FILE]` or `[FILE]...`.
fn argument_name(error: &clap::Error, kind: ContextKind) -> String {
    let argument = context_text(error, kind);
    // `--flag <VALUE>`, or `--flag [<VALUE>]` for one that may stand alone.
    match argument.split_once([' ', '[', ',']) {
        Some((flag, _)) if flag.starts_with('-') => flag.to_owned(),
        _ => argument.trim_matches(['[', ']', '<', '>', '.']).to_owned(),
    }
}

fn context_text(error: &clap::Error, kind: ContextKind) -> String {
    error
        .get(kind)
        .map_or_else(String::new, ToString::to_string)
}

fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::repl::language::prompt_line::{PromptLine, command_names};

    #[test]
    fn every_command_that_needs_something_asks_for_it_with_an_example() {
        for command in PromptLine::command().get_subcommands() {
            if command.get_positionals().any(clap::Arg::is_required_set) {
                let name = command.get_name();
                let said = explained(name);
                assert!(said.contains(&format!("? `{name} ")), "{name}: {said}");
            }
        }
    }

    #[test]
    fn arguments_that_exclude_each_other_are_named_as_they_are_typed() {
        let said = explained("replay --builtin free-threaded kept.jsonl");
        assert_eq!(said, "`--builtin` and `FILE` exclude each other");
        let said = explained("run race --workers 2 --workers 3");
        assert_eq!(said, "`--workers` is given twice");
    }

    fn explained(line: &str) -> String {
        let error = PromptLine::try_parse_from(line.split_whitespace()).expect_err(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        let typed = TypedCommand {
            words: &words,
            commands: &command_names(),
            before: "",
        };
        explain_error(&error, &typed)
    }
}
