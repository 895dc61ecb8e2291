//! How parent and child find each other.
//!
//! The parent starts the child with an invitation on its standard input, which holds a random token. It is written
//! before the child exists: once the child watches that pipe, a write to it would kill the child. The child makes a
//! one-shot server in the parent's private folder and writes a hello to its standard output, with the server's name.
//! The parent connects and sends the [`WelcomeMessage`], which begins with the token and carries the channels. So the
//! parent never waits in an `accept` that a dead child cannot answer. The child answers over one of the channels.

use ipc_channel::ipc::{IpcReceiver, IpcSender, IpcSharedMemory};
use serde::{Deserialize, Serialize};

use super::{
    message::Message,
    pool::{FromWorker, ToWorker},
    token::HandshakeToken,
};

/// The one argument by which our program knows that it was started as a worker.
pub(crate) const MARKER: &str = "--mp-worker";

/// Counts changes of anything that parent and child send to each other.
pub(crate) const PROTOCOL: u32 = 1;

/// The longest first line that is read.
pub(crate) const LONGEST: usize = 1024;

const MAGIC: &str = "mp-hello";

/// Both sides' version: equal, or they do not talk.
pub(crate) fn protocol_version() -> String {
    format!("{PROTOCOL}/{}", env!("CARGO_PKG_VERSION"))
}

/// The child's first message, as a line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HelloMessage {
    pub(crate) version: String,
    pub(crate) pid: u32,
    pub(crate) server: String,
}

impl HelloMessage {
    pub(crate) fn to_line(&self) -> String {
        format!("{MAGIC} {} {} {}\n", self.version, self.pid, self.server)
    }

    /// `None` if that is no hello at all. Of another version only the version is sure to be right.
    pub(crate) fn from_line(line: &str) -> Option<Self> {
        let mut words = line.strip_suffix('\n')?.splitn(4, ' ');
        if words.next()? != MAGIC {
            return None;
        }
        Some(Self {
            version: words.next()?.to_owned(),
            pid: words.next().and_then(|pid| pid.parse().ok()).unwrap_or(0),
            server: words.next().unwrap_or_default().to_owned(),
        })
    }
}

/// What the parent sends over the child's server.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WelcomeMessage {
    pub(crate) token: HandshakeToken,
    pub(crate) name: String,
    pub(crate) role: ChildRole,
}

/// What the child is there for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ChildRole {
    /// To fork other workers.
    #[cfg(target_os = "linux")]
    ForkServer {
        /// What each worker is to have, but for its pipes: those come over the fork server's standard output.
        requests: IpcReceiver<ForkRequest>,
    },
    /// To run one function.
    Process {
        target: String,
        arguments: Message,
        answer: IpcSender<StartAnswer>,
    },
    /// To run tasks of a pool.
    Worker {
        tasks: IpcReceiver<ToWorker>,
        replies: IpcSender<FromWorker>,
        /// Sends a wake-up when the pool sleeps; its closing shows that the worker is gone.
        bell: IpcSender<()>,
        control: IpcSharedMemory,
        /// How long to wait awake for the next task.
        spin_micros: u64,
    },
}

/// What a worker is forked with.
#[cfg(target_os = "linux")]
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ForkRequest {
    pub(crate) welcome: IpcReceiver<WelcomeMessage>,
}

/// Whether the child can run what it was asked to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum StartAnswer {
    Ready,
    UnknownTarget,
    Arguments(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_comes_through() {
        let hello = HelloMessage {
            version: protocol_version(),
            pid: 12,
            server: "/run/a folder/socket".into(),
        };
        assert_eq!(HelloMessage::from_line(&hello.to_line()), Some(hello));
    }

    #[test]
    fn anything_else_is_no_hello() {
        assert_eq!(HelloMessage::from_line("hello, world\n"), None);
        assert_eq!(HelloMessage::from_line("mp-hello"), None);
        let newer = HelloMessage::from_line("mp-hello 9/2.0 something quite different\n").unwrap();
        assert_eq!(newer.version, "9/2.0");
    }
}
