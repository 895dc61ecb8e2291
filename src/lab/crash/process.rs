//! A crash in a child process, beside a sibling.

use super::{Aftermath, Bench, Crash, LabError, PATIENCE, in_short};
use crate::{
    lab::{children::Child, line_up::Place},
    mp::{self, Connection, Failure},
};

pub(super) fn crash(bench: &Bench, crash: Crash) -> Result<Aftermath, LabError> {
    let (ask, theirs) = mp::pipe::<(), u32>()?;
    let mut sibling = bench.mp.process(bystander, (theirs,));
    sibling.set_name(format!("Sibling-of-{}", crash.name()));
    let mut sibling = Child::start(bench, sibling, Place::default())?;
    let mut victim = bench.mp.process(doomed, (crash,));
    victim.set_name(format!("Victim-of-{}", crash.name()));
    let mut victim = Child::start(bench, victim, Place::default())?;
    let exitcode = victim.join()?;
    let answered = answers(&ask, &mut sibling)?;
    let goes_on = goes_on(bench, crash)?;
    Ok(Aftermath {
        died: "process",
        how: victim.process.exit().map_or_else(String::new, in_short),
        exitcode,
        neighbours_live: answered,
        program_lives: goes_on,
    })
}

/// Whether the program can still do what it did before: start a process, and have an answer from it.
fn goes_on(bench: &Bench, crash: Crash) -> Result<bool, LabError> {
    let (ask, theirs) = mp::pipe::<(), u32>()?;
    let mut next = bench.mp.process(bystander, (theirs,));
    next.set_name(format!("Next-after-{}", crash.name()));
    let started = Child::start(bench, next, Place::default());
    bench.check()?;
    let Ok(mut next) = started else {
        return Ok(false);
    };
    answers(&ask, &mut next)
}

/// Asks a bystander whether it is there, and sees it off.
fn answers(ask: &Connection<(), u32>, child: &mut Child) -> Result<bool, LabError> {
    // One that is gone does not answer.
    let _ = ask.send(());
    let answered = ask.recv_timeout(PATIENCE).ok().flatten() == Some(child.pid());
    if !answered {
        child.process.kill()?;
    }
    child.join()?;
    Ok(answered)
}

/// Goes wrong.
///
/// # Errors
/// If that is the way.
pub fn doomed(crash: Crash) -> Result<(), Failure> {
    crash.strike()
}

/// Waits for a question, and answers it with its PID.
///
/// # Errors
/// If the parent is gone.
pub fn bystander(parent: Connection<u32, ()>) -> Result<(), Failure> {
    parent.recv()?;
    parent.send(std::process::id())?;
    Ok(())
}
