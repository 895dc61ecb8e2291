//! The parent's side of a child's start; see [`handshake`] for the order of the messages.

use std::{
    io::{self, PipeReader, PipeWriter, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use ipc_channel::ipc::IpcSender;

use super::{
    Error, Launcher,
    child::{ChildProcess, ProcessHandle},
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

impl SpawnOptions<'_> {
    fn refused(&self, source: io::Error) -> Error {
        Error::Spawn {
            name: self.name.to_string(),
            source,
        }
    }
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
    out: PipeReader,
    err: PipeReader,
    guard: ChildKillGuard,
    way: WelcomeWay,
    started: Instant,
    start_timeout: Duration,
}

/// How a child receives its welcome.
enum WelcomeWay {
    /// It was invited, and its hello will name the server to connect to.
    Server(HandshakeToken),
    /// It was forked with the other end of a channel.
    #[cfg(target_os = "linux")]
    Channel(IpcSender<WelcomeMessage>),
}

impl SpawnedChild {
    /// Starts the program with an invitation that holds the token.
    pub(crate) fn start(plan: SpawnOptions<'_>) -> Result<Self, Error> {
        let (out, theirs) = io::pipe().map_err(|source| plan.refused(source))?;
        Self::start_with_stdout(plan, out, theirs.into())
    }

    /// Starts it with that standard output, of which `out` is our end.
    pub(crate) fn start_with_stdout(
        plan: SpawnOptions<'_>,
        out: PipeReader,
        their_out: Stdio,
    ) -> Result<Self, Error> {
        let refused = |source| plan.refused(source);
        check_descriptors(&plan.name)?;
        let token = token::random_token();
        let (lifeline, theirs) = make_lifeline(&token, plan.folder.path()).map_err(refused)?;
        let (err, their_err) = io::pipe().map_err(refused)?;
        let mut command = Command::new(plan.launcher.exe());
        command
            .arg(MARKER)
            .stdin(theirs)
            .stdout(their_out)
            .stderr(their_err);
        platform::set_own_group(&mut command);
        platform::set_shown_name(&mut command);
        let started = Instant::now();
        let process = command.spawn().map_err(refused)?;
        // It holds the child's ends of the pipes too.
        drop(command);
        let process = ProcessHandle::Spawned(process);
        let child = ChildProcess::new(plan.name, plan.daemon, process, Some(lifeline));
        let guard = ChildKillGuard(Some(child.clone()));
        Ok(Self {
            child,
            out,
            err,
            guard,
            way: WelcomeWay::Server(token),
            started,
            start_timeout: plan.start_timeout,
        })
    }

    /// A child that a fork server has forked, and that waits for its welcome.
    #[cfg(target_os = "linux")]
    pub(crate) fn from_forked(
        child: Arc<ChildProcess>,
        [out, err]: [PipeReader; 2],
        welcome: IpcSender<WelcomeMessage>,
        start_timeout: Duration,
    ) -> Self {
        Self {
            guard: ChildKillGuard(Some(child.clone())),
            child,
            out,
            err,
            way: WelcomeWay::Channel(welcome),
            started: Instant::now(),
            start_timeout,
        }
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
        output::add_child_pipes(&self.child, sink, Some(self.out), self.err)?;
        self.guard.0 = None;
        Ok(self.child)
    }

    /// Makes it a fork server. Also returns our end of its standard output.
    #[cfg(target_os = "linux")]
    pub(crate) fn into_fork_server(
        mut self,
        role: ChildRole,
    ) -> Result<(Arc<ChildProcess>, PipeReader), Error> {
        self.assign_role(role)?;
        output::add_child_pipes(&self.child, &OutputSink::default(), None, self.err)?;
        self.guard.0 = None;
        Ok((self.child, self.out))
    }

    fn assign_role(&mut self, role: ChildRole) -> Result<(), Error> {
        let name = self.name();
        let sent = match &self.way {
            WelcomeWay::Server(token) => {
                let token = *token;
                let server = self.read_hello()?.server;
                send_welcome(server, WelcomeMessage { token, name, role })
            }
            #[cfg(target_os = "linux")]
            WelcomeWay::Channel(channel) => catch_channel_panic(|| {
                let token = HandshakeToken::default();
                let sent = channel.send(WelcomeMessage { token, name, role });
                sent.map_err(|error| error.to_string())
            }),
        };
        sent.map_err(|reason| self.lost_child_error(reason))
    }

    fn read_hello(&mut self) -> Result<HelloMessage, Error> {
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
        Ok(hello)
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
            wait_until_readable(&self.out, &self.child, self.started, self.start_timeout)?;
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

/// Waits for a child to write something. Gives up on one that was idle for the whole time-out: stopped, or waiting for
/// something that never comes.
pub(crate) fn wait_until_readable(
    pipe: &PipeReader,
    child: &ChildProcess,
    started: Instant,
    start_timeout: Duration,
) -> Result<(), Error> {
    let mut idle = Duration::ZERO;
    loop {
        let began = Instant::now();
        if platform::poll_readable(&[pipe], LOOK) == [true] {
            return Ok(());
        }
        // Time in which this process did not run either does not count.
        idle += began.elapsed().min(2 * LOOK);
        if platform::is_busy(child.pid()) {
            idle = Duration::ZERO;
        }
        let waited = started.elapsed();
        if idle >= start_timeout || waited >= start_timeout * BUSY_FACTOR {
            return Err(Error::Silent {
                name: child.name().to_string(),
                pid: child.pid(),
                waited,
            });
        }
    }
}

fn send_welcome(server: String, welcome: WelcomeMessage) -> Result<(), String> {
    if server.is_empty() || server.contains('\0') {
        return Err("its hello names no server".into());
    }
    catch_channel_panic(|| {
        let sender: IpcSender<WelcomeMessage> =
            IpcSender::connect(server).map_err(|error| error.to_string())?;
        sender.send(welcome).map_err(|error| error.to_string())
    })
}

/// ipc-channel panics where it lacks a descriptor.
pub(crate) fn catch_channel_panic<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("ipc-channel panicked".into()))
}

/// An error unless one more child can have the descriptors that it may need here.
pub(crate) fn check_descriptors(name: &str) -> Result<(), Error> {
    platform::check_descriptors(DESCRIPTORS).map_err(|source| Error::Descriptors {
        name: name.to_owned(),
        needed: DESCRIPTORS,
        limit: platform::descriptor_limit(),
        source,
    })
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
