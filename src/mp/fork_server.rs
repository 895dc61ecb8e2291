//! The start method `forkserver`: a small process that forks workers on request, so that a start does not have to load
//! the program again.
//!
//! The fork server is a worker like any other, with a [role](ChildRole::ForkServer) of its own. It has one thread and
//! nothing in memory but what a worker has before its first task.
//!
//! A worker that it forks is not its child but ours (`CLONE_PARENT`). So we wait for the worker, signal it and collect
//! its exit status as if we had started it. Its lifeline is held by the fork server, which ends when we do: the worker
//! ends with either of the two.

mod serve;

use std::{
    io::{self, IoSlice, PipeReader, PipeWriter, Read},
    mem::MaybeUninit,
    os::fd::{AsFd, OwnedFd},
    os::unix::net::UnixStream,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use ipc_channel::ipc::{self, IpcReceiver, IpcSender};
use rustix::{
    io::Errno,
    net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg},
};

pub(crate) use self::serve::serve_fork_requests;
use super::{
    Error,
    bootstrap::{self, SpawnOptions, SpawnedChild},
    child::{ChildProcess, ProcessHandle},
    handshake::{ChildRole, ForkRequest, WelcomeMessage},
};

/// How the fork server is called in messages.
const NAME: &str = "the fork server";

/// How long a fork server that has closed its connection may take to end.
const EXIT_LIMIT: Duration = Duration::from_secs(2);

/// A running fork server. Dropped, it is ended, and so are its workers.
pub(crate) struct ForkServer {
    child: Arc<ChildProcess>,
    /// Its standard output: it receives each worker's pipes there, and answers with the worker's PID.
    connection: PipeReader,
    requests: IpcSender<ForkRequest>,
}

impl ForkServer {
    /// Starts it. `options` are those of its first worker. `announce` learns of its process before that has answered, and
    /// an error of it ends the process.
    pub(crate) fn start(
        options: &SpawnOptions<'_>,
        announce: impl FnOnce(&Arc<ChildProcess>) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let options = SpawnOptions {
            name: NAME.into(),
            daemon: true,
            ..*options
        };
        let failed =
            |source| Error::from_system("cannot make a socket for the fork server", source);
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        let (ours, theirs) = (OwnedFd::from(ours), OwnedFd::from(theirs));
        let spawned = SpawnedChild::start_with_stdout(options, ours.into(), Stdio::from(theirs))?;
        announce(spawned.child())?;
        let (requests, receiver) = ipc::channel().map_err(channel_error)?;
        let role = ChildRole::ForkServer { requests: receiver };
        let (child, connection) = spawned.into_fork_server(role)?;
        Ok(Self {
            child,
            connection,
            requests,
        })
    }

    /// Has it fork a worker, which waits for its welcome. After an error of the kind [`Error::ForkServer`] or
    /// [`Error::Silent`] the fork server is of no more use.
    pub(crate) fn fork_worker(&self, options: SpawnOptions<'_>) -> Result<SpawnedChild, Error> {
        bootstrap::check_descriptors(&options.name)?;
        let refused = |source| start_error(&options.name, source);
        let (out, their_out) = io::pipe().map_err(refused)?;
        let (err, their_err) = io::pipe().map_err(refused)?;
        let (welcome, receiver) = ipc::channel().map_err(channel_error)?;
        let started = Instant::now();
        self.send_request(receiver, &[their_out, their_err])
            .map_err(|_| self.lost_error(&options.name))?;
        bootstrap::wait_until_readable(
            &self.connection,
            &self.child,
            started,
            options.start_timeout,
        )?;
        let pid = self
            .read_answer()
            .map_err(|_| self.lost_error(&options.name))?;
        let process = ProcessHandle::Forked(pid.map_err(refused)?);
        let child = ChildProcess::new(options.name, options.daemon, process, None);
        let pipes = [out, err];
        Ok(SpawnedChild::from_forked(
            child,
            pipes,
            welcome,
            options.start_timeout,
        ))
    }

    fn send_request(
        &self,
        welcome: IpcReceiver<WelcomeMessage>,
        pipes: &[PipeWriter; 2],
    ) -> Result<(), String> {
        bootstrap::catch_channel_panic(|| {
            let sent = self.requests.send(ForkRequest { welcome });
            sent.map_err(|error| error.to_string())
        })?;
        let pipes = [pipes[0].as_fd(), pipes[1].as_fd()];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        ancillary.push(SendAncillaryMessage::ScmRights(&pipes));
        let sent = rustix::io::retry_on_intr(|| {
            let byte = [IoSlice::new(&[0])];
            sendmsg(&self.connection, &byte, &mut ancillary, SendFlags::NOSIGNAL)
        });
        sent.map(drop).map_err(|error| error.to_string())
    }

    /// The worker's PID, or why the system refused it. An error if the fork server is gone.
    fn read_answer(&self) -> io::Result<io::Result<u32>> {
        let mut answer = [0; 4];
        (&self.connection).read_exact(&mut answer)?;
        let answer = i32::from_le_bytes(answer);
        let refusal = || io::Error::from_raw_os_error(answer.wrapping_neg());
        Ok(u32::try_from(answer).map_err(|_| refusal()))
    }

    fn lost_error(&self, worker: &str) -> Error {
        let end = self.child.wait(Some(Instant::now() + EXIT_LIMIT));
        Error::ForkServer {
            worker: worker.to_owned(),
            pid: self.child.pid(),
            exit: end.unwrap_or_else(|| self.child.kill()).exit,
        }
    }
}

fn start_error(worker: &str, source: io::Error) -> Error {
    let name = worker.to_owned();
    if source.raw_os_error() == Some(Errno::NOSYS.raw_os_error()) {
        return Error::NoForkServer { worker: name };
    }
    Error::Spawn { name, source }
}

fn channel_error(error: io::Error) -> Error {
    Error::from_system("cannot make a channel", error)
}

impl Drop for ForkServer {
    fn drop(&mut self) {
        self.child.kill();
    }
}
