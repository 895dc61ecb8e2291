//! A crash in a child process next to another one.

use super::{CrashAftermath, CrashKind, DemoContext, LabError, PATIENCE, describe_exit};
use crate::{
    lab::{children::RecordedChild, start_barrier::WorkerLabels},
    mp::{self, Connection, Failure},
};

pub(super) fn crash_in_process(
    context: &DemoContext,
    crash: CrashKind,
) -> Result<CrashAftermath, LabError> {
    let (ask, theirs) = mp::pipe::<(), u32>()?;
    let mut sibling = context.mp.process(run_bystander, (theirs,));
    sibling.set_name(format!("Sibling-of-{}", crash.name()));
    let mut sibling = RecordedChild::start(context, sibling, WorkerLabels::default())?;
    let mut victim = context.mp.process(doomed_process, (crash,));
    victim.set_name(format!("Victim-of-{}", crash.name()));
    let mut victim = RecordedChild::start(context, victim, WorkerLabels::default())?;
    let exitcode = victim.join()?;
    let answered = check_bystander(&ask, &mut sibling)?;
    let goes_on = can_start_another(context, crash)?;
    Ok(CrashAftermath {
        died: "process",
        how: victim
            .process
            .exit()
            .map_or_else(String::new, describe_exit),
        exitcode,
        neighbours_live: answered,
        program_lives: goes_on,
    })
}

/// Whether the program can still start a process and get an answer from it.
fn can_start_another(context: &DemoContext, crash: CrashKind) -> Result<bool, LabError> {
    let (ask, theirs) = mp::pipe::<(), u32>()?;
    let mut next = context.mp.process(run_bystander, (theirs,));
    next.set_name(format!("Next-after-{}", crash.name()));
    let started = RecordedChild::start(context, next, WorkerLabels::default());
    context.check_stop()?;
    let Ok(mut next) = started else {
        return Ok(false);
    };
    check_bystander(&ask, &mut next)
}

/// Whether a bystander answers; then ends it.
fn check_bystander(ask: &Connection<(), u32>, child: &mut RecordedChild) -> Result<bool, LabError> {
    // A bystander that is gone does not answer.
    let _ = ask.send(());
    let answered = ask.recv_timeout(PATIENCE).ok().flatten() == Some(child.pid());
    if !answered {
        child.process.kill()?;
    }
    child.join()?;
    Ok(answered)
}

/// Crashes.
///
/// # Errors
/// If the kind of crash is an error.
pub fn doomed_process(crash: CrashKind) -> Result<(), Failure> {
    crash.crash_now()
}

/// Waits for a question and answers with its PID.
///
/// # Errors
/// If the parent is gone.
pub fn run_bystander(parent: Connection<u32, ()>) -> Result<(), Failure> {
    parent.recv()?;
    parent.send(std::process::id())?;
    Ok(())
}
