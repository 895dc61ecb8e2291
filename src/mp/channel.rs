//! Sending and receiving on ipc-channel, made safe to rely on.
//!
//! What ipc-channel leaves to its users: a handled signal interrupts a receive, running out of descriptors is a
//! panic, a send blocks for as long as the peer reads nothing, and a peer that is gone shows in four ways.

use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ipc_channel::ipc::{self, IpcReceiver, IpcSender, OpaqueIpcReceiver, OpaqueIpcSender};
use ipc_channel::{IpcError, TryRecvError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::memory;
use super::message::{BlockName, KeptBlocks, Message};
use super::raw::{SharedBlock, WatchedEnd};
use super::readiness;
use super::slot::{Deadline, time_until};

/// What ipc-channel can be asked to carry.
pub(crate) trait ChannelMessage: Serialize + DeserializeOwned + std::fmt::Debug {
    /// The value that it carries, if it carries one.
    fn payload(&mut self) -> Option<&mut Message>;

    /// The same once more, if it carries no descriptors and no shared memory: sending it can be tried again.
    fn repeat_plain(&self) -> Option<Self>;
}

impl ChannelMessage for Message {
    fn payload(&mut self) -> Option<&mut Message> {
        Some(self)
    }

    fn repeat_plain(&self) -> Option<Self> {
        self.is_plain().then(|| self.duplicate()).flatten()
    }
}

/// Why a message couldn't be sent or received.
#[derive(Debug, Error)]
pub(crate) enum ChannelError {
    #[error("the other side is gone")]
    PeerGone,
    #[error("the other side took no message in time")]
    TimedOut,
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A message was lost, most often for want of descriptors; the channel isn't to be trusted any more.
    #[error("a message was lost, most likely because this process has too many open files")]
    Lost,
}

/// A channel for messages of one type.
pub(crate) fn open_channel<M: ChannelMessage>() -> io::Result<(Sender<M>, Receiver<M>)> {
    let (sender, receiver) = ipc::channel()?;
    Ok((Sender::new(sender), Receiver::new(receiver)))
}

/// The end that sends.
#[derive(Debug)]
pub(crate) struct Sender<M> {
    sender: WatchedEnd<IpcSender<M>>,
    /// The blocks that the receiver keeps.
    sent: KeptBlocks<()>,
}

impl<M: ChannelMessage> Sender<M> {
    fn new(sender: IpcSender<M>) -> Self {
        Self {
            sender: WatchedEnd::new(sender),
            sent: KeptBlocks::new(),
        }
    }

    /// Sends `message`, waiting until `deadline` for a peer that doesn't read. Never waits for a dead peer.
    pub(crate) fn send(&mut self, message: M, deadline: Deadline) -> Result<(), ChannelError> {
        if deadline.is_some() {
            return self.send_checked(message, deadline);
        }
        // Without asking for room first, which costs as much as sending.
        let mut next = message;
        while let Some(again) = next.repeat_plain() {
            match self.send_now(next) {
                Err(ChannelError::Io(error)) if error.kind() == ErrorKind::Interrupted => {}
                sent => return sent,
            }
            next = again;
        }
        self.send_checked(next, None)
    }

    fn send_checked(&mut self, mut message: M, deadline: Deadline) -> Result<(), ChannelError> {
        if !readiness::wait_for_room(&self.sender, deadline)? {
            return Err(ChannelError::TimedOut);
        }
        let mut new_block = None;
        if let Some(payload) = message.payload() {
            new_block = payload.name_known_block(&self.sent);
            // Sending shared memory duplicates its descriptor, and ipc-channel asserts that this works.
            let count = payload.duplicated_descriptors();
            let granted = (0..count).map(|_| memory::probe_memory_file());
            drop(granted.collect::<io::Result<Vec<_>>>()?);
        }
        self.send_now(message)?;
        if let Some((name, capacity)) = new_block {
            self.sent.add(name, capacity, ());
        }
        Ok(())
    }

    fn send_now(&self, message: M) -> Result<(), ChannelError> {
        let sent = catch_unwind(AssertUnwindSafe(|| self.sender.end().send(message)));
        let Ok(sent) = sent else {
            discard_leftovers();
            return Err(ChannelError::Lost);
        };
        Ok(sent?)
    }

    /// Whether the peer is known to be gone.
    pub(crate) fn peer_is_gone(&self) -> bool {
        readiness::has_hung_up(&self.sender)
    }

    /// A second handle on the same end, to attach to a message.
    pub(crate) fn to_opaque(&self) -> OpaqueIpcSender {
        self.sender.end().clone().to_opaque()
    }
}

impl<M: ChannelMessage> From<OpaqueIpcSender> for Sender<M> {
    fn from(sender: OpaqueIpcSender) -> Self {
        Self::new(sender.to())
    }
}

/// The end that receives.
#[derive(Debug)]
pub(crate) struct Receiver<M> {
    end: WatchedEnd<IpcReceiver<M>>,
    /// Fetched by `poll`, not yet received.
    fetched: Option<M>,
    /// The blocks that came with earlier messages.
    kept: KeptBlocks<Arc<SharedBlock>>,
}

impl<M: ChannelMessage> Receiver<M> {
    fn new(receiver: IpcReceiver<M>) -> Self {
        Self {
            end: WatchedEnd::new(receiver),
            fetched: None,
            kept: KeptBlocks::new(),
        }
    }

    /// Receives the next message; `None` if there is none by `deadline`.
    pub(crate) fn receive(&mut self, deadline: Deadline) -> Result<Option<M>, ChannelError> {
        if let Some(fetched) = self.fetched.take() {
            return Ok(Some(fetched));
        }
        loop {
            let known = deadline.map_or(Ok(Some(true)), |deadline| {
                readiness::wait_for_message(&self.end, deadline)
            })?;
            let received = catch_unwind(AssertUnwindSafe(|| match (known, deadline) {
                (Some(false), _) => Err(TryRecvError::Empty),
                (None, Some(deadline)) => self.receive_unpolled(deadline),
                // It is there, or we wait for it without limit: one call into the system.
                _ => self.end.end().recv().map_err(TryRecvError::IpcError),
            }));
            match received.map_err(|_| ChannelError::Lost)? {
                Ok(mut message) => {
                    let payload = message.payload();
                    if payload.is_none_or(|payload| payload.find_block(&mut self.kept)) {
                        return Ok(Some(message));
                    }
                    return Err(ChannelError::Lost);
                }
                Err(TryRecvError::IpcError(error)) => match ChannelError::from(error) {
                    ChannelError::Io(interrupted)
                        if interrupted.kind() == ErrorKind::Interrupted => {}
                    error => return Err(error),
                },
                Err(TryRecvError::Empty) => {
                    if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Whether there is a message by `deadline`.
    pub(crate) fn poll(&mut self, deadline: Deadline) -> Result<bool, ChannelError> {
        self.fetched = self.receive(deadline)?;
        Ok(self.fetched.is_some())
    }

    /// Whether `poll` fetched a message that wasn't received yet.
    pub(crate) fn has_fetched(&self) -> bool {
        self.fetched.is_some()
    }

    /// The blocks that its sender counts on: they move with it.
    pub(crate) fn received_blocks(&self) -> &KeptBlocks<Arc<SharedBlock>> {
        &self.kept
    }

    /// Keeps a block that came with a message before this end was moved here.
    pub(crate) fn keep_block(&mut self, name: BlockName, block: Arc<SharedBlock>) {
        self.kept.add(name, block.capacity(), block);
    }

    /// The bare end, to attach to a message.
    pub(crate) fn into_opaque(self) -> OpaqueIpcReceiver {
        self.end.into_end().to_opaque()
    }

    /// The receiver, to wait on several at once.
    pub(crate) fn watched_end(&self) -> &WatchedEnd<IpcReceiver<M>> {
        &self.end
    }

    fn receive_unpolled(&self, deadline: Instant) -> Result<M, TryRecvError> {
        match time_until(deadline) {
            Duration::ZERO => self.end.end().try_recv(),
            // Counted in whole milliseconds over there, and in a 32-bit number.
            left => {
                let wait = left.clamp(Duration::from_millis(1), LONGEST_WAIT);
                self.end.end().try_recv_timeout(wait)
            }
        }
    }
}

/// The longest that ipc-channel is asked to wait at a time.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

impl<M: ChannelMessage> From<OpaqueIpcReceiver> for Receiver<M> {
    fn from(receiver: OpaqueIpcReceiver) -> Self {
        Self::new(receiver.to())
    }
}

impl From<IpcError> for ChannelError {
    fn from(error: IpcError) -> Self {
        match error {
            IpcError::Disconnected => Self::PeerGone,
            IpcError::Io(error) => match error.kind() {
                ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::NotConnected => {
                    Self::PeerGone
                }
                _ => Self::Io(error),
            },
            IpcError::SerializationError(_) => Self::Lost,
        }
    }
}

/// A panic while ipc-channel serialises leaves descriptors on its list, to travel with this thread's next message:
/// give it a message that goes nowhere.
fn discard_leftovers() {
    if let Ok((sender, _)) = ipc::channel::<()>() {
        let _ = sender.send(());
    }
}
