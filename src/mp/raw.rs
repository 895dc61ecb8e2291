//! The only file with `unsafe` in the project. What safe Rust can't say: atomics in memory that several processes share,
//! bytes there that are written and read by turns or copied all at once, a real segmentation fault, waiting on a
//! channel's descriptor, which ipc-channel keeps to itself, asking which descriptors are open, asking the system for large
//! pages, and to end us when our parent is gone, the default action of a signal, and forking.
#![allow(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;
#[cfg(target_os = "linux")]
use std::os::fd::{BorrowedFd, RawFd};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI32, AtomicI64, AtomicU8, AtomicU32, AtomicU64, fence};

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

/// Stores and publishes the values, which are as many as the cells, each on its own and in any order.
pub(crate) fn store_bytes(cells: &[AtomicU8], values: &[u8]) {
    assert_eq!(cells.len(), values.len());
    fence(Release);
    // SAFETY: both have that many bytes; those of the cells are made to be changed through shared references.
    unsafe {
        copy_shared_bytes(
            values.as_ptr(),
            cells.as_ptr().cast_mut().cast(),
            cells.len(),
        );
    };
}

/// A copy of the cells, each as it is at that moment.
pub(crate) fn load_bytes(cells: &[AtomicU8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(cells.len());
    prefer_large_pages(&mut bytes);
    // SAFETY: the buffer has room for as many bytes as there are cells, and all of them are written.
    unsafe {
        copy_shared_bytes(cells.as_ptr().cast(), bytes.as_mut_ptr(), cells.len());
        bytes.set_len(cells.len());
    }
    bytes
}

/// Copies bytes of which one side is shared with others, who may read and write them meanwhile.
///
/// # Safety
///
/// Both sides must have `count` bytes that may be read or written, and must not overlap.
#[cfg(all(target_arch = "x86_64", not(miri)))]
unsafe fn copy_shared_bytes(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the instruction reads and writes these bytes only (the caller vouches for them), and each once. To the
    // compiler it is not a plain copy, which would race with others, but what relaxed atomics of one byte would do, only
    // some ten times as fast. The direction flag is clear, as it always is where assembly begins.
    unsafe {
        std::arch::asm!(
            "rep movsb",
            inout("rcx") count => _,
            inout("rsi") from => _,
            inout("rdi") to => _,
            options(nostack, preserves_flags),
        );
    }
}

/// Copies bytes of which one side is shared with others, who may read and write them meanwhile.
///
/// # Safety
///
/// Both sides must have `count` bytes that may be read or written, and must not overlap.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
unsafe fn copy_shared_bytes(from: *const u8, to: *mut u8, count: usize) {
    for index in 0..count {
        // SAFETY: the caller vouches for both bytes; a byte is aligned anywhere.
        unsafe {
            let value = AtomicU8::from_ptr(from.add(index).cast_mut()).load(Relaxed);
            AtomicU8::from_ptr(to.add(index)).store(value, Relaxed);
        }
    }
}

/// Shared memory that is written again and again, each time when no process reads it any more.
///
/// Its last bytes count those who hold its contents, in whatever process. A [`BlockWriter`] exists only while it is the
/// only holder, and a [`BlockReader`] only after the writer is gone. A process that dies leaves the count too high: its
/// block is not written again.
pub(crate) struct SharedBlock {
    start: NonNull<u8>,
    capacity: usize,
    memory: Arc<IpcSharedMemory>,
}

/// How many bytes of a [`SharedBlock`]'s memory are not for its contents.
pub(crate) const BLOCK_TRAILER: usize = 64;

// SAFETY: the mapping may be used from any thread, and the count of holders keeps writing and reading apart.
unsafe impl Send for SharedBlock {}
// SAFETY: as above.
unsafe impl Sync for SharedBlock {}

impl SharedBlock {
    /// `None` if the memory has no size of a block, or is misaligned.
    pub(crate) fn new(mut memory: IpcSharedMemory) -> Option<Arc<Self>> {
        // SAFETY: we own the only handle in this process, and the slice isn't used: only the address of its start is
        // kept.
        let bytes = unsafe { memory.deref_mut() };
        let (start, size) = (NonNull::new(bytes.as_mut_ptr())?, bytes.len());
        let capacity = size.checked_sub(BLOCK_TRAILER)?;
        let is_aligned =
            start.cast::<AtomicU32>().is_aligned() && size.is_multiple_of(BLOCK_TRAILER);
        is_aligned.then(|| {
            Arc::new(Self {
                start,
                capacity,
                memory: Arc::new(memory),
            })
        })
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// The memory itself, to attach to a message. Its bytes must not be read or written.
    pub(crate) fn memory(&self) -> &Arc<IpcSharedMemory> {
        &self.memory
    }

    fn holders(&self) -> &AtomicU32 {
        // SAFETY: the trailer lies within the mapping, which lasts as long as `self`, and is aligned (checked in `new`);
        // every process accesses it only as this atomic.
        unsafe { self.start.add(self.capacity).cast().as_ref() }
    }
}

impl fmt::Debug for SharedBlock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a block of {} bytes", self.capacity)
    }
}

/// The right to write a block.
pub(crate) struct BlockWriter(BlockReader);

impl BlockWriter {
    /// `None` while its contents are held.
    pub(crate) fn claim(block: &Arc<SharedBlock>) -> Option<Self> {
        let claimed = block.holders().compare_exchange(0, 1, Acquire, Relaxed);
        claimed.ok().map(|_| Self(BlockReader(Arc::clone(block))))
    }

    pub(crate) fn capacity(&self) -> usize {
        self.0.0.capacity
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        let block = &self.0.0;
        // SAFETY: the bytes lie within the mapping, and nothing else reads or writes them: the count was zero.
        unsafe { std::slice::from_raw_parts_mut(block.start.as_ptr(), block.capacity) }
    }

    /// From now on the block is only read.
    pub(crate) fn into_reader(self) -> BlockReader {
        self.0
    }
}

/// A block's contents, which stay as they are while this exists.
pub(crate) struct BlockReader(Arc<SharedBlock>);

impl BlockReader {
    /// Takes over the hold that another process counted by [`add_hold`](Self::add_hold).
    pub(crate) fn take_over(block: Arc<SharedBlock>) -> Self {
        Self(block)
    }

    /// Counts one holder more, who takes over from us.
    pub(crate) fn add_hold(&self) {
        self.0.holders().fetch_add(1, Relaxed);
    }

    pub(crate) fn block(&self) -> &Arc<SharedBlock> {
        &self.0
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        // SAFETY: the bytes lie within the mapping, and are not written while this holder is counted.
        unsafe { std::slice::from_raw_parts(self.0.start.as_ptr(), self.0.capacity) }
    }
}

impl Clone for BlockReader {
    fn clone(&self) -> Self {
        self.add_hold();
        Self(Arc::clone(&self.0))
    }
}

impl Drop for BlockReader {
    fn drop(&mut self) {
        self.0.holders().fetch_sub(1, Release);
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

/// Forks a process that is a child of this process's parent, as this process is. Returns its PID here, and `None` in it.
///
/// # Errors
///
/// If this process has more than one thread, if the C library is not glibc, or if the system refuses.
#[cfg(target_os = "linux")]
pub(crate) fn fork_sibling() -> std::io::Result<Option<u32>> {
    use nix::libc::{CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID, CLONE_PARENT, SYS_clone, syscall};

    check_single_thread()?;
    let thread_id = thread_id_address()?;
    let flags = CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    let none = std::ptr::null::<()>();
    // SAFETY: the new process has a copy of all memory, and its only thread is this one: no other can have held a lock
    // or been in the middle of a change. The C library's own `fork` would do no more for it than to write its thread's
    // new ID where the library keeps it, which the system does here. (On different architectures that address is the
    // last argument or the one before; the other one is not used without CLONE_SETTLS.)
    let pid = unsafe { syscall(SYS_clone, flags, none, none, thread_id, thread_id) };
    match pid {
        -1 => Err(std::io::Error::last_os_error()),
        0 => Ok(None),
        pid => Ok(Some(pid as u32)),
    }
}

/// The directory of a process's threads has two links, and one more for each thread.
#[cfg(target_os = "linux")]
fn check_single_thread() -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    // Without /proc, nothing says how many there are: then there is no fork server.
    let threads = std::fs::metadata("/proc/self/task")
        .map_err(|_| std::io::Error::from(nix::errno::Errno::ENOSYS))?;
    match threads.nlink() {
        3 => Ok(()),
        _ => Err(std::io::Error::other("it has more than one thread")),
    }
}

/// Where the C library keeps this thread's ID.
#[cfg(target_os = "linux")]
fn thread_id_address() -> std::io::Result<NonNull<i32>> {
    use nix::libc::{PR_GET_TID_ADDRESS, gettid, prctl};

    let mut address: *mut i32 = std::ptr::null_mut();
    // SAFETY: the call writes one pointer: the one that this thread's C library has registered with the system, if any.
    let is_known = unsafe { prctl(PR_GET_TID_ADDRESS, &raw mut address) } == 0;
    let address = NonNull::new(address).filter(|_| is_known);
    // SAFETY: the system writes there when this thread ends, so it is an aligned integer that lives as long. glibc keeps
    // the ID there; musl, which does not, keeps a zero.
    let address = address.filter(|address| unsafe { address.read() == gettid() });
    address.ok_or_else(|| {
        let reason = "the C library does not say where it keeps its thread's ID";
        std::io::Error::new(std::io::ErrorKind::Unsupported, reason)
    })
}

/// From this size on it costs more to get new pages than to fill them.
pub(crate) const LARGE_PAGES_FROM: usize = 4 << 20;

/// Asks the system to give this buffer's room, if it is large, in large pages, which it does some twenty times as fast as
/// small ones.
pub(crate) fn prefer_large_pages(buffer: &mut Vec<u8>) {
    if buffer.spare_capacity_mut().len() < LARGE_PAGES_FROM {
        return;
    }
    #[cfg(target_os = "linux")]
    {
        const PAGE: usize = 4096;
        let room = buffer.spare_capacity_mut();
        let before = room.as_ptr().align_offset(PAGE);
        if let Some(length) = room.len().checked_sub(before) {
            // SAFETY: the pages lie within the buffer (the last one is cut off), and the advice leaves their contents as
            // they are. It may be refused.
            unsafe {
                let start = room.as_mut_ptr().add(before).cast();
                nix::libc::madvise(start, length / PAGE * PAGE, nix::libc::MADV_HUGEPAGE);
            }
        }
    }
}

/// Whether none of these descriptors is open, in one call.
#[cfg(unix)]
pub(crate) fn are_closed(descriptors: std::ops::Range<i32>) -> bool {
    use nix::libc::{POLLNVAL, nfds_t, poll, pollfd};

    let mut polled: Vec<pollfd> = descriptors
        .map(|fd| pollfd {
            fd,
            events: 0,
            revents: 0,
        })
        .collect();
    // SAFETY: the list has as many entries as it is said to have, and the call waits for nothing.
    let answered = unsafe { poll(polled.as_mut_ptr(), polled.len() as nfds_t, 0) };
    answered >= 0 && polled.iter().all(|one| one.revents == POLLNVAL)
}

/// Lets the system stop this process when it uses the terminal from the background, even if whoever started us has these
/// signals ignored: its reads would fail then.
#[cfg(unix)]
pub(crate) fn allow_terminal_stops() {
    use nix::sys::signal::{SigHandler, Signal, signal};

    for stop in [Signal::SIGTTIN, Signal::SIGTTOU] {
        // SAFETY: the default action runs no code of ours. It fails for no signal that exists.
        let _ = unsafe { signal(stop, SigHandler::SigDfl) };
    }
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
mod tests;
