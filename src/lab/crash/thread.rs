//! A crash in a thread: in a host process with a neighbour thread.

use std::{
    sync::mpsc,
    thread::{self, Builder},
};

use serde::{Deserialize, Serialize};

use super::{Aftermath, Bench, Crash, LabError, PATIENCE, in_short};
use crate::{
    lab::{children::Child, line_up::Place},
    mp::{self, Connection, Failure},
};

/// What the host tells, if it lives to tell it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AfterCrash {
    /// Whether the thread is gone against its will.
    died: bool,
    /// What joining it gave.
    joined: String,
    /// Whether the other thread answers.
    neighbour: bool,
}

pub(super) fn crash(bench: &Bench, crash: Crash) -> Result<Aftermath, LabError> {
    let (told, theirs) = mp::pipe::<(), AfterCrash>()?;
    let mut process = bench.mp.process(host, (crash, theirs));
    process.set_name(format!("Host-of-{}", crash.name()));
    let mut child = Child::start(bench, process, Place::default())?;
    // Its death ends the wait; what it said before is kept.
    let after = match told.recv_timeout(PATIENCE) {
        Ok(Some(after)) => Some(after),
        Ok(None) => return Err(silent(&mut child)),
        Err(_) => None,
    };
    let exitcode = child.join()?;
    Ok(match after {
        Some(after) => survived(after),
        None => Aftermath {
            died: "process",
            how: child.process.exit().map_or_else(String::new, in_short),
            exitcode,
            neighbours_live: false,
            program_lives: false,
        },
    })
}

/// It neither crashed nor spoke: ends it, so that nothing is left behind.
fn silent(child: &mut Child) -> LabError {
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

fn survived(after: AfterCrash) -> Aftermath {
    Aftermath {
        died: if after.died { "thread" } else { "nobody" },
        how: after.joined,
        exitcode: None,
        neighbours_live: after.neighbour,
        program_lives: true,
    }
}

/// The host: lets one thread crash beside another one, and tells what is left.
///
/// # Errors
/// If a thread cannot be started, or the parent is gone.
pub fn host(crash: Crash, parent: Connection<AfterCrash, ()>) -> Result<(), Failure> {
    let (wake, woken) = mpsc::channel::<()>();
    let neighbour = Builder::new()
        .name("neighbour".to_owned())
        .spawn(move || woken.recv().is_ok())?;
    let victim = Builder::new()
        .name("victim".to_owned())
        .spawn(move || crash.strike())?;
    let (died, joined) = describe(&victim.join());
    // A neighbour that is gone shows in the next line.
    let _ = wake.send(());
    let neighbour = neighbour.join().unwrap_or(false);
    parent.send(&AfterCrash {
        died,
        joined,
        neighbour,
    })?;
    Ok(())
}

/// Whether the thread died, and what its `join` said.
fn describe(joined: &thread::Result<Result<(), Failure>>) -> (bool, String) {
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
        let joined = thread::spawn(|| panic!("the bucket is empty")).join();
        assert_eq!(describe(&joined), (true, "join gave Err".to_owned()));
    }

    #[test]
    fn an_error_is_an_ordinary_return() {
        let joined = thread::spawn(|| Crash::Error.strike()).join();
        assert_eq!(describe(&joined), (false, "it returned Err".to_owned()));
    }

    #[test]
    fn only_a_neighbour_that_answers_lives() {
        let after = AfterCrash {
            died: true,
            joined: "join gave Err".to_owned(),
            neighbour: false,
        };
        assert!(!survived(after).neighbours_live);
    }
}
