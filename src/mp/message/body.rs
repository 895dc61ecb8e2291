//! The bytes of a message, and where they are.

use std::fmt;
use std::sync::Arc;

use ipc_channel::ipc::IpcSharedMemory;
use serde::{Deserialize, Serialize};

use super::blocks::{self, BlockName, KeptBlocks};
use super::{INLINE_LIMIT, ReceivedMemory};
use crate::bytes;
use crate::memory::MemoryError;
use crate::raw::{BlockReader, BlockWriter, SharedBlock};

/// From this size on a message is written into a kept block, if one is free.
pub(super) const BLOCK_FROM: usize = 8 * 1024;

/// Where a value is serialised to. It begins in new memory of this process, and goes on in a kept block if it is large
/// and one is free.
pub(crate) enum BodyWriter {
    New {
        bytes: Vec<u8>,
        /// No block is free.
        stays: bool,
    },
    Block {
        name: BlockName,
        writer: BlockWriter,
        length: usize,
    },
}

impl BodyWriter {
    pub(crate) fn new() -> Self {
        Self::New {
            bytes: Vec::new(),
            stays: false,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::New { bytes, .. } => bytes.len(),
            Self::Block { length, .. } => *length,
        }
    }

    #[inline]
    pub(crate) fn append(&mut self, data: &[u8]) {
        match self {
            Self::New { bytes, stays } if *stays || bytes.len() + data.len() < BLOCK_FROM => {
                bytes.extend_from_slice(data);
            }
            Self::Block { writer, length, .. } if writer.capacity() - *length >= data.len() => {
                writer.as_mut_slice()[*length..][..data.len()].copy_from_slice(data);
                *length += data.len();
            }
            _ => self.move_and_append(data),
        }
    }

    /// Goes on in a larger place.
    #[cold]
    fn move_and_append(&mut self, data: &[u8]) {
        let needed = self.len() + data.len();
        // A second time the largest, so that a value is not moved again and again.
        let was_moved = matches!(self, Self::Block { .. });
        let mut next = match blocks::claim_block(needed, was_moved) {
            Some((name, writer)) => Self::Block {
                name,
                writer,
                length: 0,
            },
            None => Self::New {
                bytes: Vec::with_capacity(needed),
                stays: true,
            },
        };
        match self {
            Self::New { bytes, .. } => next.append(bytes),
            Self::Block { writer, length, .. } => next.append(&writer.as_mut_slice()[..*length]),
        }
        next.append(data);
        *self = next;
    }
}

/// A message's bytes. (They are written before it is sent, and never after.)
#[derive(Clone)]
pub(super) enum MessageBody {
    Inline(Arc<[u8]>),
    Block {
        name: BlockName,
        length: usize,
        /// `None`: the receiver has it.
        contents: Option<BlockReader>,
        /// The receiver has the block, so that its name is enough.
        by_name: bool,
    },
}

impl MessageBody {
    pub(super) fn new(written: BodyWriter) -> Result<Self, MemoryError> {
        let (name, length, contents) = match written {
            BodyWriter::Block {
                name,
                length,
                writer,
            } => (name, length, writer.into_reader()),
            BodyWriter::New { bytes, .. } => {
                let length = bytes.len();
                let is_small = length < BLOCK_FROM;
                if is_small || (length <= INLINE_LIMIT && !blocks::has_room_for_block()) {
                    return Ok(Self::Inline(bytes.into()));
                }
                let (name, contents) = blocks::create_block(bytes)?;
                (name, length, contents)
            }
        };
        Ok(Self::Block {
            name,
            length,
            contents: Some(contents),
            by_name: false,
        })
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Inline(bytes) => bytes,
            Self::Block {
                length,
                contents: Some(contents),
                ..
            } => &contents.as_slice()[..*length],
            // Nothing is read of a message that only names its block, and was received without its list.
            Self::Block { .. } => &[],
        }
    }

    /// Makes it name its block only, if the receiver has that. Returns the block that it will have otherwise.
    pub(super) fn name_known_block(&mut self, sent: &KeptBlocks<()>) -> Option<(BlockName, usize)> {
        let Self::Block {
            name,
            contents: Some(contents),
            by_name,
            ..
        } = self
        else {
            return None;
        };
        *by_name = sent.find(*name).is_some();
        (!*by_name).then(|| (*name, contents.block().capacity()))
    }

    /// Finds the block that is only named, or keeps the one that came. `false` if it isn't there.
    pub(super) fn find_block(&mut self, received: &mut KeptBlocks<Arc<SharedBlock>>) -> bool {
        let Self::Block {
            name,
            length,
            contents,
            ..
        } = self
        else {
            return true;
        };
        if let Some(contents) = contents {
            let block = contents.block();
            received.add(*name, block.capacity(), Arc::clone(block));
            return true;
        }
        let known = received.find(*name).cloned();
        let fitting = known.filter(|block| *length <= block.capacity());
        *contents = fitting.map(BlockReader::take_over);
        contents.is_some()
    }

    /// How many descriptors it needs.
    pub(super) fn descriptor_count(&self) -> usize {
        usize::from(matches!(self, Self::Block { by_name: false, .. }))
    }

    /// What ipc-channel is given. The receiver takes over the hold that is counted here.
    pub(super) fn to_wire(&self) -> OutgoingBody<'_> {
        match self {
            Self::Inline(bytes) => OutgoingBody::Inline(bytes),
            Self::Block {
                name,
                length,
                contents,
                by_name,
            } => {
                contents.iter().for_each(BlockReader::add_hold);
                let memory = contents.as_ref().filter(|_| !by_name);
                OutgoingBody::Block {
                    name: *name,
                    length: *length,
                    memory: memory.map(|contents| contents.block().memory().as_ref()),
                }
            }
        }
    }
}

impl fmt::Debug for MessageBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.as_bytes().len())
    }
}

#[derive(Serialize)]
pub(super) enum OutgoingBody<'a> {
    Inline(#[serde(serialize_with = "bytes::serialize_bytes")] &'a [u8]),
    Block {
        name: BlockName,
        length: usize,
        memory: Option<&'a IpcSharedMemory>,
    },
}

#[derive(Deserialize)]
pub(super) enum IncomingBody {
    Inline(#[serde(deserialize_with = "bytes::deserialize_shared_bytes")] Arc<[u8]>),
    Block {
        name: BlockName,
        length: usize,
        memory: Option<ReceivedMemory>,
    },
}

impl IncomingBody {
    /// An error if the block isn't one that can hold it.
    pub(super) fn into_body<E: serde::de::Error>(self) -> Result<MessageBody, E> {
        let (name, length, memory) = match self {
            Self::Inline(bytes) => return Ok(MessageBody::Inline(bytes)),
            Self::Block {
                name,
                length,
                memory,
            } => (name, length, memory),
        };
        let contents = match memory {
            None => None,
            Some(memory) => {
                let block = SharedBlock::new(memory.into_memory()?)
                    .filter(|block| length <= block.capacity())
                    .ok_or_else(|| E::custom("a message's block is too small"))?;
                Some(BlockReader::take_over(block))
            }
        };
        Ok(MessageBody::Block {
            name,
            length,
            contents,
            by_name: false,
        })
    }
}
