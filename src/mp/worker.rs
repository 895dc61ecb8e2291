//! The child's side: from the first line of `main` to the end of the process.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    io::{self, Read, Write},
    panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind},
    path::PathBuf,
    thread,
    time::Duration,
};

use ipc_channel::ipc::{IpcOneShotServer, IpcSender};

#[cfg(target_os = "linux")]
use super::fork_server;
use super::{
    current::{self, CurrentProcess},
    handshake::{self, ChildRole, HelloMessage, MARKER, StartAnswer, WelcomeMessage},
    message::Message,
    platform,
    pool::{self, ControlPage, WorkerChannel},
    target::{self, PreparedCall, Target},
    task_error::WireFailure,
    token::{self, HandshakeToken},
};

/// The exit code of a worker that could not become one.
const NO_WORKER: i32 = 3;

/// Becomes a worker, and never returns, if this process was started as one; otherwise returns at once.
///
/// It must be the first line of `main`: nothing of the program itself may run in a worker. `targets` is the list
/// of all functions that processes and pools of this program run.
///
/// ```no_run
/// use forklore_mp::{self as mp, Target};
///
/// fn square(number: u64) -> u64 {
///     number * number
/// }
///
/// fn main() {
///     mp::child_entry(&[Target::new(square)]);
///     // The program itself.
/// }
/// ```
pub fn child_entry(targets: &[Target]) {
    if std::env::args_os()
        .nth(1)
        .is_none_or(|argument| argument != MARKER)
    {
        return;
    }
    std::panic::set_hook(Box::new(note_panic));
    let code = match become_worker() {
        Ok(Some(welcome)) => serve_role(welcome, targets),
        Ok(None) => 0,
        Err(reason) => {
            write_stderr(&format!("cannot become a worker: {reason}\n"));
            NO_WORKER
        }
    };
    // A panic in a flush was printed already.
    let _ = catch_unwind(|| io::stdout().flush());
    std::process::exit(code)
}

/// Says hello and waits for the parent's answer. `None` in a fork server that has done its work: each of its workers
/// returns with an answer of its own.
fn become_worker() -> Result<Option<WelcomeMessage>, String> {
    let mut lifeline =
        platform::take_standard_input().map_err(|error| format!("no lifeline: {error}"))?;
    let (token, folder) = read_invitation(&mut lifeline)?;
    // ipc-channel asks the tempfile crate where to make its socket. Our own temporary folder stays as it is.
    platform::make_sockets_in(&folder);
    let server = catch_unwind(IpcOneShotServer::<WelcomeMessage>::new)
        .map_err(|_| "ipc-channel panicked".to_owned())
        .and_then(|made| made.map_err(|error| format!("no server: {error}")));
    let (server, name) = server?;
    let hello = HelloMessage {
        version: handshake::protocol_version(),
        pid: std::process::id(),
        server: name,
    };
    let mut out = io::stdout();
    out.write_all(hello.to_line().as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot say hello: {error}"))?;
    // Started now, while the parent connects.
    platform::watch_parent_pipe(lifeline).map_err(|error| format!("no lifeline: {error}"))?;
    let accepted = catch_unwind(AssertUnwindSafe(|| server.accept()))
        .map_err(|_| "ipc-channel panicked".to_owned())?;
    // The receiver is dropped at once: it would be inherited by this process's own children.
    let (_, welcome) = accepted.map_err(|error| format!("no welcome: {error}"))?;
    if welcome.token != token {
        return Err("somebody who is not our parent connected".into());
    }
    #[cfg(target_os = "linux")]
    if let ChildRole::ForkServer { requests } = welcome.role {
        return fork_server::serve_fork_requests(requests);
    }
    Ok(Some(welcome))
}

/// The line that the parent writes: its version, the token, and its private folder.
fn read_invitation(lifeline: &mut impl Read) -> Result<(HandshakeToken, PathBuf), String> {
    let mut line = Vec::new();
    let mut buffer = [0; handshake::LONGEST];
    while line.len() < handshake::LONGEST && line.last() != Some(&b'\n') {
        // Nothing follows it.
        match lifeline.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => line.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(format!("no token: {error}")),
        }
    }
    let line = String::from_utf8_lossy(&line);
    let mut words = line.trim_end_matches('\n').splitn(3, ' ').skip(1);
    let invited = words
        .next()
        .and_then(token::token_from_hex)
        .zip(words.next());
    invited
        .map(|(token, folder)| (token, folder.into()))
        .ok_or_else(|| {
            format!(
                "{MARKER} is how this program starts its own workers, it is not for use by hand"
            )
        })
}

fn serve_role(welcome: WelcomeMessage, targets: &[Target]) -> i32 {
    current::set_current_process(CurrentProcess::new_child(&welcome.name));
    match welcome.role {
        #[cfg(target_os = "linux")]
        ChildRole::ForkServer { .. } => NO_WORKER,

        ChildRole::Process {
            target,
            arguments,
            answer,
        } => match prepare_target(targets, &target, arguments) {
            Ok(prepared) => run_process(prepared, &answer),
            Err(refusal) => {
                // Should the parent be gone, the lifeline ends us.
                let _ = answer.send(refusal);
                NO_WORKER
            }
        },
        ChildRole::Worker {
            tasks,
            replies,
            bell,
            control,
            spin_micros,
        } => match ControlPage::from_received(control) {
            Ok(control) => {
                let desk = WorkerChannel {
                    control,
                    replies,
                    bell,
                };
                pool::serve_pool(&tasks, &desk, Duration::from_micros(spin_micros), targets)
            }
            Err(error) => {
                write_stderr(&format!("{error}\n"));
                NO_WORKER
            }
        },
    }
}

fn prepare_target(
    targets: &[Target],
    name: &str,
    arguments: Message,
) -> Result<PreparedCall, StartAnswer> {
    let target = target::find_target(targets, name).ok_or(StartAnswer::UnknownTarget)?;
    let prepared = catch_target_panic(|| target.erased_target().prepare_call(arguments));
    match prepared {
        Ok(Ok(prepared)) => Ok(prepared),
        Ok(Err(error)) => Err(StartAnswer::Arguments(error.to_string())),
        Err(panic) => Err(StartAnswer::Arguments(panic.to_string())),
    }
}

fn run_process(prepared: PreparedCall, answer: &IpcSender<StartAnswer>) -> i32 {
    let _ = answer.send(StartAnswer::Ready);
    let reason = match catch_target_panic(prepared) {
        Ok(Ok(())) => return 0,
        Ok(Err(failure)) => failure.to_string(),
        Err(panic) => panic.to_string(),
    };
    let _ = catch_unwind(|| io::stdout().flush());
    write_stderr(&format!(
        "Process {}:\n{reason}\n",
        current::current_process().name()
    ));
    1
}

/// Writes to standard error in one piece, as far as that is possible.
fn write_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The message of a panic, if it is text.
#[derive(Debug, Clone)]
pub(crate) struct CaughtPanic {
    message: String,
    location: String,
}

impl std::fmt::Display for CaughtPanic {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "panicked at {}: {}", self.location, self.message)
    }
}

impl From<CaughtPanic> for WireFailure {
    fn from(panic: CaughtPanic) -> Self {
        Self::Panicked {
            message: panic.message,
            location: panic.location,
        }
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs a target's code. A panic in it becomes a value, and is not printed as well.
pub(crate) fn catch_target_panic<R>(run: impl FnOnce() -> R) -> Result<R, CaughtPanic> {
    GUARDED.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(run));
    GUARDED.set(false);
    outcome.map_err(|payload| CaughtPanic {
        message: panic_message(&*payload),
        location: LOCATION.take().unwrap_or_else(|| "an unknown place".into()),
    })
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("(a value that is not text)").to_owned()
}

/// The panic hook: notes where a target panicked; any other panic is printed as usual.
fn note_panic(panic: &PanicHookInfo<'_>) {
    if GUARDED.get() {
        LOCATION.set(panic.location().map(ToString::to_string));
        return;
    }
    let thread = thread::current();
    let name = thread.name().unwrap_or("unnamed");
    write_stderr(&format!("thread {name}: {panic}\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_value_with_its_message() {
        let panic = catch_target_panic(|| panic!("no {}", "luck")).unwrap_err();
        assert_eq!(panic.message, "no luck");
    }

    #[test]
    fn an_invitation_is_read_to_the_end_of_the_line_in_however_many_pieces() {
        let token = token::random_token();
        let line = format!("1/0.1 {} /run/my folder\n", token::token_to_hex(&token));
        for cut in [0, 3, 40] {
            let (first, second) = line.as_bytes().split_at(cut);
            assert_eq!(
                read_invitation(&mut first.chain(second)),
                Ok((token, "/run/my folder".into()))
            );
        }
        assert!(
            read_invitation(&mut &b""[..])
                .unwrap_err()
                .contains("by hand")
        );
    }
}
