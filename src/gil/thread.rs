//! A thread's side of the lock.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use super::{Gil, history::ThreadLog};

/// The bit of a thread's word that requests the lock from it. The other bits are free; CPython uses them for
/// signals and pending calls.
pub(super) const DROP_REQUEST: u32 = 1;

/// A thread's number. The threads of a lock are numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadId(pub u32);

impl fmt::Display for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A thread's own state.
#[derive(Debug)]
pub(super) struct GilThreadState {
    pub(super) id: ThreadId,
    /// The word in which other threads request the lock: the *eval breaker*.
    pub(super) word: Arc<AtomicU32>,
    waits_since: Option<Instant>,
    waited: Duration,
    log: Option<ThreadLog>,
}

impl GilThreadState {
    pub(super) fn begin_wait(&mut self) {
        self.waits_since = Some(Instant::now());
    }

    pub(super) fn log_request(&mut self, holder: ThreadId) {
        if let Some(log) = &mut self.log {
            log.log_request(holder, Instant::now());
        }
    }

    pub(super) fn end_wait(&mut self) {
        let since = self.waits_since.take();
        if since.is_none() && self.log.is_none() {
            return;
        }
        let now = Instant::now();
        if let Some(since) = since {
            self.waited += now.duration_since(since);
        }
        if let Some(log) = &mut self.log {
            log.log_acquire(since, now);
        }
    }

    /// The time, if a log is kept.
    pub(super) fn read_log_clock(&self) -> Option<Instant> {
        self.log.as_ref().map(|_| Instant::now())
    }

    pub(super) fn log_release(&mut self, until: Option<Instant>, forced: bool) {
        if let (Some(log), Some(until)) = (&mut self.log, until) {
            log.log_release(until, forced);
        }
    }
}

/// A thread's handle: it does not hold the lock until it is [attached](GilThread::attach).
#[derive(Debug)]
pub struct GilThread {
    gil: Gil,
    own: GilThreadState,
}

impl GilThread {
    pub(super) fn new(gil: Gil, id: ThreadId, log: Option<ThreadLog>) -> Self {
        let own = GilThreadState {
            id,
            word: Arc::default(),
            waits_since: None,
            waited: Duration::ZERO,
            log,
        };
        Self { gil, own }
    }

    /// The thread's number.
    pub fn id(&self) -> ThreadId {
        self.own.id
    }

    /// How long it has waited for the lock in total.
    pub fn time_waited(&self) -> Duration {
        self.own.waited
    }

    /// Its waits for the lock so far, with their beginnings and ends, and how many events the log had no room for;
    /// nothing without a log.
    pub fn logged_waits(&self) -> (Vec<[Instant; 2]>, u64) {
        let log = self.own.log.as_ref();
        log.map(ThreadLog::waits).unwrap_or_default()
    }

    /// Waits for the lock, and holds it until the returned value is dropped.
    pub fn attach(&mut self) -> AttachedThread<'_> {
        self.gil.acquire(&mut self.own);
        AttachedThread { thread: self }
    }
}

impl Drop for GilThread {
    fn drop(&mut self) {
        if let Some(log) = self.own.log.take() {
            self.gil.keep_log(log);
        }
    }
}

/// A thread that holds the lock and may run.
#[derive(Debug)]
pub struct AttachedThread<'a> {
    thread: &'a mut GilThread,
}

impl AttachedThread<'_> {
    /// A check point: lets another thread run if one requested the lock. Otherwise it costs one load.
    #[inline]
    pub fn check(&mut self) {
        if self.has_drop_request() {
            self.give_way();
        }
    }

    /// Whether another thread requested the lock.
    #[inline]
    pub(super) fn has_drop_request(&self) -> bool {
        // Only a hint: the mutex synchronizes the data that the lock protects.
        self.thread.own.word.load(Relaxed) & DROP_REQUEST != 0
    }

    #[cold]
    pub(super) fn give_way(&mut self) {
        self.thread.gil.release(&mut self.thread.own);
        self.thread.gil.acquire(&mut self.thread.own);
    }

    /// Releases the lock during `call`, which may block, and acquires it again afterwards.
    pub fn allow_threads<R>(&mut self, call: impl FnOnce() -> R) -> R {
        self.thread.gil.release(&mut self.thread.own);
        let _retake = ReacquireGuard(&mut *self.thread);
        call()
    }
}

impl Drop for AttachedThread<'_> {
    fn drop(&mut self) {
        self.thread.gil.release(&mut self.thread.own);
    }
}

/// Acquires the lock again, also after a panic of `call`: dropping the handle releases the lock.
struct ReacquireGuard<'a>(&'a mut GilThread);

impl Drop for ReacquireGuard<'_> {
    fn drop(&mut self) {
        self.0.gil.acquire(&mut self.0.own);
    }
}
