//! The parent's side of a child's start; see [`handshake`] for the order of the messages.

use std::{
    io::{self, PipeReader, PipeWriter, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::{ChildStderr, ChildStdout, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use ipc_channel::ipc::IpcSender;

use super::{
    Error, Launcher,
    child::ChildProcess,
    folder::PrivateFolder,
    handshake::{self, ChildRole, HelloMessage, MARKER, WelcomeMessage},
    output::{self, OutputSink},
    platform,
    token::{self, HandshakeToken},
};

/// What one more child may need in this process: three pipes both ways, the exit watch, its channels.
const DESCRIPTORS: usize = 20;

/// The longest piece of a failed child's standard error that is quoted.
const QUOTED: usize = 2048;

/// How many times longer than an idle child a busy one is waited for: the machine may be at its limit.
const BUSY_FACTOR: u32 = 20;

/// How often a silent child is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What a child is started with.
pub(crate) struct SpawnOptions<'a> {
    pub(crate) launcher: &'a Launcher,
    pub(crate) folder: &'a PrivateFolder,
    pub(crate) name: Arc<str>,
    pub(crate) daemon: bool,
    pub(crate) start_timeout: Duration,
}

/// Our end of the pipe that a child lives by: the system kills the child when it is closed, and when anything is
/// written to it. So it can be held, and not be written to.
#[derive(Debug)]
pub(crate) struct Lifeline {
    _end: PipeWriter,
}

/// Makes a lifeline, and the child's end of it, which already holds the invitation.
fn make_lifeline(token: &HandshakeToken, folder: &Path) -> io::Result<(Lifeline, PipeReader)> {
    let (theirs, mut ours) = io::pipe()?;
    let (version, token, folder) = (
        handshake::protocol_version(),
        token::token_to_hex(token),
        folder.display(),
    );
    // It waits for no reader: a new pipe has room for a whole page.
    ours.write_all(format!("{version} {token} {folder}\n").as_bytes())?;
    Ok((Lifeline { _end: ours }, theirs))
}

/// Ends a child whose handshake was not completed, whatever the reason.
struct ChildKillGuard(Option<Arc<ChildProcess>>);

impl Drop for ChildKillGuard {
    fn drop(&mut self) {
        if let Some(child) = &self.0 {
            child.kill();
        }
    }
}

/// A child that runs, and has not been talked to yet. Dropped, it is ended.
pub(crate) struct SpawnedChild {
    child: Arc<ChildProcess>,
    out: ChildStdout,
    err: ChildStderr,
    guard: ChildKillGuard,
    token: HandshakeToken,
    started: Instant,
    start_timeout: Duration,
}

impl SpawnedChild {
    /// Starts the program with an invitation that holds the token.
    pub(crate) fn start(plan: SpawnOptions<'_>) -> Result<Self, Error> {
        let refused = |source| Error::Spawn {
            name: plan.name.to_string(),
            source,
        };
        platform::check_descriptors(DESCRIPTORS).map_err(|source| Error::Descriptors {
            name: plan.name.to_string(),
            needed: DESCRIPTORS,
            limit: platform::descriptor_limit(),
            source,
        })?;
        let token = token::random_token();
        let (lifeline, theirs) = make_lifeline(&token, plan.folder.path()).map_err(refused)?;
        let mut command = Command::new(plan.launcher.exe());
        command
            .arg(MARKER)
            .stdin(theirs)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        platform::set_own_group(&mut command);
        platform::set_shown_name(&mut command);
        let started = Instant::now();
        let mut process = command.spawn().map_err(refused)?;
        // It holds the child's end of the lifeline too.
        drop(command);
        let pipes = (process.stdout.take(), process.stderr.take());
        let child = ChildProcess::new(plan.name.clone(), plan.daemon, process, lifeline);
        let guard = ChildKillGuard(Some(child.clone()));
        let (Some(out), Some(err)) = pipes else {
            return Err(refused(std::io::ErrorKind::BrokenPipe.into()));
        };
        Ok(Self {
            child,
            out,
            err,
            guard,
            token,
            started,
            start_timeout: plan.start_timeout,
        })
    }

    pub(crate) fn child(&self) -> &Arc<ChildProcess> {
        &self.child
    }

    /// Waits for its hello and gives it its role. On an error it has been ended and collected.
    pub(crate) fn complete_handshake(
        mut self,
        role: ChildRole,
        sink: &OutputSink,
    ) -> Result<Arc<ChildProcess>, Error> {
        self.assign_role(role)?;
        output::add_child_pipes(&self.child, sink, self.out, self.err)?;
        self.guard.0 = None;
        Ok(self.child)
    }

    fn assign_role(&mut self, role: ChildRole) -> Result<(), Error> {
        let line = self.read_line()?;
        let hello = HelloMessage::from_line(&line).ok_or_else(|| Error::NotAWorker {
            name: self.name(),
            pid: self.child.pid(),
            answer: line.chars().take(80).collect(),
        })?;
        if hello.version != handshake::protocol_version() {
            return Err(Error::Version {
                name: self.name(),
                pid: self.child.pid(),
                theirs: hello.version,
                ours: handshake::protocol_version(),
            });
        }
        if self.child.try_wait().is_some() {
            // ipc-channel leaks a descriptor when it cannot connect.
            return Err(self.early_end_error());
        }
        let welcome = WelcomeMessage {
            token: self.token,
            name: self.name(),
            role,
        };
        // ipc-channel panics where it lacks a descriptor.
        catch_unwind(AssertUnwindSafe(|| send_welcome(hello.server, welcome)))
            .unwrap_or_else(|_| Err("ipc-channel panicked".into()))
            .map_err(|reason| self.lost_child_error(reason))
    }

    /// Why talking to the child failed: most often because it has ended.
    fn lost_child_error(&mut self, reason: String) -> Error {
        match self
            .child
            .wait(Some(Instant::now() + Duration::from_millis(100)))
        {
            Some(_) => self.early_end_error(),
            None => Error::from_system(
                format!(
                    "cannot talk to {} (pid {})",
                    self.child.name(),
                    self.child.pid()
                ),
                std::io::Error::other(reason),
            ),
        }
    }

    fn early_end_error(&mut self) -> Error {
        let end = self.child.kill();
        Error::EndedEarly {
            name: self.name(),
            pid: self.child.pid(),
            exit: end.exit,
            stderr: self.read_stderr(),
        }
    }

    /// What is in the pipe now: a grandchild may keep it open for ever.
    fn read_stderr(&mut self) -> String {
        let mut said = Vec::new();
        let mut buffer = [0; QUOTED];
        while said.len() < QUOTED && platform::poll_readable(&[&self.err], Duration::ZERO) == [true]
        {
            match self.err.read(&mut buffer) {
                Ok(count @ 1..) => said.extend_from_slice(&buffer[..count]),
                _ => break,
            }
        }
        String::from_utf8_lossy(&said).into_owned()
    }

    fn read_line(&mut self) -> Result<String, Error> {
        let mut line = Vec::new();
        let mut buffer = [0; handshake::LONGEST];
        while line.last() != Some(&b'\n') && line.len() < handshake::LONGEST {
            self.wait_for_hello()?;
            // Nothing follows the hello until we have answered it.
            match self.out.read(&mut buffer) {
                Ok(0) => return Err(self.ended_or_hung_up(&line)),
                Ok(count) => line.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Error::from_system("cannot read a worker's hello", error));
                }
            }
        }
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    /// Gives up on a child that was idle for the whole time-out: stopped, or waiting for something that never comes.
    fn wait_for_hello(&self) -> Result<(), Error> {
        let mut idle = Duration::ZERO;
        loop {
            let began = Instant::now();
            if platform::poll_readable(&[&self.out], LOOK) == [true] {
                return Ok(());
            }
            // Time in which this process did not run either does not count.
            idle += began.elapsed().min(2 * LOOK);
            if platform::is_busy(self.child.pid()) {
                idle = Duration::ZERO;
            }
            let waited = self.started.elapsed();
            if idle >= self.start_timeout || waited >= self.start_timeout * BUSY_FACTOR {
                return Err(Error::Silent {
                    name: self.name(),
                    pid: self.child.pid(),
                    waited,
                });
            }
        }
    }

    /// It closed its standard output: it has ended, or is about to, or did so on purpose.
    fn ended_or_hung_up(&mut self, line: &[u8]) -> Error {
        let ended = self.child.wait(Some(Instant::now() + self.start_timeout));
        if ended.is_some() && line.is_empty() {
            return self.early_end_error();
        }
        Error::NotAWorker {
            name: self.name(),
            pid: self.child.pid(),
            answer: String::from_utf8_lossy(line).chars().take(80).collect(),
        }
    }

    fn name(&self) -> String {
        self.child.name().to_string()
    }
}

fn send_welcome(server: String, welcome: WelcomeMessage) -> Result<(), String> {
    if server.is_empty() || server.contains('\0') {
        return Err("its hello names no server".into());
    }
    let sender: IpcSender<WelcomeMessage> =
        IpcSender::connect(server).map_err(|error| error.to_string())?;
    sender.send(welcome).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invitation_is_there_before_the_child_and_the_lifeline_says_nothing_more() {
        let token = token::random_token();
        let (lifeline, mut theirs) = make_lifeline(&token, Path::new("/run/my folder")).unwrap();
        let mut line = [0; handshake::LONGEST];
        // There is no child yet that could be late.
        let count = theirs.read(&mut line).unwrap();
        let expected = format!(
            "{} {} /run/my folder\n",
            handshake::protocol_version(),
            token::token_to_hex(&token)
        );
        assert_eq!(line[..count], *expected.as_bytes());
        drop(lifeline);
        assert_eq!(theirs.read(&mut line).unwrap(), 0, "then it is closed");
    }
}
