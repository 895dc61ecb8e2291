//! Running demos, and what was measured: `run`, `demos`, `last`, `save`, `replay`.

use std::path::Path;

use anyhow::Result;

use crate::{
    lab,
    record::{Outcome, Recording, Value},
    repl::{
        language::{
            failure::Failure,
            run_args::{RunFlags, demo_named},
        },
        launch::Ran,
        session::{Flow, Session},
        settings::Settings,
    },
    report::Table,
    signals::Cut,
};

/// `run DEMO [flags]`.
pub fn run(
    session: &mut Session,
    name: &str,
    flags: &RunFlags,
    settings: &Settings,
) -> Result<Flow> {
    let demo = demo_named(name)?;
    let params = flags.params(demo, &settings.defaults)?;
    if let Some(file) = &flags.save {
        check_writable(file)?;
    }
    session.lab.require(&params)?;
    let ran = session.lab.launch(demo, params, settings.terms());
    let outcome = outcome(&ran);
    show(session, ran, flags.save.as_deref(), settings)?;
    outcome?;
    Ok(Flow::Continue)
}

/// Keeps a recording as the last one, shows its report, and saves it if asked to.
pub fn show(
    session: &mut Session,
    ran: Ran,
    save_to: Option<&Path>,
    settings: &Settings,
) -> Result<()> {
    let why = ran.recording.run().outcome();
    let recording = session.last.insert(ran.recording);
    session
        .screen
        .report(&lab::report(recording)?, settings.format)?;
    if let Some(file) = save_to {
        save(session, file)?;
    }
    // The report says it too, but its end is what is on the screen now.
    if let Outcome::Partial(why) = why {
        session
            .screen
            .tell(&format!("{why}: what is shown is what was seen until then"));
    }
        (_, Some(Cut::Interrupted)) => Err(Failure::Interrupted),
    Ok(())
}

/// An error if somebody stopped the demo, even at its very end, or if it did not run to its end; the report already
/// says so.
pub fn outcome(ran: &Ran) -> Result<(), Failure> {
    match (ran.recording.run().outcome(), ran.cut) {
        (Outcome::Complete, _) => Ok(()),
        (Outcome::Partial(_), _) => Err(Failure::Shown),
    }
}

/// Sees a wrong folder before the demo runs rather than after it.
pub fn check_writable(file: &Path) -> Result<(), Failure> {
    if file.is_dir() {
        return Err(Failure::usage(format!(
            "`{}` is a folder; name a file",
            file.display()
        )));
    }
    match file.parent() {
        Some(folder) if folder != Path::new("") && !folder.is_dir() => Err(Failure::usage(
            format!("there is no folder `{}` to save into", folder.display()),
        )),
        _ => Ok(()),
    }
}

/// `demos`.
pub fn list(session: &mut Session, settings: &Settings) -> Result<Flow> {
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
    Ok(Flow::Continue)
}

/// `last`.
pub fn last(session: &mut Session, settings: &Settings) -> Result<Flow> {
    let report = lab::report(recording(session)?)?;
    session.screen.report(&report, settings.format)?;
    Ok(Flow::Continue)
}

/// `save FILE`.
pub fn save(session: &mut Session, file: &Path) -> Result<Flow> {
    recording(session)?.save(file)?;
    session.screen.tell(&format!(
        "saved; `replay {}` shows it again",
        file.display()
    ));
    Ok(Flow::Continue)
}

/// `replay FILE`.
pub fn replay(session: &mut Session, file: &Path, settings: &Settings) -> Result<Flow> {
    session.last = Some(Recording::load(file)?);
    last(session, settings)
}

fn recording<'s>(session: &'s Session) -> Result<&'s Recording, Failure> {
    let nothing = || Failure::failed("nothing was measured yet; `run parallel` is a start");
    session.last.as_ref().ok_or_else(nothing)
}
