//! A lock that excludes processes as well as threads.
//!
//! The lock is a file's lock, kept by the kernel: when the process that holds it dies, however it dies, the
//! kernel frees it. (Python's `Lock` stays locked for ever.) The next owner may find the guarded data half changed.
//!
//! A holder that is stopped keeps the lock until it goes on or dies; `acquire_timeout` gives up waiting.
//! Waiting owners don't queue: the first that asks when the lock is free gets it.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::message::{AttachError, refuse_packing, refuse_unpacking};
use super::slot::{Deadline, ExclusiveSlot, SlotGuard, SlotUnavailable, deadline_in, time_until};

/// With a deadline, how long to sleep before asking again: from this…
const FIRST_NAP: Duration = Duration::from_micros(50);
/// …doubling to this.
const LONGEST_NAP: Duration = Duration::from_millis(2);

/// A lock couldn't be made or taken.
#[derive(Debug, Error)]
pub enum LockError {
    /// The lock's file can't be made, opened or locked.
    #[error("the lock file {path} fails: {reason}", path = path.display())]
    File {
        /// The lock's file.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
}

/// Excludes all who hold a handle on it, in this process and in others, while one has acquired it.
///
/// `clone` is a second handle on the same lock, and so is what arrives when a handle is passed to a process. Not
/// reentrant: acquiring twice in one thread waits for ever.
#[derive(Clone)]
pub struct Lock {
    shared: Arc<LockInner>,
}

struct LockInner {
    /// One file a process: the kernel excludes open files from each other, not the threads that share one.
    turn: ExclusiveSlot<File>,
    path: PathBuf,
    /// Whether its file is removed with this: made here and never passed on. Else another process may still have to
    /// open it, and it is removed with its folder.
    only_here: AtomicBool,
}

impl Lock {
    /// A new lock, whose file is in `folder`, which should be private and be removed some time: a lock that was
    /// passed to another process leaves its file there.
    pub fn new(folder: &Path) -> Result<Self, LockError> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("lock-{}-{number}", process::id()));
        match File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
        {
            Ok(file) => Ok(Self::from_parts(file, path, true)),
            Err(reason) => Err(LockError::File { path, reason }),
        }
    }

    /// Waits until the lock is free, and holds it until the guard is dropped.
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        loop {
            if let Some(guard) = self.acquire_by(None)? {
                return Ok(guard);
            }
        }
    }

    /// Like [`acquire`](Self::acquire); `None` if the lock is still held elsewhere after `timeout`.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Option<LockGuard<'_>>, LockError> {
        self.acquire_by(deadline_in(timeout))
    }

    /// Acquires the lock if it is free at this moment.
    pub fn try_acquire(&self) -> Result<Option<LockGuard<'_>>, LockError> {
        self.acquire_by(Some(Instant::now()))
    }

    /// Runs `work` while holding the lock.
    pub fn with_lock<R>(&self, work: impl FnOnce() -> R) -> Result<R, LockError> {
        let _guard = self.acquire()?;
        Ok(work())
    }

    fn acquire_by(&self, deadline: Deadline) -> Result<Option<LockGuard<'_>>, LockError> {
        let file = match self.shared.turn.acquire_by(deadline) {
            Ok(file) => file,
            Err(SlotUnavailable::Busy | SlotUnavailable::Gone) => return Ok(None),
        };
        let locked = lock_file_until(&file, deadline).map_err(|reason| LockError::File {
            path: self.shared.path.clone(),
            reason,
        })?;
        if !locked {
            return Ok(None);
        }
        Ok(Some(LockGuard { file }))
    }

    fn from_parts(file: File, path: PathBuf, only_here: bool) -> Self {
        Self {
            shared: Arc::new(LockInner {
                turn: ExclusiveSlot::new(file),
                path,
                only_here: AtomicBool::new(only_here),
            }),
        }
    }
}

/// Waits for the file's lock. `false`: not before `deadline`.
fn lock_file_until(file: &File, deadline: Deadline) -> io::Result<bool> {
    let mut nap = FIRST_NAP;
    loop {
        let Some(deadline) = deadline else {
            match file.lock() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                outcome => return outcome.map(|()| true),
            }
        };
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let left = time_until(deadline);
        if left.is_zero() {
            return Ok(false);
        }
        thread::sleep(nap.min(left));
        nap = (nap * 2).min(LONGEST_NAP);
    }
}

impl Drop for LockInner {
    fn drop(&mut self) {
        if *self.only_here.get_mut() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Holds a [`Lock`] until it is dropped.
#[must_use = "the lock is free again as soon as the guard is dropped"]
pub struct LockGuard<'a> {
    file: SlotGuard<'a, File>,
}

impl Drop for LockGuard<'_> {
    fn drop(&mut self) {
        // It can't fail for a file that we locked; if it did, closing the file would free the lock.
        let _ = self.file.unlock();
    }
}

impl Serialize for Lock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path = self.shared.path.to_str().ok_or_else(|| {
            let why = format!("the lock's path {} isn't text", self.shared.path.display());
            S::Error::custom(refuse_packing(AttachError::Refused(why)))
        })?;
        self.shared.only_here.store(false, Ordering::Relaxed);
        path.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Lock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = PathBuf::deserialize(deserializer)?;
        match File::options().read(true).write(true).open(&path) {
            Ok(file) => Ok(Self::from_parts(file, path, false)),
            Err(reason) => {
                let error = LockError::File { path, reason };
                Err(D::Error::custom(refuse_unpacking(error.to_string())))
            }
        }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Lock {}", self.shared.path.display())
    }
}

impl fmt::Debug for LockGuard<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LockGuard {:?}", *self.file)
    }
}

#[cfg(test)]
mod tests;
