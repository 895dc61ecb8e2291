//! Running demos, and what was measured: `run`, `demos`, `last`, `save`, `replay`.

use std::path::Path;

use anyhow::Result;

use crate::{
    lab,
    record::{self, Recording, RunStatus, SaveError, Value},
    repl::{
        language::{
            failure::CommandError,
            run_args::{RunFlags, SaveArgs, demo_named},
        },
        launch::RunOutcome,
        session::{Session, SessionFlow},
        settings::Settings,
    },
    report::Table,
    signals::StopReason,
};

/// `run DEMO [flags]`.
pub fn run(
    session: &mut Session,
    name: &str,
    flags: &RunFlags,
    settings: &Settings,
) -> Result<SessionFlow> {
    let demo = demo_named(name)?;
    let params = flags.params(demo, &settings.defaults)?;
    check_save(&flags.save)?;
    session.lab.require(&params)?;
    let ran = session.lab.launch(demo, params, settings.terms());
    let outcome = outcome(&ran);
    show(session, ran, &flags.save, settings)?;
    outcome?;
    Ok(SessionFlow::Continue)
}

/// Keeps a recording as the last one, shows its report, and saves it if asked to.
pub fn show(
    session: &mut Session,
    ran: RunOutcome,
    asked: &SaveArgs,
    settings: &Settings,
) -> Result<()> {
    let why = ran.recording.run().outcome();
    let recording = session.last.insert(ran.recording);
    session
        .screen
        .report(&lab::report(recording)?, settings.format)?;
    if let Some(file) = &asked.save {
        save_run(session, file, asked.force)?;
    }
    // The report says it too, but its end is what is on the screen now.
    if let RunStatus::Partial(why) = why {
        session
            .screen
            .tell(&format!("{why}: what is shown is what was seen until then"));
    }
    Ok(())
}

/// An error if somebody stopped the demo, even at its very end, or if it did not run to its end; the report already
/// says so.
pub fn outcome(ran: &RunOutcome) -> Result<(), CommandError> {
    match (ran.recording.run().outcome(), ran.cut) {
        (_, Some(StopReason::Interrupted)) => Err(CommandError::Interrupted),
        (RunStatus::Complete, _) => Ok(()),
        (RunStatus::Partial(_), _) => Err(CommandError::Shown),
    }
}

/// Sees before a run, rather than after it, that it could not be saved.
pub fn check_save(asked: &SaveArgs) -> Result<()> {
    match &asked.save {
        Some(file) => check_writable(file, asked.force),
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

/// Saves what was just measured, under another name where something has taken that one meanwhile.
fn save_run(session: &mut Session, file: &Path, force: bool) -> Result<()> {
    let recording = recording(session)?;
    match recording.save(file, force) {
        Ok(()) => tell_saved(session, file),
        Err(error @ SaveError::Write { .. }) => return Err(error.into()),
        Err(taken) => {
            let beside = recording.save_beside(file)?;
            session.screen.warn(&taken.to_string());
            tell_saved(session, &beside);
        }
    }
    Ok(())
}

/// `demos`.
pub fn list(session: &mut Session, settings: &Settings) -> Result<SessionFlow> {
    let mut table = Table::new("Demos", &["demo", "shows", "flags"]);
    for demo in lab::DEMOS {
        let flags: Vec<String> = demo
            .takes
            .iter()
            .map(|name| format!("--{}", name.replace('_', "-")))
            .collect();
        table.row([
            Value::text(demo.name),
            Value::text(demo.summary),
            Value::text(flags.join(" ")),
        ]);
    }
    table.note("`run DEMO` launches one; `run DEMO --help` explains the flags.");
    session.screen.tables(&[table], settings.format)?;
    Ok(SessionFlow::Continue)
}

/// `last`.
pub fn last(session: &mut Session, settings: &Settings) -> Result<SessionFlow> {
    let report = lab::report(recording(session)?)?;
    session.screen.report(&report, settings.format)?;
    Ok(SessionFlow::Continue)
}

/// `save FILE [--force]`.
pub fn save(session: &mut Session, file: &Path, force: bool) -> Result<SessionFlow> {
    let recording = recording(session)?;
    check_writable(file, force)?;
    recording.save(file, force)?;
    tell_saved(session, file);
    Ok(SessionFlow::Continue)
}

fn tell_saved(session: &mut Session, file: &Path) {
    let file = file.display();
    let message = format!("saved; `replay {file}` shows it again");
    session.screen.tell(&message);
}

/// `replay FILE`.
pub fn replay(session: &mut Session, file: &Path, settings: &Settings) -> Result<SessionFlow> {
    if !file.exists() {
        let message = format!("there is no file `{}`", file.display());
        return Err(CommandError::usage(message).into());
    }
    session.last = Some(Recording::load(file)?);
    last(session, settings)
}

fn recording<'s>(session: &'s Session) -> Result<&'s Recording, CommandError> {
    let nothing = || CommandError::failed("nothing was measured yet; `run parallel` is a start");
    session.last.as_ref().ok_or_else(nothing)
}
