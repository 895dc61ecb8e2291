//! Runs demos and handles recordings: `run`, `demos`, `again`, `last`, `save`, `replay`.

use std::{path::Path, sync::Arc};

use anyhow::Result;

use super::run_prompt_command;
use crate::{
    catalog::demos::DEMOS,
    lab,
    record::{
        self, BUILTIN_RECORDINGS, BuiltinRecording, LoadError, Recording, RunStatus, SaveError,
        Value,
    },
    render,
    repl::{
        language::{
            command_error::CommandError,
            prompt_line::{self, ParsedLine},
            run_args::{RunFlags, SaveArgs, demo_named},
        },
        output_file::{check_output, write_output},
        python_choice,
        screen::is_summarized,
        session::Session,
        settings::Settings,
    },
    report::{PICTURE, Report, TABLE, Table},
    text::{describe_unknown, format_count},
    tutor::RunOutcome,
};

/// `run DEMO [flags]`.
pub fn run_demo(
    session: &mut Session,
    name: &str,
    flags: &RunFlags,
    settings: &Settings,
) -> Result<()> {
    let demo = demo_named(name)?;
    let params = flags.to_params(demo, &settings.defaults)?;
    check_save(&flags.save)?;
    python_choice::require_pythons(&mut *session.runner, &params)?;
    let ran = session
        .runner
        .run_demo(demo, params, settings.run_options());
    let outcome = check_outcome(&ran);
    show_run(session, ran, &flags.save, settings)?;
    outcome?;
    Ok(())
}

/// Keeps a recording as the last one, shows its report, and saves it if asked to.
pub fn show_run(
    session: &mut Session,
    ran: RunOutcome,
    asked: &SaveArgs,
    settings: &Settings,
) -> Result<()> {
    let why = ran.recording.run().status();
    session.claims.clear();
    let recording = session.last.insert(ran.recording);
    let report = lab::build_report(recording)?;
    write_output(session, &asked.output, |session| {
        write_report(session, &report, settings)
    })?;
    if let Some(file) = &asked.save {
        save_run(session, file, asked.output.force)?;
    }
    // The report says it too, but only its end is on the screen now.
    if let RunStatus::Partial(why) = why {
        session
            .screen
            .write_message(&format!("{why}: what is shown is what was seen until then"));
    }
    Ok(())
}

/// An error if the user stopped the demo, even at its very end, or if it did not run to its end. The report already
/// says so.
pub fn check_outcome(ran: &RunOutcome) -> Result<(), CommandError> {
    match ran.recording.run().status() {
        _ if ran.is_interrupted => Err(CommandError::Interrupted),
        RunStatus::Complete => Ok(()),
        RunStatus::Partial(_) => Err(CommandError::Shown),
    }
}

/// Checks before a run that its recording can be saved.
pub fn check_save(asked: &SaveArgs) -> Result<()> {
    check_output(&asked.output)?;
    match &asked.save {
        Some(file) => check_writable(file, asked.output.force),
        None => Ok(()),
    }
}

fn check_writable(file: &Path, force: bool) -> Result<()> {
    if file.is_dir() {
        return Err(
            CommandError::usage(format!("`{}` is a folder; name a file", file.display())).into(),
        );
    }
    match file.parent() {
        Some(folder) if folder != Path::new("") && !folder.is_dir() => Err(CommandError::usage(
            format!("there is no folder `{}` to save into", folder.display()),
        )
        .into()),
        _ => record::check_place(file, force).map_err(|error| match error {
            SaveError::Write { .. } => error.into(),
            taken => CommandError::usage(taken.to_string()).into(),
        }),
    }
}

/// Saves the last recording, under another name if that file exists by now.
fn save_run(session: &mut Session, file: &Path, force: bool) -> Result<()> {
    let recording = last_recording(session)?;
    match recording.save(file, force) {
        Ok(()) => tell_saved(session, file),
        Err(error @ SaveError::Write { .. }) => return Err(error.into()),
        Err(taken) => {
            let beside = recording.save_beside(file)?;
            session.screen.write_warning(&taken.to_string());
            tell_saved(session, &beside);
        }
    }
    Ok(())
}

/// `demos`.
pub fn list_demos(session: &mut Session, settings: &Settings) -> Result<()> {
    let mut table = Table::new("Demos", &["demo", "shows", "flags"]);
    for demo in DEMOS {
        table.add_row([
            Value::text(demo.name),
            Value::text(demo.summary),
            Value::text(demo.flags().join(" ")),
        ]);
    }
    table.add_note("`run DEMO` launches one; `run DEMO --help` explains the flags.");
    session.screen.write_tables(&[table], settings.format)?;
    Ok(())
}

/// `again`.
pub fn run_again(session: &mut Session, settings: &Settings) -> Result<()> {
    let report = lab::build_report(last_recording(session)?)?;
    match prompt_line::parse_line(&render::rerun_command(&report))? {
        ParsedLine::Command(line) => run_prompt_command(session, line.command, settings).map(drop),
        _ => Ok(()),
    }
}

/// `last`.
pub fn show_last(session: &mut Session, settings: &Settings) -> Result<()> {
    let report = lab::build_report(last_recording(session)?)?;
    write_report(session, &report, settings)
}

/// Writes a report, and for people its picture where that is asked for.
fn write_report(session: &mut Session, report: &Report, settings: &Settings) -> Result<()> {
    let screen = &mut session.screen;
    screen.write_report(report, settings.format, settings.all)?;
    if settings.picture && is_summarized(settings.format) {
        if report.pictures.is_empty() {
            screen.write_message("there is nothing to draw of this run");
            return Ok(());
        }
        screen.write_gap()?;
        screen.write_picture(report, 1, settings.format)?;
    }
    Ok(())
}

/// `more [PART]`.
pub fn show_more(session: &mut Session, part: Option<&str>, settings: &Settings) -> Result<()> {
    let mut report = lab::build_report(last_recording(session)?)?;
    report.claims.clone_from(&session.claims);
    let Some(name) = part else {
        session
            .screen
            .write_report(&report, settings.format, true)?;
        return Ok(());
    };
    let drawn = (!report.pictures.is_empty()).then_some(PICTURE);
    let names = [TABLE].into_iter().chain(drawn);
    let names: Vec<&str> = names.chain(report.part_names()).collect();
    if !names.contains(&name) {
        let unknown = describe_unknown("part", name, &names);
        return Err(CommandError::usage(unknown).into());
    }
    session.screen.write_part(&report, name, settings.format)?;
    Ok(())
}

/// `picture [N]`.
pub fn show_picture(session: &mut Session, number: usize, settings: &Settings) -> Result<()> {
    let report = lab::build_report(last_recording(session)?)?;
    let count = report.pictures.len();
    if count == 0 {
        let message = "the last result has no picture; `last` shows its table";
        return Err(CommandError::usage(message).into());
    }
    if !(1..=count).contains(&number) {
        let pictures = format_count(count, "picture", "pictures");
        let message = format!("the last result has {pictures}, so there is no picture {number}");
        return Err(CommandError::usage(message).into());
    }
    session
        .screen
        .write_picture(&report, number, settings.format)?;
    Ok(())
}

/// `save FILE [--force]`.
pub fn save_last(session: &mut Session, file: &Path, force: bool) -> Result<()> {
    if file.extension().is_some_and(|ending| ending == "py") {
        let message = "`save` keeps a recording, such as `save race.jsonl`, for `replay`; \
             `program NAME` copies a lesson's program into your folder";
        return Err(CommandError::usage(message).into());
    }
    let recording = last_recording(session)?;
    check_writable(file, force)?;
    recording.save(file, force)?;
    tell_saved(session, file);
    Ok(())
}

fn tell_saved(session: &mut Session, file: &Path) {
    let file = file.display();
    let message = format!("saved; `replay {file}` shows it again");
    session.screen.write_message(&message);
}

/// `replay FILE`.
pub fn replay_recording(session: &mut Session, file: &Path, settings: &Settings) -> Result<()> {
    if !file.exists() {
        let message = format!("there is no file `{}`", file.display());
        return Err(CommandError::usage(message).into());
    }
    if file.is_dir() {
        let message = format!("`{}` is a folder; name a recording", file.display());
        return Err(CommandError::usage(message).into());
    }
    session.claims.clear();
    let recording = Recording::load(file).map_err(|error| match error {
        LoadError::Read { .. } => CommandError::failed(error.to_string()),
        _ => CommandError::usage(error.to_string()),
    })?;
    if recording.run().demo().is_empty() {
        let message = format!(
            "{} was cut off before its run began: there is nothing to show",
            file.display()
        );
        return Err(CommandError::usage(message).into());
    }
    session.last = Some(Arc::new(recording));
    show_last(session, settings)
}

/// `replay --builtin NAME`.
pub fn replay_builtin(
    session: &mut Session,
    builtin: &BuiltinRecording,
    settings: &Settings,
) -> Result<()> {
    session.claims.clear();
    session.last = Some(Arc::new(builtin.load()?));
    show_last(session, settings)
}

/// `replay --builtin`.
pub fn list_builtin(session: &mut Session, settings: &Settings) -> Result<()> {
    let format = settings.format.require_tables();
    format.map_err(|error| CommandError::usage(error.to_string()))?;
    let mut table = Table::new("Built-in recordings", &["recording", "demo", "shows"]);
    for builtin in BUILTIN_RECORDINGS {
        let recording = builtin.load()?;
        table.add_row([builtin.name, recording.run().demo(), builtin.shows].map(Value::text));
    }
    table.add_note("`replay --builtin NAME` shows one; nothing is run.");
    session.screen.write_tables(&[table], settings.format)?;
    Ok(())
}

fn last_recording(session: &Session) -> Result<&Recording, CommandError> {
    let nothing = || CommandError::failed("nothing was measured yet; `run parallel` is a start");
    session.last.as_deref().ok_or_else(nothing)
}
