//! A two-way connection between two workers, as Python's `Pipe`.
//!
//! Each end is used by one process at a time. Passing an end to another process moves it there: the local one is
//! empty afterwards and says so. When the process at the other end is gone, what it sent before can still be
//! received; then [`ConnectionError::PeerGone`] is returned, at once, by every call.
//!
//! A connection holds some seventy messages that have not been received yet (of 10 to 70 kB, sometimes only one or two).
//! Then `send` waits until the peer receives one, or is gone.

use std::borrow::Borrow;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ipc_channel::ipc::OpaqueIpcReceiver;
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::channel::{self, ChannelError, Receiver, Sender};
use super::memory;
use super::message::{
    AttachError, BlockName, Message, PackError, UnpackError, attach_memory, attach_receiver,
    attach_sender, refuse_packing, take_memory, take_receiver, take_sender,
};
use super::raw::SharedBlock;
use super::slot::{Deadline, ExclusiveSlot, SlotGuard, SlotUnavailable, deadline_in};

/// A connection couldn't be made or used.
#[derive(Debug, Error)]
pub enum ConnectionError {
    /// The other end is closed: its process ended, or dropped it.
    #[error("the other end of the connection is gone")]
    PeerGone,
    /// This end was passed to another process.
    #[error("this end of the connection was passed to another process: keep the other end here")]
    Moved,
    /// The message can't travel. It wasn't sent.
    #[error("the message can't be sent: {0}")]
    Pack(PackError),
    /// What arrived isn't the message that was expected.
    #[error("a message arrived that can't be read: {0}")]
    Unpack(UnpackError),
    /// A message was lost, most often for want of descriptors. Don't use the connection any more.
    #[error("a message was lost, most likely because this process has too many open files")]
    Lost,
    /// The system refused.
    #[error("the connection fails: {0}")]
    Io(io::Error),
}

impl From<PackError> for ConnectionError {
    fn from(error: PackError) -> Self {
        Self::Pack(error)
    }
}

impl From<UnpackError> for ConnectionError {
    fn from(error: UnpackError) -> Self {
        Self::Unpack(error)
    }
}

impl From<io::Error> for ConnectionError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ChannelError> for ConnectionError {
    fn from(error: ChannelError) -> Self {
        match error {
            ChannelError::PeerGone => Self::PeerGone,
            ChannelError::TimedOut => Self::Io(io::ErrorKind::TimedOut.into()),
            ChannelError::Lost => Self::Lost,
            ChannelError::Io(error) => Self::Io(error),
        }
    }
}

/// One end of a two-way connection: sends `A`, receives `B`.
///
/// Threads may share an end; one sends while another receives, and several that send take turns.
pub struct Connection<A, B> {
    ends: Arc<ConnectionEnds>,
    messages: PhantomData<fn(A) -> B>,
}

/// The two ends of a connection.
pub type Pipe<A, B> = (Connection<A, B>, Connection<B, A>);

struct ConnectionEnds {
    outlet: ExclusiveSlot<Sender<Message>>,
    inlet: ExclusiveSlot<Receiver<Message>>,
}

/// Makes a connection and returns its two ends: what one sends, the other receives.
pub fn pipe<A, B>() -> Result<Pipe<A, B>, ConnectionError> {
    let (there, from_here) = channel::open_channel()?;
    let (here, from_there) = channel::open_channel()?;
    Ok((
        Connection::from_channels(there, from_there),
        Connection::from_channels(here, from_here),
    ))
}

impl<A, B> Connection<A, B> {
    fn from_channels(outlet: Sender<Message>, inlet: Receiver<Message>) -> Self {
        let ends = ConnectionEnds {
            outlet: ExclusiveSlot::new(outlet),
            inlet: ExclusiveSlot::new(inlet),
        };
        Self {
            ends: Arc::new(ends),
            messages: PhantomData,
        }
    }
}

impl<A: Serialize, B> Connection<A, B> {
    /// Sends a message. Waits while the connection is full, as long as the peer lives.
    pub fn send(&self, message: impl Borrow<A>) -> Result<(), ConnectionError> {
        let message = Message::pack(message.borrow())?;
        // Without a deadline the end can only be missing because it was passed on.
        let mut outlet = self
            .ends
            .outlet
            .acquire_by(None)
            .map_err(|_| ConnectionError::Moved)?;
        Ok(outlet.send(message, None)?)
    }
}

impl<A, B: DeserializeOwned> Connection<A, B> {
    /// Receives the next message. Waits as long as the peer lives.
    pub fn recv(&self) -> Result<B, ConnectionError> {
        // Without a deadline there is always a message or an error.
        self.recv_by(None)?.ok_or(ConnectionError::PeerGone)
    }

    /// Receives the next message; `None` if none came within `timeout`.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<B>, ConnectionError> {
        self.recv_by(deadline_in(timeout))
    }

    /// Whether there is a message to receive, or comes one within `timeout`.
    pub fn poll(&self, timeout: Duration) -> Result<bool, ConnectionError> {
        let deadline = deadline_in(timeout);
        let polled = self.with_inlet(deadline, |inlet| inlet.poll(deadline))?;
        Ok(polled.unwrap_or(false))
    }

    fn recv_by(&self, deadline: Deadline) -> Result<Option<B>, ConnectionError> {
        let message = self
            .with_inlet(deadline, |inlet| inlet.receive(deadline))?
            .flatten();
        Ok(message.map(Message::unpack).transpose()?)
    }

    /// `None` if another thread was receiving until the deadline.
    fn with_inlet<R>(
        &self,
        deadline: Deadline,
        work: impl FnOnce(&mut Receiver<Message>) -> Result<R, ChannelError>,
    ) -> Result<Option<R>, ConnectionError> {
        match self.ends.inlet.acquire_by(deadline) {
            Ok(mut inlet) => Ok(Some(work(&mut inlet)?)),
            Err(SlotUnavailable::Busy) => Ok(None),
            Err(SlotUnavailable::Gone) => Err(ConnectionError::Moved),
        }
    }
}

/// The indexes of what a connection attaches to a message: both directions, and the blocks that are known by name.
type ConnectionWire = (u32, u32, Vec<(BlockName, u32)>);

impl ConnectionEnds {
    /// Attaches both directions to the message being packed. They leave this process once it is complete.
    fn attach_to_message(self: &Arc<Self>) -> Result<ConnectionWire, AttachError> {
        let outlet = self
            .outlet
            .acquire_by(Some(Instant::now()))
            .map_err(move_error)?
            .to_opaque();
        let outlet = attach_sender(outlet)?;
        let mut blocks = Vec::new();
        for (name, block) in self.acquire_inlet()?.received_blocks().iter() {
            blocks.push((name, attach_memory(Arc::clone(block.memory()))?));
        }
        let ends = Arc::clone(self);
        let names: Vec<_> = blocks.iter().map(|(name, _)| *name).collect();
        let inlet = attach_receiver(Box::new(move || ends.detach_receiver(&names)))?;
        Ok((outlet, inlet, blocks))
    }

    fn acquire_inlet(&self) -> Result<SlotGuard<'_, Receiver<Message>>, AttachError> {
        let now = Some(Instant::now());
        self.inlet.acquire_by(now).map_err(move_error)
    }

    fn detach_receiver(&self, attached: &[BlockName]) -> Result<OpaqueIpcReceiver, AttachError> {
        {
            let inlet = self.acquire_inlet()?;
            if inlet.has_fetched() {
                return Err(AttachError::Refused(
                    "the connection holds a message that poll() found: receive it first".into(),
                ));
            }
            let blocks = inlet.received_blocks().iter().map(|(name, _)| name);
            if !blocks.eq(attached.iter().copied()) {
                return Err(move_error(SlotUnavailable::Busy));
            }
        }
        self.outlet.remove_contents().map_err(move_error)?;
        let inlet = self.inlet.remove_contents().map_err(move_error)?;
        Ok(inlet.into_opaque())
    }
}

fn move_error(unavailable: SlotUnavailable) -> AttachError {
    AttachError::Refused(match unavailable {
        SlotUnavailable::Gone => ConnectionError::Moved.to_string(),
        SlotUnavailable::Busy => {
            "the connection can't be passed on while another thread uses it".to_owned()
        }
    })
}

impl<A, B> Serialize for Connection<A, B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let indexes = self
            .ends
            .attach_to_message()
            .map_err(|error| S::Error::custom(refuse_packing(error)))?;
        indexes.serialize(serializer)
    }
}

impl<'de, A, B> Deserialize<'de> for Connection<A, B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (sender, receiver, blocks) = ConnectionWire::deserialize(deserializer)?;
        let sender = take_sender(sender).map_err(D::Error::custom)?;
        let receiver = take_receiver(receiver).map_err(D::Error::custom)?;
        let mut inlet = Receiver::from(receiver);
        for (name, memory) in blocks {
            let memory = take_memory(memory).map_err(D::Error::custom)?;
            let memory = memory::into_owned_memory(memory).map_err(D::Error::custom)?;
            let block = SharedBlock::new(memory);
            inlet.keep_block(
                name,
                block.ok_or_else(|| D::Error::custom("a block is too small"))?,
            );
        }
        Ok(Self::from_channels(sender.into(), inlet))
    }
}

impl<A, B> fmt::Debug for Connection<A, B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sent, received) = (std::any::type_name::<A>(), std::any::type_name::<B>());
        write!(
            formatter,
            "Connection that sends {sent} and receives {received}"
        )
    }
}

#[cfg(test)]
mod tests;
