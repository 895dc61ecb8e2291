//! A message: one value on its way to another process.
//!
//! Everything that travels is serialised by us first and handed to ipc-channel as plain bytes and a list of
//! descriptors, for three reasons. A value that can't be serialised is an error before anything is sent.
//! ipc-channel's own list of descriptors is never left dirty by a failure. And a large body goes into shared
//! memory, so that no message is ever cut into fragments: the sender of fragments hangs for ever when its peer
//! dies or stops in the middle.

mod attachments;
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
use self::bounded::{BoundedError, STACK_LIMIT};
use super::bytes;
use super::memory::{self, MemoryError};

/// The largest body, in bytes, that travels in the message itself. ipc-channel fragments at about 212,000.
pub(crate) const INLINE_LIMIT: usize = 48 * 1024;

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

#[derive(Debug, Clone)]
enum MessageBody {
    Inline(Arc<[u8]>),
    Shared(Arc<IpcSharedMemory>),
}

impl Message {
    /// Serialises `value` and collects the handles in it. A connection in it is given away only if all went well.
    pub(crate) fn pack<T: Serialize + ?Sized>(value: &T) -> Result<Self, PackError> {
        let mut bytes = Vec::new();
        let (outcome, outgoing) =
            with_outgoing_handles(|| bounded::write_bounded(value, &mut bytes, SIZE_LIMIT));
        if let Some(refused) = outgoing.refused {
            return Err(refused.into());
        }
        outcome?;
        let body = MessageBody::new(bytes)?;
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

    /// How many shared memories there are, the body's included.
    pub(crate) fn shared_memory_count(&self) -> usize {
        self.memories.len() + usize::from(matches!(self.body, MessageBody::Shared(_)))
    }
}

impl MessageBody {
    fn new(bytes: Vec<u8>) -> Result<Self, PackError> {
        match bytes.len() {
            0..=INLINE_LIMIT => Ok(Self::Inline(bytes.into())),
            _ => Ok(Self::Shared(Arc::new(memory::copy_to_shared_memory(
                &bytes,
            )?))),
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Inline(bytes) => bytes,
            // Sound because it is not written any more: the sender wrote before it sent, and never after.
            Self::Shared(memory) => memory,
        }
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

#[derive(Serialize)]
enum OutgoingBody<'a> {
    Inline(#[serde(serialize_with = "bytes::serialize_bytes")] &'a [u8]),
    Shared(&'a IpcSharedMemory),
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

#[derive(Deserialize)]
enum IncomingBody {
    Inline(#[serde(deserialize_with = "bytes::deserialize_shared_bytes")] Arc<[u8]>),
    Shared(ReceivedMemory),
}

/// A shared memory, unless it couldn't be received.
struct ReceivedMemory(Option<IpcSharedMemory>);

impl<'de> Deserialize<'de> for ReceivedMemory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(IpcSharedMemory::deserialize(deserializer).ok()))
    }
}

impl ReceivedMemory {
    fn into_shared<E: serde::de::Error>(self) -> Result<Arc<IpcSharedMemory>, E> {
        self.0
            .map(Arc::new)
            .ok_or_else(|| E::custom("a shared memory wasn't received"))
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = match &self.body {
            MessageBody::Inline(bytes) => OutgoingBody::Inline(bytes),
            MessageBody::Shared(memory) => OutgoingBody::Shared(memory),
        };
        let memories = self.memories.iter().map(Arc::as_ref).collect();
        OutgoingWire {
            body,
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
        let body = match body {
            IncomingBody::Inline(bytes) => MessageBody::Inline(bytes),
            IncomingBody::Shared(memory) => MessageBody::Shared(memory.into_shared()?),
        };
        let memories = memories
            .into_iter()
            .map(ReceivedMemory::into_shared)
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
