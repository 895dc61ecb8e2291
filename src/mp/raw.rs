//! The only file with `unsafe` in the project. Four things that safe Rust can't say:
//! atomics in memory that several processes share, a real segmentation fault, waiting on a channel's
//! descriptor, which ipc-channel keeps to itself, and asking the system to end us when our parent is gone.
#![allow(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;
#[cfg(target_os = "linux")]
use std::os::fd::{BorrowedFd, RawFd};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicI64, AtomicU8, AtomicU32, AtomicU64};

use ipc_channel::ipc::{IpcReceiver, IpcSender, IpcSharedMemory};

/// The atomics that may be laid over shared memory.
///
/// # Safety
///
/// Every bit pattern must be a value, and a shared reference must allow that others change it.
pub unsafe trait SharedCell: Sync + 'static {}

// SAFETY: an integer atomic takes any bits, and is made to be changed through shared references.
unsafe impl SharedCell for AtomicU8 {}
// SAFETY: as above.
unsafe impl SharedCell for AtomicU32 {}
// SAFETY: as above.
unsafe impl SharedCell for AtomicU64 {}
// SAFETY: as above.
unsafe impl SharedCell for AtomicI32 {}
// SAFETY: as above.
unsafe impl SharedCell for AtomicI64 {}

/// Shared memory seen as a slice of atomics; nothing else ever looks at its bytes.
pub(crate) struct SharedCells<C> {
    first: NonNull<C>,
    length: usize,
    /// Keeps the mapping; never dereferenced again.
    memory: Arc<IpcSharedMemory>,
    cells: PhantomData<C>,
}

// SAFETY: the mapping may be used from any thread, and all access goes through atomics.
unsafe impl<C: SharedCell> Send for SharedCells<C> {}
// SAFETY: as above.
unsafe impl<C: SharedCell> Sync for SharedCells<C> {}

impl<C: SharedCell> SharedCells<C> {
    /// Lays atomics over `memory`. `None` if it is misaligned, or its size isn't a multiple of one atomic's.
    pub(crate) fn new(mut memory: IpcSharedMemory) -> Option<Self> {
        // SAFETY: we own the only handle in this process, and the slice isn't used: only the address of its
        // start is kept. Other processes may write the memory at this moment, through atomics alone.
        let bytes = unsafe { memory.deref_mut() };
        let (start, size) = (bytes.as_mut_ptr(), bytes.len());
        let length = size / size_of::<C>();
        let first = match length {
            0 => NonNull::dangling(),
            _ => NonNull::new(start.cast::<C>())?,
        };
        let fits = first.is_aligned() && size.is_multiple_of(size_of::<C>());
        fits.then(|| Self {
            first,
            length,
            memory: Arc::new(memory),
            cells: PhantomData,
        })
    }

    /// The atomics. They live as long as this handle, which keeps the mapping.
    pub(crate) fn as_slice(&self) -> &[C] {
        // SAFETY: `first` is aligned and starts a mapping of `length` atomics (checked in `new`) that lasts as
        // long as `self.memory`, whose descriptor is never truncated. Any bits are a valid `C`, and every process
        // accesses them only through atomics.
        unsafe { std::slice::from_raw_parts(self.first.as_ptr(), self.length) }
    }

    /// The memory itself, to attach to a message. Its bytes must not be read or written.
    pub(crate) fn memory(&self) -> &Arc<IpcSharedMemory> {
        &self.memory
    }
}

/// One end of a channel.
pub(crate) trait ChannelEnd: fmt::Debug {}

impl<T: fmt::Debug> ChannelEnd for IpcSender<T> {}
impl<T: fmt::Debug> ChannelEnd for IpcReceiver<T> {}

/// One end of a channel, and the descriptor that it waits on.
///
/// ipc-channel has no `try_send` and no send with a time limit, and doesn't let its descriptor be had, except that
/// the `Debug` text of an end names it. Read once, and used only if it is a socket; a version of ipc-channel that
/// writes another text costs us the time limit, nothing else.
#[derive(Debug)]
pub(crate) struct WatchedEnd<E> {
    end: E,
    #[cfg(target_os = "linux")]
    number: Option<RawFd>,
}

impl<E: ChannelEnd> WatchedEnd<E> {
    #[cfg(target_os = "linux")]
    pub(crate) fn new(end: E) -> Self {
        let number = number_in(&format!("{end:?}"));
        let watched = Self { end, number };
        let known = watched.descriptor().is_some_and(is_socket);
        Self {
            number: number.filter(|_| known),
            ..watched
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn new(end: E) -> Self {
        Self { end }
    }

    pub(crate) fn end(&self) -> &E {
        &self.end
    }

    pub(crate) fn into_end(self) -> E {
        self.end
    }

    /// The descriptor, if it is known.
    #[cfg(target_os = "linux")]
    pub(crate) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        // SAFETY: the end owns this descriptor and lives as long as the borrow. Only serialising a receiver
        // would give its descriptor away behind our back, and none is serialised before `into_end`.
        self.number
            .map(|number| unsafe { BorrowedFd::borrow_raw(number) })
    }
}

/// The descriptor in `… fd: SharedFileDescriptor(7) …` or `… fd: Cell { value: 7 } …`.
#[cfg(target_os = "linux")]
fn number_in(debug: &str) -> Option<RawFd> {
    let (_, after) = debug.split_once("{ fd: ")?;
    let after = ["SharedFileDescriptor(", "Cell { value: "]
        .iter()
        .find_map(|wrapper| after.strip_prefix(wrapper))?;
    let (number, _) = after.split_once([')', ' '])?;
    number.parse().ok().filter(|number| *number >= 0)
}

#[cfg(target_os = "linux")]
fn is_socket(descriptor: BorrowedFd<'_>) -> bool {
    rustix::fs::fstat(descriptor)
        .is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode).is_socket())
}

/// Asks the system to kill this process's group as soon as the other end of `pipe` is closed, whatever the
/// processes in it are doing then, also if they are stopped. It holds as long as `pipe` is open.
#[cfg(target_os = "linux")]
pub(crate) fn kill_group_when_closed(pipe: BorrowedFd<'_>) -> std::io::Result<()> {
    use std::os::fd::AsRawFd;

    use nix::libc::{F_SETFL, F_SETOWN, O_ASYNC, O_NONBLOCK, SIGKILL, c_int, fcntl, getpgrp};

    /// Which signal to send; from `asm-generic/fcntl.h`, where libc has no name for it.
    const F_SETSIG: c_int = 10;
    let set = |command: c_int, value: c_int| {
        // SAFETY: `pipe` is open for the length of the call, and these commands take an integer.
        match unsafe { fcntl(pipe.as_raw_fd(), command, value) } {
            -1 => Err(std::io::Error::last_os_error()),
            _ => Ok(()),
        }
    };
    // SAFETY: it takes nothing and cannot fail.
    let group = unsafe { getpgrp() };
    let own = std::process::id() as c_int;
    set(F_SETSIG, SIGKILL)?;
    // A group is named by its first process, negated. Only one of our own may be killed.
    set(F_SETOWN, if group == own { -own } else { own })?;
    set(F_SETFL, O_ASYNC | O_NONBLOCK)
}

/// Ends this process by touching memory that isn't there: a real segmentation fault.
pub fn cause_segfault() -> ! {
    // Not null, because a debug build turns reading null into a panic; below the lowest address that the
    // system ever maps.
    let nowhere = std::ptr::without_provenance::<u8>(16);
    // SAFETY: none. This is the experiment: the read faults and the system ends the process at this
    // instruction. It runs only in a process that was started to be lost.
    unsafe { nowhere.read_volatile() };
    std::process::abort()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;
    use crate::memory;

    #[test]
    fn cells_are_the_bytes_of_the_memory() {
        let memory = memory::copy_to_shared_memory(&[1, 0, 0, 0, 2, 1, 0, 0]).unwrap();
        let cells = SharedCells::<AtomicU32>::new(memory).unwrap();
        let values: Vec<u32> = cells
            .as_slice()
            .iter()
            .map(|cell| cell.load(Relaxed))
            .collect();
        assert_eq!(values, [1, 258].map(u32::to_le));
    }

    #[test]
    fn two_mappings_are_one_memory() {
        let memory = memory::create_zeroed_memory(16).unwrap();
        let here = SharedCells::<AtomicU64>::new(memory.clone()).unwrap();
        let there = SharedCells::<AtomicU64>::new(memory).unwrap();
        here.as_slice()[1].store(7, Relaxed);
        assert_eq!(there.as_slice()[1].load(Relaxed), 7);
    }

    #[test]
    fn a_size_that_does_not_fit_is_refused() {
        assert!(SharedCells::<AtomicU64>::new(memory::create_zeroed_memory(12).unwrap()).is_none());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn both_ends_of_a_channel_have_a_descriptor() {
        let (sender, receiver) = ipc_channel::ipc::channel::<u8>().unwrap();
        let (sender, receiver) = (WatchedEnd::new(sender), WatchedEnd::new(receiver));
        let mut ready = [rustix::event::PollFd::from_borrowed_fd(
            receiver.descriptor().unwrap(),
            rustix::event::PollFlags::IN,
        )];
        let now = rustix::event::Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        assert_eq!(rustix::event::poll(&mut ready, Some(&now)), Ok(0));
        assert!(sender.descriptor().is_some());
        sender.end().send(1).unwrap();
        assert_eq!(rustix::event::poll(&mut ready, Some(&now)), Ok(1));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_strange_debug_text_names_no_descriptor() {
        let texts = [
            "",
            "End { fd: 7 }",
            "End { fd: Cell { value: -1 } }",
            "End { fd: Cell { value: x } }",
        ];
        assert!(texts.iter().all(|text| number_in(text).is_none()));
        assert_eq!(
            number_in("End { fd: Cell { value: 12 }, phantom: () }"),
            Some(12)
        );
    }

    #[test]
    fn no_memory_is_no_cells() {
        let cells =
            SharedCells::<AtomicU64>::new(memory::create_zeroed_memory(0).unwrap()).unwrap();
        assert!(cells.as_slice().is_empty());
    }
}
