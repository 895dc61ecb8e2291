//! Shared memory that is kept from one large message to the next.
//!
//! New memory is expensive: the system makes a file, clears every page of it, and adds each to both processes. So a
//! process keeps the blocks that it wrote messages into, and writes the next message into one whose contents no process
//! holds any more. A receiver keeps those that arrived through a channel, and the next message there only names its
//! block.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::memory::{self, MemoryError};
use crate::raw::{BLOCK_TRAILER, BlockReader, BlockWriter, SharedBlock};
use crate::token;

/// Names a block in every process.
pub(crate) type BlockName = u64;

/// How many blocks are kept, in a process that writes them and by each channel.
const MOST_KEPT: usize = 4;

/// How many bytes they may have, all together.
const MOST_BYTES: usize = 160 << 20;

/// The blocks that this process writes.
static OWN: Mutex<KeptBlocks<Arc<SharedBlock>>> = Mutex::new(KeptBlocks::new());

/// Blocks by name, the oldest first. Both ends of a channel keep such a list by the same rule, so that the sender knows
/// which blocks the receiver has.
#[derive(Debug)]
pub(crate) struct KeptBlocks<B>(Vec<(BlockName, usize, B)>);

impl<B> KeptBlocks<B> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn find(&self, name: BlockName) -> Option<&B> {
        let mut blocks = self.0.iter();
        blocks.find_map(|(own, _, block)| (*own == name).then_some(block))
    }

    /// Adds a block, unless it is too large to keep, and forgets the oldest as long as there are too many.
    pub(crate) fn add(&mut self, name: BlockName, capacity: usize, block: B) {
        if capacity > MOST_BYTES {
            return;
        }
        self.0.push((name, capacity, block));
        let mut bytes: usize = self.0.iter().map(|(_, capacity, _)| capacity).sum();
        while self.0.len() > MOST_KEPT || bytes > MOST_BYTES {
            bytes -= self.0.remove(0).1;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (BlockName, &B)> {
        self.0.iter().map(|(name, _, block)| (*name, block))
    }
}

/// A block for `needed` bytes whose contents no process holds: the smallest, or else the largest.
pub(super) fn claim_block(needed: usize, largest: bool) -> Option<(BlockName, BlockWriter)> {
    let own = OWN.lock();
    let mut fitting: Vec<_> = own.0.iter().filter(|block| block.1 >= needed).collect();
    fitting.sort_by_key(|block| block.1);
    if largest {
        fitting.reverse();
    }
    fitting
        .into_iter()
        .find_map(|(name, _, block)| Some((*name, BlockWriter::claim(block)?)))
}

/// Whether one more block can be kept without forgetting another.
pub(super) fn has_room_for_block() -> bool {
    OWN.lock().0.len() < MOST_KEPT
}

/// A new block that holds `bytes`, and is kept.
pub(super) fn create_block(mut bytes: Vec<u8>) -> Result<(BlockName, BlockReader), MemoryError> {
    // With some room for a message that is a little larger.
    let capacity = bytes.len() + bytes.len() / 16;
    bytes.resize(capacity.next_multiple_of(BLOCK_TRAILER) + BLOCK_TRAILER, 0);
    let wanted = bytes.len();
    let memory = memory::copy_to_shared_memory(&bytes)?;
    let claimed = SharedBlock::new(memory)
        .and_then(|block| Some((BlockWriter::claim(&block)?.into_reader(), block)));
    let (reader, block) = claimed.ok_or_else(|| MemoryError::Refused {
        wanted,
        source: std::io::ErrorKind::InvalidData.into(),
    })?;
    let name = token::random_word();
    OWN.lock().add(name, block.capacity(), block);
    Ok((name, reader))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_keeps_at_least_what_its_sender_counts_on() {
        let (mut sender, mut receiver) = (KeptBlocks::new(), KeptBlocks::new());
        for (name, megabytes) in [1, 70, 2, 90, 3, 300, 60, 60, 60, 1]
            .into_iter()
            .enumerate()
        {
            // The sending end was passed on before the third, and its list began anew.
            if name == 2 {
                sender = KeptBlocks::new();
            }
            sender.add(name as u64, megabytes << 20, ());
            receiver.add(name as u64, megabytes << 20, ());
            assert!(
                sender
                    .iter()
                    .all(|(name, ())| receiver.find(name).is_some())
            );
        }
        let names: Vec<_> = sender.iter().map(|(name, ())| name).collect();
        assert_eq!(names, [7, 8, 9]);
    }
}
