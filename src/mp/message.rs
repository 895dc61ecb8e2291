//! A message: one value on its way to another process.
//!
//! Everything that travels is serialised by us first and handed to ipc-channel as plain bytes and a list of
//! descriptors, for three reasons. A value that can't be serialised is an error before anything is sent.
//! ipc-channel's own list of descriptors is never left dirty by a failure. And a large body goes into shared
//! memory, so that no message is ever cut into fragments: the sender of fragments hangs for ever when its peer
//! dies or stops in the middle.

mod attachments;
mod blocks;
mod body;
mod bounded;

use std::sync::Arc;

use ipc_channel::ipc::{IpcSharedMemory, OpaqueIpcReceiver, OpaqueIpcSender};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

pub(crate) use self::attachments::{
    AttachError, MAX_ATTACHMENTS, attach_memory, attach_receiver, attach_sender, refuse_packing,
    refuse_unpacking, take_memory, take_receiver, take_sender,
};
use self::attachments::{IncomingHandles, with_incoming_handles, with_outgoing_handles};
pub(crate) use self::blocks::{BlockName, KeptBlocks};
use self::body::{IncomingBody, MessageBody, OutgoingBody};
use self::bounded::{BoundedError, STACK_LIMIT};
use super::memory::MemoryError;
use super::raw::SharedBlock;

/// The largest body, in bytes, that travels in the message itself. ipc-channel fragments at about 212,000; the system
/// may refuse to take more than 80,000 in one piece, and then ipc-channel fragments too.
pub(crate) const INLINE_LIMIT: usize = 72 * 1024;

/// The largest value, in bytes once serialised, that may travel at all.
pub(crate) const SIZE_LIMIT: usize = 1 << 30;

/// A value couldn't be made ready to travel.
#[derive(Debug, Error)]
pub enum PackError {
    /// The value nests too deeply.
    #[error("the value is nested too deeply (its levels need more than {} KiB of stack): flatten it", STACK_LIMIT / 1024)]
    TooDeep,
    /// The value is too big.
    #[error(
        "the value is larger than {SIZE_LIMIT} bytes: send it in parts, or share a SharedArray"
    )]
    TooBig,
    /// The value holds more handles than one message can carry.
    #[error("the value holds more than {MAX_ATTACHMENTS} handles: send them in several messages")]
    TooManyHandles,
    /// A handle in the value refuses to travel, for example because it was already given away.
    #[error("{0}")]
    HandleRefused(String),
    /// The type's own `Serialize` refused, or it isn't one that postcard can write.
    #[error("the value can't be serialised: {0}")]
    NotSerialisable(postcard::Error),
    /// There was no shared memory for a large value.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

/// What arrived isn't the value that was expected.
#[derive(Debug, Error)]
pub enum UnpackError {
    /// What arrived nests too deeply.
    #[error("the value is nested too deeply (its levels need more than {} KiB of stack)", STACK_LIMIT / 1024)]
    TooDeep,
    /// Bytes were left over: sender and receiver disagree about the type.
    #[error("{0} bytes are left over after the value: sender and receiver must agree on its type")]
    TrailingBytes(usize),
    /// Handles were left over: sender and receiver disagree about the type.
    #[error(
        "{0} handles are left over after the value: sender and receiver must agree on its type"
    )]
    TrailingHandles(usize),
    /// A handle in the value didn't come with it, or is not what it should be.
    #[error("{0}")]
    HandleRefused(String),
    /// The bytes aren't a value of the expected type.
    #[error(
        "the bytes aren't the expected value (sender and receiver must agree on its type): {0}"
    )]
    Malformed(postcard::Error),
}

/// One value, serialised, with the ends and memories that belong to it.
#[derive(Debug)]
pub(crate) struct Message {
    body: MessageBody,
    senders: Vec<OpaqueIpcSender>,
    receivers: Vec<OpaqueIpcReceiver>,
    memories: Vec<Arc<IpcSharedMemory>>,
}

impl Message {
    /// Serialises `value` and collects the handles in it. A connection in it is given away only if all went well.
    pub(crate) fn pack<T: Serialize + ?Sized>(value: &T) -> Result<Self, PackError> {
        let (written, outgoing) =
            with_outgoing_handles(|| bounded::write_bounded(value, SIZE_LIMIT));
        if let Some(refused) = outgoing.refused {
            return Err(refused.into());
        }
        let body = MessageBody::new(written?)?;
        let receivers = outgoing.receivers.into_iter().map(|take| take());
        Ok(Self {
            body,
            receivers: receivers.collect::<Result<_, _>>()?,
            senders: outgoing.senders,
            memories: outgoing.memories,
        })
    }

    /// Deserialises the value. It must take up every byte and every handle.
    pub(crate) fn unpack<T: DeserializeOwned>(self) -> Result<T, UnpackError> {
        let Self {
            body,
            senders,
            receivers,
            memories,
        } = self;
        let incoming = IncomingHandles {
            senders: senders.into_iter().map(Some).collect(),
            receivers: receivers.into_iter().map(Some).collect(),
            memories: memories.into_iter().map(Some).collect(),
            refused: None,
        };
        let (value, left) =
            with_incoming_handles(incoming, || bounded::read_bounded(body.as_bytes()));
        if let Some(refused) = &left.refused {
            return Err(UnpackError::HandleRefused(refused.to_string()));
        }
        match (value?, left.remaining_handles()) {
            (value, 0) => Ok(value),
            (_, left) => Err(UnpackError::TrailingHandles(left)),
        }
    }

    /// A second message with the same contents, without copying them; `None` if it holds a receiving end, of
    /// which there can be only one.
    pub(crate) fn duplicate(&self) -> Option<Self> {
        self.receivers.is_empty().then(|| Self {
            body: self.body.clone(),
            senders: self.senders.clone(),
            receivers: Vec::new(),
            memories: self.memories.clone(),
        })
    }

    /// Whether it consists of bytes in this process only.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.body, MessageBody::Inline(_))
            && self.senders.is_empty()
            && self.receivers.is_empty()
            && self.memories.is_empty()
    }

    /// How many descriptors ipc-channel will duplicate when it sends this.
    pub(crate) fn duplicated_descriptors(&self) -> usize {
        self.memories.len() + self.body.descriptor_count()
    }

    /// Makes it name its block only, if the receiver has that. Returns the block that it will have otherwise.
    pub(crate) fn name_known_block(&mut self, sent: &KeptBlocks<()>) -> Option<(BlockName, usize)> {
        self.body.name_known_block(sent)
    }

    /// Finds the block that holds its bytes, or keeps it. `false` if there is none.
    pub(crate) fn find_block(&mut self, received: &mut KeptBlocks<Arc<SharedBlock>>) -> bool {
        self.body.find_block(received)
    }
}

impl From<BoundedError> for PackError {
    fn from(stop: BoundedError) -> Self {
        match stop {
            BoundedError::TooDeep => Self::TooDeep,
            BoundedError::TooBig | BoundedError::Trailing(_) => Self::TooBig,
            BoundedError::Refused(error) => Self::NotSerialisable(error),
        }
    }
}

impl From<AttachError> for PackError {
    fn from(error: AttachError) -> Self {
        match error {
            AttachError::TooMany => Self::TooManyHandles,
            other => Self::HandleRefused(other.to_string()),
        }
    }
}

impl From<BoundedError> for UnpackError {
    fn from(stop: BoundedError) -> Self {
        match stop {
            BoundedError::TooDeep | BoundedError::TooBig => Self::TooDeep,
            BoundedError::Trailing(count) => Self::TrailingBytes(count),
            BoundedError::Refused(error) => Self::Malformed(error),
        }
    }
}

/// What ipc-channel sees of a message. The memories come first: only they can fail (ipc-channel duplicates them),
/// and then no channel has been put on its list.
#[derive(Serialize)]
struct OutgoingWire<'a> {
    memories: Vec<&'a IpcSharedMemory>,
    body: OutgoingBody<'a>,
    senders: &'a [OpaqueIpcSender],
    receivers: &'a [OpaqueIpcReceiver],
}

/// Every channel that came is taken over, also when some memory is missing because this process has too many open
/// files: ipc-channel can't let go of those that are not taken.
#[derive(Deserialize)]
struct IncomingWire {
    memories: Vec<ReceivedMemory>,
    body: IncomingBody,
    senders: Vec<OpaqueIpcSender>,
    receivers: Vec<OpaqueIpcReceiver>,
}

/// A shared memory, unless it couldn't be received.
struct ReceivedMemory(Option<IpcSharedMemory>);

impl<'de> Deserialize<'de> for ReceivedMemory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(IpcSharedMemory::deserialize(deserializer).ok()))
    }
}

impl ReceivedMemory {
    fn into_memory<E: serde::de::Error>(self) -> Result<IpcSharedMemory, E> {
        self.0
            .ok_or_else(|| E::custom("a shared memory wasn't received"))
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let memories = self.memories.iter().map(Arc::as_ref).collect();
        OutgoingWire {
            body: self.body.to_wire(),
            senders: &self.senders,
            receivers: &self.receivers,
            memories,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let IncomingWire {
            body,
            senders,
            receivers,
            memories,
        } = IncomingWire::deserialize(deserializer)?;
        let body = body.into_body()?;
        let memories = memories
            .into_iter()
            .map(|memory| memory.into_memory().map(Arc::new))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            body,
            senders,
            receivers,
            memories,
        })
    }
}

#[cfg(test)]
mod tests;
