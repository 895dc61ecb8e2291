//! Shared memory that is refused with an error where ipc-channel would panic.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ipc_channel::ipc::IpcSharedMemory;
use thiserror::Error;

/// Below this size it is not checked first how much memory is free.
const ASK_FROM: usize = 16 << 20;

/// Shared memory couldn't be made.
#[derive(Debug, Error)]
pub enum MemoryError {
    /// The machine doesn't have that much to give.
    #[error("{wanted} bytes of shared memory are more than the {available} that are free")]
    TooLarge {
        /// The bytes asked for.
        wanted: usize,
        /// The bytes that are free now.
        available: usize,
    },
    /// The system refused, most often because this process holds too many descriptors.
    #[error("the system refuses {wanted} bytes of shared memory: {source}")]
    Refused {
        /// The bytes asked for.
        wanted: usize,
        /// The system's error.
        source: io::Error,
    },
    /// The system refused a second view of memory that is there.
    #[error("the system refuses to map shared memory once more: {0}")]
    NotMapped(io::Error),
}

/// Shared memory that holds a copy of `bytes`.
pub(crate) fn copy_to_shared_memory(bytes: &[u8]) -> Result<IpcSharedMemory, MemoryError> {
    create_checked_memory(bytes.len(), || IpcSharedMemory::from_bytes(bytes))
}

/// Shared memory of `length` zero bytes.
pub(crate) fn create_zeroed_memory(length: usize) -> Result<IpcSharedMemory, MemoryError> {
    create_checked_memory(length, || IpcSharedMemory::from_byte(0, length))
}

/// The memory as a handle of its own: as it is if this process has no other handle on it, else mapped again.
pub(crate) fn into_owned_memory(
    shared: Arc<IpcSharedMemory>,
) -> Result<IpcSharedMemory, MemoryError> {
    Arc::try_unwrap(shared)
        .or_else(|shared| try_create_memory(|| (*shared).clone()).map_err(MemoryError::NotMapped))
}

fn create_checked_memory(
    wanted: usize,
    create: impl FnOnce() -> IpcSharedMemory,
) -> Result<IpcSharedMemory, MemoryError> {
    if wanted >= ASK_FROM
        && let Some(available) = available_memory()
        && wanted > available
    {
        return Err(MemoryError::TooLarge { wanted, available });
    }
    try_create_memory(create).map_err(|source| MemoryError::Refused { wanted, source })
}

/// What `create` makes, or why the system refuses. ipc-channel asserts that the descriptor and the mapping were
/// granted: asking for a descriptor first makes the usual refusal an error without a panic's message, and the
/// rest is caught.
fn try_create_memory(create: impl FnOnce() -> IpcSharedMemory) -> io::Result<IpcSharedMemory> {
    probe_memory_file()?;
    catch_unwind(AssertUnwindSafe(create)).map_err(|_| io::Error::last_os_error())
}

/// A descriptor that was granted now, and is given back when dropped.
#[derive(Debug)]
pub(crate) struct ProbeDescriptor {
    #[cfg(target_os = "linux")]
    _file: rustix::fd::OwnedFd,
}

/// Whether the system would give us one more memory file now.
#[cfg(target_os = "linux")]
pub(crate) fn probe_memory_file() -> io::Result<ProbeDescriptor> {
    let flags = rustix::fs::MemfdFlags::CLOEXEC;
    Ok(ProbeDescriptor {
        _file: rustix::fs::memfd_create("forklore-probe", flags)?,
    })
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn probe_memory_file() -> io::Result<ProbeDescriptor> {
    Ok(ProbeDescriptor {})
}

/// The bytes that can be had without swapping, and within what a container is allowed, where the system reports it.
#[cfg(target_os = "linux")]
fn available_memory() -> Option<usize> {
    let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: usize = line.trim().strip_suffix(" kB")?.parse().ok()?;
    let allowed = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    // "max" where there is no limit.
    let allowed: Option<usize> = allowed.and_then(|bytes| bytes.trim().parse().ok());
    let free = kibibytes.checked_mul(1024)?;
    Some(allowed.map_or(free, |allowed| allowed.min(free)))
}

#[cfg(not(target_os = "linux"))]
fn available_memory() -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_holds_what_it_was_made_of() {
        assert_eq!(&*copy_to_shared_memory(b"abc").unwrap(), b"abc");
        assert_eq!(&*create_zeroed_memory(3).unwrap(), [0; 3]);
        assert!(copy_to_shared_memory(&[]).unwrap().is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn more_than_the_machine_has_is_an_error() {
        let error = create_zeroed_memory(1 << 50).unwrap_err();
        assert!(
            matches!(error, MemoryError::TooLarge { wanted, .. } if wanted == 1 << 50),
            "{error}"
        );
    }
}
