//! `help`, `clear` and `set`.

use std::io;

use anyhow::Result;
use clap::{Command, CommandFactory};

use crate::{
    catalog,
    record::Value,
    render::Format,
    repl::{
        language::{
            command_error::CommandError,
            command_groups::{GROUPS, group_of},
            help::lay_out_help,
            prompt_line::{self, PromptLine, command_names},
            usage_errors::unknown_command,
        },
        screen::Screen,
        session::Session,
        settings::{self, Settings},
    },
    report::Table,
};

/// `help [COMMAND]`.
pub fn show_help(session: &mut Session, name: Option<&str>, settings: &Settings) -> Result<()> {
    match name {
        None if settings.format == Format::default() => show_groups(&mut session.screen)?,
        None => session
            .screen
            .write_tables(&[command_table()], settings.format)?,
        Some(name) => {
            let text = explain_command(name)?;
            session
                .screen
                .write_long(|_, to| writeln!(to, "{}", text.trim_end()))?;
        }
    }
    Ok(())
}

/// All commands on one screen.
fn show_groups(screen: &mut Screen) -> io::Result<()> {
    let entries = GROUPS.iter().flat_map(|group| group.entries);
    let widest = entries.map(|(usage, _)| usage.len()).max().unwrap_or(0);
    GROUPS
        .iter()
        .try_for_each(|group| screen.write_definitions(group.title, group.entries, widest + 2))
}

/// `clear`.
pub fn clear(session: &mut Session) -> Result<()> {
    session.screen.clear()?;
    Ok(())
}

fn command_table() -> Table {
    let mut table = Table::new("Commands", &["command", "group", "what it does"]);
    for command in PromptLine::command().get_subcommands() {
        let summary = command
            .get_about()
            .map_or_else(String::new, ToString::to_string);
        let group = group_of(command.get_name()).map_or("", |group| group.title);
        table.add_row([
            Value::text(command_usage(command)),
            Value::text(group),
            Value::text(summary),
        ]);
    }
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
) -> Result<()> {
    if let (Some(name), Some(value)) = (&name, &value) {
        session.settings.set_value(name, value)?;
        if let Some(visit) = session.visit.as_mut().filter(|_| name == "gate") {
            visit.set_gate(session.settings.gate);
        }
        let now = session.settings.format_value(name)?;
        session.screen.write_line(&format!("{name}: {now}"))?;
        return Ok(());
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
    Ok(())
}
