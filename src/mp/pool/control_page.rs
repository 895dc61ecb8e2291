//! A page of memory that a pool shares with one worker: what the worker does, and which side waits.
//!
//! It makes messages cheap, for each side sees without a system call whether one is there. When a worker dies, it
//! shows which task the worker was running. About messages it is only a hint: what counts is what arrives.

use std::sync::{
    Arc,
    atomic::{
        AtomicU64,
        Ordering::{Acquire, Relaxed, Release, SeqCst},
    },
};

use ipc_channel::ipc::IpcSharedMemory;

use crate::{
    Error,
    memory::{self, MemoryError},
    raw::SharedCells,
};

const SIZE: usize = 4096;

// Each side's words lie on cache lines of their own.
const CHUNK: usize = 0;
const STEP: usize = 1;
const REPLIES: usize = 3;
const TASKS: usize = 32;
const POOL_SLEEPS: usize = 48;
const BACK_FROM: usize = 64;
const BACK_TO: usize = 65;

const DECODING: u64 = u64::MAX;
const ENCODING: u64 = u64::MAX - 1;

/// What a worker is doing with a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChunkPhase {
    /// It decodes the arguments of all its tasks.
    Decoding,
    /// It runs the task of that number in the chunk, or encodes its result.
    Running(usize),
    /// It encodes the results of several tasks.
    Encoding,
}

/// The page, seen from either side.
#[derive(Clone)]
pub(crate) struct ControlPage {
    words: Arc<SharedCells<AtomicU64>>,
}

impl ControlPage {
    pub(crate) fn create_zeroed() -> Result<Self, MemoryError> {
        let memory = memory::create_zeroed_memory(SIZE)?;
        Self::map_memory(memory).ok_or_else(|| MemoryError::Refused {
            wanted: SIZE,
            source: std::io::ErrorKind::InvalidData.into(),
        })
    }

    pub(crate) fn from_received(memory: IpcSharedMemory) -> Result<Self, Error> {
        let unfit = || Error::from_system("the control page", std::io::ErrorKind::InvalidData);
        Self::map_memory(memory).ok_or_else(unfit)
    }

    fn map_memory(memory: IpcSharedMemory) -> Option<Self> {
        let words = SharedCells::new(memory)?;
        (words.as_slice().len() * 8 >= SIZE).then(|| Self {
            words: Arc::new(words),
        })
    }

    /// To send to the worker.
    pub(crate) fn memory(&self) -> IpcSharedMemory {
        IpcSharedMemory::clone(self.words.memory())
    }

    #[inline]
    fn word_at(&self, index: usize) -> &AtomicU64 {
        &self.words.as_slice()[index]
    }

    // The worker's side.

    /// A chunk begins. `false` if it was called back.
    pub(crate) fn begin_chunk(&self, chunk: u64) -> bool {
        self.word_at(STEP).store(DECODING, Relaxed);
        // Each side writes its word and then reads the other's: at least one sees the other.
        self.word_at(CHUNK).store(chunk, SeqCst);
        let called_back = self.word_at(BACK_FROM).load(SeqCst)..self.word_at(BACK_TO).load(SeqCst);
        !called_back.contains(&chunk)
    }

    #[inline]
    pub(crate) fn set_phase(&self, step: ChunkPhase) {
        let word = match step {
            ChunkPhase::Running(index) => index as u64,
            ChunkPhase::Decoding => DECODING,
            ChunkPhase::Encoding => ENCODING,
        };
        self.word_at(STEP).store(word, Relaxed);
    }

    /// A reply was sent. `true` if the pool sleeps and has to be woken.
    pub(crate) fn count_reply(&self) -> bool {
        self.word_at(REPLIES).fetch_add(1, SeqCst);
        self.word_at(POOL_SLEEPS).load(SeqCst) != 0
            && self.word_at(POOL_SLEEPS).swap(0, SeqCst) != 0
    }

    /// How many messages were sent.
    #[inline]
    pub(crate) fn message_count(&self) -> u64 {
        self.word_at(TASKS).load(Acquire)
    }

    // The pool's side.

    /// A message was sent.
    pub(crate) fn count_message(&self) {
        self.word_at(TASKS).fetch_add(1, Release);
    }

    /// How many replies were sent.
    #[inline]
    pub(crate) fn reply_count(&self) -> u64 {
        // After `set_pool_sleeps`: at least one side sees the other.
        self.word_at(REPLIES).load(SeqCst)
    }

    /// Announces that the pool is about to sleep, or that it does no longer.
    pub(crate) fn set_pool_sleeps(&self, sleeps: bool) {
        self.word_at(POOL_SLEEPS).store(u64::from(sleeps), SeqCst);
    }

    /// Which chunk it began last, and what it does with it.
    pub(crate) fn current_progress(&self) -> (u64, ChunkPhase) {
        let step = match self.word_at(STEP).load(Relaxed) {
            DECODING => ChunkPhase::Decoding,
            ENCODING => ChunkPhase::Encoding,
            index => ChunkPhase::Running(index as usize),
        };
        (self.word_at(CHUNK).load(SeqCst), step)
    }

    /// Calls chunks back. Returns the last one that was begun before, or may have been.
    pub(crate) fn reclaim_chunks(&self, from: u64, to: u64) -> u64 {
        // Both only grow. In this order what was called back before stays so at every moment; a chunk that the
        // worker gives back for nothing in between is sent again.
        self.word_at(BACK_TO).store(to, SeqCst);
        self.word_at(BACK_FROM).store(from, SeqCst);
        self.word_at(CHUNK).load(SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_see_the_same_page() {
        let pool = ControlPage::create_zeroed().unwrap();
        let worker = ControlPage::from_received(pool.memory()).unwrap();
        assert!(worker.begin_chunk(3));
        assert_eq!(pool.current_progress(), (3, ChunkPhase::Decoding));
        worker.set_phase(ChunkPhase::Running(5));
        assert_eq!(pool.current_progress(), (3, ChunkPhase::Running(5)));
        assert!(!worker.count_reply());
        pool.set_pool_sleeps(true);
        assert!(worker.count_reply() && !worker.count_reply());
        assert_eq!(pool.reply_count(), 3);
    }

    #[test]
    fn a_chunk_is_called_back_only_before_it_begins() {
        let pool = ControlPage::create_zeroed().unwrap();
        let worker = ControlPage::from_received(pool.memory()).unwrap();
        assert!(worker.begin_chunk(1));
        assert_eq!(pool.reclaim_chunks(2, 4), 1);
        assert!(!worker.begin_chunk(2));
        assert!(!worker.begin_chunk(3));
        assert!(worker.begin_chunk(4));
        assert_eq!(pool.reclaim_chunks(4, 5), 4, "too late for 4");
    }

    #[test]
    fn what_was_called_back_stays_so_while_more_is() {
        let pool = ControlPage::create_zeroed().unwrap();
        let worker = ControlPage::from_received(pool.memory()).unwrap();
        pool.reclaim_chunks(2, 4);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                (5..200_000).for_each(|to| {
                    pool.reclaim_chunks(3, to);
                });
            });
            assert!((0..200_000).all(|_| !worker.begin_chunk(3)));
        });
    }
}
