//! A crash in a thread: in a host process with a neighbour thread.

use std::{
    sync::mpsc,
    thread::{self, Builder},
};

use serde::{Deserialize, Serialize};

use super::{CrashAftermath, CrashKind, DemoContext, LabError, PATIENCE, describe_exit};
use crate::{
    lab::{children::RecordedChild, start_barrier::WorkerLabels},
    mp::{self, Connection, Failure, ProcessExit},
};

/// The host's report, if the host survives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HostReport {
    /// Whether the thread crashed.
    died: bool,
    /// The result of joining the thread.
    joined: String,
    /// Whether the other thread answers.
    neighbour: bool,
}

pub(super) fn crash_in_thread(
    context: &DemoContext,
    crash: CrashKind,
) -> Result<CrashAftermath, LabError> {
    let (reports, theirs) = mp::pipe::<(), HostReport>()?;
    let mut process = context.mp.process(run_host, (crash, theirs));
    process.set_name(format!("Host-of-{}", crash.name()));
    let mut child = RecordedChild::start(context, process, WorkerLabels::default())?;
    // The host's death ends the wait; a report that was sent before is kept.
    let after = match reports.recv_timeout(PATIENCE) {
        Ok(Some(after)) => Some(after),
        Ok(None) => return Err(no_answer_error(&mut child)),
        Err(_) => None,
    };
    child.join()?;
    match (after, child.process.exit()) {
        (Some(after), _) => Ok(to_aftermath(after)),
        (None, Some(exit)) if is_violent(exit) => Ok(CrashAftermath {
            died: "process",
            how: describe_exit(exit),
            exitcode: Some(exit.code()),
            neighbours_live: false,
            program_lives: false,
        }),
        (None, exit) => Err(silent_exit_error(context, child.process.name(), exit)),
    }
}

/// Whether the process was killed or crashed. A program that exits by itself has an exit code, even after an
/// error.
fn is_violent(exit: ProcessExit) -> bool {
    match exit {
        ProcessExit::Signal(_) => true,
        // Windows has no signals; there, a crash has an exit code of 0xC0000000 or more.
        ProcessExit::Code(code) => !cfg!(unix) && code < 0,
        ProcessExit::Unknown => false,
    }
}

/// The host exited without a report, which is a bug of the demo and not a crash.
fn silent_exit_error(context: &DemoContext, name: &str, exit: Option<ProcessExit>) -> LabError {
    let how = exit.map_or_else(|| "an unknown exit status".to_owned(), describe_exit);
    context
        .check_stop()
        .err()
        .unwrap_or_else(|| LabError::Worker(format!("{name} left with {how} and reported nothing")))
}

/// The host neither crashed nor reported. It is killed, so that nothing is left behind.
fn no_answer_error(child: &mut RecordedChild) -> LabError {
    let name = child.process.name().to_owned();
    let killed = child
        .process
        .kill()
        .map_err(LabError::from)
        .and_then(|()| child.join());
    killed
        .err()
        .unwrap_or_else(|| LabError::Worker(format!("{name} said nothing for {PATIENCE:?}")))
}

fn to_aftermath(after: HostReport) -> CrashAftermath {
    CrashAftermath {
        died: if after.died { "thread" } else { "none" },
        how: after.joined,
        exitcode: None,
        neighbours_live: after.neighbour,
        program_lives: true,
    }
}

/// The host: lets one thread crash next to another one, and reports the result.
///
/// # Errors
/// If a thread cannot be started, or the parent is gone.
pub fn run_host(crash: CrashKind, parent: Connection<HostReport, ()>) -> Result<(), Failure> {
    let (wake, woken) = mpsc::channel::<()>();
    let neighbour = Builder::new()
        .name("neighbour".to_owned())
        .spawn(move || woken.recv().is_ok())?;
    let victim = Builder::new()
        .name("victim".to_owned())
        .spawn(move || crash.crash_now())?;
    let (died, joined) = describe_join(&victim.join());
    // A neighbour that has ended is noticed on the next line.
    let _ = wake.send(());
    let neighbour = neighbour.join().unwrap_or(false);
    parent.send(&HostReport {
        died,
        joined,
        neighbour,
    })?;
    Ok(())
}

/// Whether the thread crashed, and the result of its `join`.
fn describe_join(joined: &thread::Result<Result<(), Failure>>) -> (bool, String) {
    let (died, said) = match joined {
        Ok(Ok(())) => (false, "it returned Ok"),
        Ok(Err(_)) => (false, "it returned Err"),
        Err(_) => (true, "join gave Err"),
    };
    (died, said.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_its_thread_and_join_tells() {
        let joined = thread::spawn(|| panic!("deliberate panic")).join();
        assert_eq!(describe_join(&joined), (true, "join gave Err".to_owned()));
    }

    #[test]
    fn only_a_violent_end_is_a_death() {
        assert!(is_violent(ProcessExit::Signal(11)));
        let orderly = [
            ProcessExit::Code(0),
            ProcessExit::Code(1),
            ProcessExit::Code(101),
            ProcessExit::Unknown,
        ];
        assert!(!orderly.into_iter().any(is_violent));
    }

    #[test]
    fn an_error_is_an_ordinary_return() {
        let joined = thread::spawn(|| CrashKind::Error.crash_now()).join();
        assert_eq!(
            describe_join(&joined),
            (false, "it returned Err".to_owned())
        );
    }

    #[test]
    fn only_a_neighbour_that_answers_lives() {
        let after = HostReport {
            died: true,
            joined: "join gave Err".to_owned(),
            neighbour: false,
        };
        assert!(!to_aftermath(after).neighbours_live);
    }
}
