//! The fork server's own side, and the first steps of a worker that it has forked.

use std::{
    fs::File,
    io::{self, IoSliceMut, PipeReader, PipeWriter, Write},
    mem::MaybeUninit,
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream,
    },
};

use ipc_channel::{IpcError, ipc::IpcReceiver};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    handshake::{ForkRequest, WelcomeMessage},
    platform, raw,
    worker::catch_target_panic,
};

/// What the fork server holds and its workers must not: a worker that held it would hide from the others that the fork
/// server is gone.
struct ServerState {
    connection: UnixStream,
    requests: IpcReceiver<ForkRequest>,
    /// Those of the workers that live.
    lifelines: Vec<PipeWriter>,
}

/// What a worker gets from its parent.
struct WorkerParts {
    request: ForkRequest,
    /// Standard output and standard error.
    pipes: [OwnedFd; 2],
}

/// Which of the two processes goes on after a fork.
enum ForkOutcome {
    Server { worker: u32 },
    Worker(PipeReader, WorkerParts),
}

/// Forks a worker for each request. Returns in each worker, with its welcome, and with `None` in the fork server once
/// the parent has hung up.
pub(crate) fn serve_fork_requests(
    requests: IpcReceiver<ForkRequest>,
) -> Result<Option<WelcomeMessage>, String> {
    let connection = take_standard_output().map_err(|error| format!("no connection: {error}"))?;
    let mut server = ServerState {
        connection,
        requests,
        lifelines: Vec::new(),
    };
    while let Some(parts) = server.receive_request() {
        let answer = match parts.and_then(|parts| server.fork_worker(parts)) {
            Ok(ForkOutcome::Server { worker }) => worker as i32,
            Ok(ForkOutcome::Worker(lifeline, parts)) => {
                drop(server);
                return become_forked_worker(lifeline, parts).map(Some);
            }
            // What is no error of the system keeps every fork from working.
            Err(error) => -error.raw_os_error().unwrap_or(Errno::NOSYS.raw_os_error()),
        };
        if server.connection.write_all(&answer.to_le_bytes()).is_err() {
            break;
        }
    }
    Ok(None)
}

/// Moves the connection to the parent away from standard output, which becomes empty.
fn take_standard_output() -> io::Result<UnixStream> {
    let connection = io::stdout().as_fd().try_clone_to_owned()?;
    nix::unistd::dup2_stdout(File::options().write(true).open("/dev/null")?)?;
    Ok(connection.into())
}

impl ServerState {
    /// `None` once the parent has hung up; an error if what came is incomplete, for want of descriptors.
    fn receive_request(&self) -> Option<io::Result<WorkerParts>> {
        let pipes = receive_descriptors(&self.connection).ok()??;
        let received = catch_target_panic(|| receive_message(&self.requests));
        let incomplete = || io::Error::from(Errno::MFILE);
        // ipc-channel panics where it lacks a descriptor.
        let Ok(request) = received else {
            return Some(Err(incomplete()));
        };
        let request = request?;
        let parts = pipes.try_into().map(|pipes| WorkerParts { request, pipes });
        Some(parts.map_err(|_| incomplete()))
    }

    fn fork_worker(&mut self, parts: WorkerParts) -> io::Result<ForkOutcome> {
        self.forget_ended_workers();
        let (theirs, ours) = io::pipe()?;
        let Some(worker) = raw::fork_sibling()? else {
            return Ok(ForkOutcome::Worker(theirs, parts));
        };
        self.lifelines.push(ours);
        Ok(ForkOutcome::Server { worker })
    }

    /// Closes the lifelines that no process holds any more.
    fn forget_ended_workers(&mut self) {
        let lifelines = self.lifelines.iter();
        let mut polled: Vec<PollFd> = lifelines
            .map(|end| PollFd::new(end, PollFlags::empty()))
            .collect();
        let at_once = Timespec::default();
        if poll(&mut polled, Some(&at_once)).is_err() {
            return;
        }
        let ended: Vec<bool> = polled.iter().map(|end| !end.revents().is_empty()).collect();
        let mut ended = ended.into_iter();
        self.lifelines.retain(|_| ended.next() == Some(false));
    }
}

/// The descriptors that come with the next byte; `None` at the end.
fn receive_descriptors(connection: &UnixStream) -> io::Result<Option<Vec<OwnedFd>>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = rustix::io::retry_on_intr(|| {
        let mut byte = [0];
        let mut buffers = [IoSliceMut::new(&mut byte)];
        recvmsg(
            connection,
            &mut buffers,
            &mut ancillary,
            RecvFlags::CMSG_CLOEXEC,
        )
    })?;
    if received.bytes == 0 {
        return Ok(None);
    }
    let descriptors = ancillary.drain().flat_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => descriptors.collect(),
        _ => Vec::new(),
    });
    Ok(Some(descriptors.collect()))
}

/// `None` once the sender is gone.
fn receive_message<T: Serialize + DeserializeOwned>(channel: &IpcReceiver<T>) -> Option<T> {
    loop {
        match channel.recv() {
            Ok(message) => return Some(message),
            Err(IpcError::Io(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// In a forked worker: its own group, lifeline and streams. Then it waits for its welcome.
fn become_forked_worker(
    lifeline: PipeReader,
    parts: WorkerParts,
) -> Result<WelcomeMessage, String> {
    let [out, err] = parts.pipes;
    nix::unistd::dup2_stdout(out)
        .and_then(|()| nix::unistd::dup2_stderr(err))
        .map_err(|error| format!("no standard output: {error}"))?;
    rustix::process::setpgid(None, None).map_err(|error| format!("no process group: {error}"))?;
    let lifeline = File::from(OwnedFd::from(lifeline));
    platform::watch_parent_pipe(lifeline).map_err(|error| format!("no lifeline: {error}"))?;
    receive_message(&parts.request.welcome).ok_or_else(|| "no welcome".to_owned())
}
