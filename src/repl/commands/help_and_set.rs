//! `help`, `clear` and `set`.

use anyhow::Result;
use clap::{Command, CommandFactory};

use crate::{
    catalog,
    record::Value,
    repl::{
        language::{
            command_error::CommandError,
            help::lay_out_help,
            prompt_line::{self, PromptLine, command_names},
            usage_errors::unknown_command,
        },
        session::{Session, SessionFlow},
        settings::{self, Settings},
    },
    report::Table,
};

/// `help [COMMAND]`.
pub fn show_help(
    session: &mut Session,
    name: Option<&str>,
    settings: &Settings,
) -> Result<SessionFlow> {
    match name {
        None => session
            .screen
            .write_tables(&[command_table()], settings.format)?,
        Some(name) => session
            .screen
            .write_line(explain_command(name)?.trim_end())?,
    }
    Ok(SessionFlow::Continue)
}

/// `clear`.
pub fn clear(session: &mut Session) -> Result<SessionFlow> {
    session.screen.clear()?;
    Ok(SessionFlow::Continue)
}

fn command_table() -> Table {
    let mut table = Table::new("Commands", &["command", "what it does"]);
    for command in PromptLine::command().get_subcommands() {
        let summary = command
            .get_about()
            .map_or_else(String::new, ToString::to_string);
        table.add_row([Value::text(command_usage(command)), Value::text(summary)]);
    }
    table.add_note("Tab completes, Ctrl-R searches what was typed before, Ctrl-C stops a demo.");
    table.add_note("Next: `lessons`.");
    table
}

/// `lesson N`, `set [NAME] [VALUE]`.
fn command_usage(command: &Command) -> String {
    let mut usage = command.get_name().to_owned();
    for word in command.get_positionals() {
        let name = word
            .get_value_names()
            .and_then(|names| names.first())
            .map_or("", |name| name);
        let word = if word.is_required_set() {
            name.to_owned()
        } else {
            format!("[{name}]")
        };
        usage = format!("{usage} {word}");
    }
    usage
}

fn explain_command(name: &str) -> Result<String, CommandError> {
    let demo = catalog::find_demo(name).filter(|_| !command_names().contains(&name));
    let command = demo.map_or(name, |_| "run");
    let mut grammar = lay_out_help(PromptLine::command(), demo);
    grammar.build();
    match grammar.find_subcommand_mut(command) {
        Some(command) => Ok(prompt_line::without_gap(&command.render_help().to_string())),
        None => Err(CommandError::usage(unknown_command(name, &command_names()))),
    }
}

/// `set [NAME [VALUE]]`.
pub fn set_setting(
    session: &mut Session,
    name: Option<String>,
    value: Option<String>,
    shown: &Settings,
) -> Result<SessionFlow> {
    if let (Some(name), Some(value)) = (&name, &value) {
        session.settings.set_value(name, value)?;
        if let Some(visit) = session.visit.as_mut().filter(|_| name == "gate") {
            visit.set_gate(session.settings.gate);
        }
        let now = session.settings.format_value(name)?;
        session.screen.write_line(&format!("{name}: {now}"))?;
        return Ok(SessionFlow::Continue);
    }
    let mut table = Table::new("Settings of this session", &["setting", "value"]);
    let names = match &name {
        Some(name) => vec![name.as_str()],
        None => settings::setting_names(),
    };
    for name in names {
        table.add_row([
            Value::text(name),
            Value::text(session.settings.format_value(name)?),
        ]);
    }
    table.add_note("`set workers 4` sets one, `set workers default` takes it back.");
    session.screen.write_tables(&[table], shown.format)?;
    Ok(SessionFlow::Continue)
}
