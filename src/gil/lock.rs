//! The lock itself: acquiring and releasing it.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use super::{
    GilHistory,
    history::ThreadLog,
    thread::{DROP_REQUEST, GilThread, GilThreadState, ThreadId},
};

/// How long a thread waits before it requests the lock: CPython's default.
pub const SWITCH_INTERVAL: Duration = Duration::from_millis(5);

/// The shortest interval, as in CPython.
const SHORTEST_INTERVAL: Duration = Duration::from_micros(1);

/// No thread has held the lock yet; threads are numbered from 1.
const NOBODY: u32 = 0;

/// The lock that threads share. Clones are the same lock.
#[derive(Debug, Clone)]
pub struct Gil {
    shared: Arc<SharedGil>,
}

#[derive(Debug)]
struct SharedGil {
    state: Mutex<HolderState>,
    /// Signalled to one waiter whenever the lock becomes free.
    freed: Condvar,
    /// The last holder's number. It is written under both mutexes, so either one is enough to read it.
    last_holder: AtomicU32,
    switching: Mutex<()>,
    /// Signalled whenever a thread has taken the lock; forced switching waits for it.
    switched: Condvar,
    interval_ns: AtomicU64,
    forced: AtomicU64,
    threads: AtomicU32,
    /// The number of entries that each thread may log; `None` without a log.
    log_capacity: Option<usize>,
    logs: Mutex<Vec<ThreadLog>>,
    began: Instant,
}

#[derive(Debug, Default)]
struct HolderState {
    locked: bool,
    /// Changes of holder so far.
    switches: u64,
    /// The word in which the last holder checks for requests.
    holder: Option<Arc<AtomicU32>>,
}

impl Default for Gil {
    fn default() -> Self {
        Self::new(SWITCH_INTERVAL)
    }
}

impl Gil {
    /// A lock that is free. A waiting thread requests it after each `interval` in which no other thread got it.
    pub fn new(interval: Duration) -> Self {
        Self::build(interval, None)
    }

    /// A lock whose threads log their events, up to `capacity` each: see [`Gil::take_history`].
    pub fn with_log(interval: Duration, capacity: usize) -> Self {
        Self::build(interval, Some(capacity))
    }

    fn build(interval: Duration, log_capacity: Option<usize>) -> Self {
        let gil = Self {
            shared: Arc::new(SharedGil {
                state: Mutex::default(),
                freed: Condvar::new(),
                last_holder: AtomicU32::new(NOBODY),
                switching: Mutex::default(),
                switched: Condvar::new(),
                interval_ns: AtomicU64::new(0),
                forced: AtomicU64::new(0),
                threads: AtomicU32::new(NOBODY),
                log_capacity,
                logs: Mutex::default(),
                began: Instant::now(),
            }),
        };
        gil.set_switch_interval(interval);
        gil
    }

    /// Sets how long threads wait before a request, from their next wait on.
    pub fn set_switch_interval(&self, interval: Duration) {
        let interval = interval.max(SHORTEST_INTERVAL);
        let ns = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        self.shared.interval_ns.store(ns, Relaxed);
    }

    /// How long threads wait before a request.
    pub fn switch_interval(&self) -> Duration {
        Duration::from_nanos(self.shared.interval_ns.load(Relaxed))
    }

    /// A handle for the calling thread, or for a thread that it is sent to. Create one per thread: a thread
    /// that attached two handles would wait for itself.
    pub fn new_thread(&self) -> GilThread {
        let number = self.shared.threads.fetch_add(1, Relaxed) + 1;
        let log = self.shared.log_capacity;
        let log = log.map(|capacity| ThreadLog::new(ThreadId(number), self.shared.began, capacity));
        GilThread::new(self.clone(), ThreadId(number), log)
    }

    /// How often the lock has passed from one thread to another.
    pub fn switches(&self) -> u64 {
        lock_unpoisoned(&self.shared.state).switches
    }

    /// How often the lock was released because of a request.
    pub fn forced_switches(&self) -> u64 {
        self.shared.forced.load(Relaxed)
    }

    /// Takes the logged events of threads whose handles were dropped, sorted by time.
    pub fn take_history(&self) -> GilHistory {
        GilHistory::from_logs(std::mem::take(&mut *lock_unpoisoned(&self.shared.logs)))
    }

    pub(super) fn keep_log(&self, log: ThreadLog) {
        lock_unpoisoned(&self.shared.logs).push(log);
    }

    /// Waits for the lock and takes it.
    pub(super) fn acquire(&self, own: &mut GilThreadState) {
        let mut state = lock_unpoisoned(&self.shared.state);
        if state.locked {
            state = self.wait_for_release(state, own);
        }
        let switching = lock_unpoisoned(&self.shared.switching);
        state.locked = true;
        if self.shared.last_holder.load(Relaxed) != own.id.0 {
            self.shared.last_holder.store(own.id.0, Relaxed);
            state.holder = Some(Arc::clone(&own.word));
            state.switches += 1;
        }
        self.shared.switched.notify_one();
        drop(switching);
        // A request that came too late for the last hold must not end this one.
        own.word.fetch_and(!DROP_REQUEST, Relaxed);
        drop(state);
        own.end_wait();
    }

    /// Waits until the lock is free, and requests it after each interval.
    fn wait_for_release<'a>(
        &'a self,
        mut state: MutexGuard<'a, HolderState>,
        own: &mut GilThreadState,
    ) -> MutexGuard<'a, HolderState> {
        own.begin_wait();
        while state.locked {
            let seen = state.switches;
            let waited = self
                .shared
                .freed
                .wait_timeout(state, self.switch_interval());
            let (woken, result) = waited.unwrap_or_else(PoisonError::into_inner);
            state = woken;
            // Any switch in the meantime restarts the interval: the new holder gets its whole turn.
            let asks = result.timed_out() && state.locked && state.switches == seen;
            if asks && let Some(holder) = &state.holder {
                holder.fetch_or(DROP_REQUEST, Relaxed);
                own.log_request(ThreadId(self.shared.last_holder.load(Relaxed)));
            }
        }
        state
    }

    /// Releases the lock. If another thread requested it, waits until another thread has it.
    pub(super) fn release(&self, own: &mut GilThreadState) {
        let until = own.read_log_clock();
        let mut state = lock_unpoisoned(&self.shared.state);
        state.locked = false;
        self.shared.freed.notify_one();
        drop(state);
        // A thread that does not hold the lock gets no requests, so from here on the flag does not change.
        let forced = own.word.load(Relaxed) & DROP_REQUEST != 0;
        own.log_release(until, forced);
        if !forced {
            return;
        }
        self.shared.forced.fetch_add(1, Relaxed);
        let switching = lock_unpoisoned(&self.shared.switching);
        if self.shared.last_holder.load(Relaxed) == own.id.0 {
            own.word.fetch_and(!DROP_REQUEST, Relaxed);
            // It waits once and not in a loop, as in CPython: a spurious wake-up only costs a turn.
            drop(self.shared.switched.wait(switching));
        }
    }
}

/// A panic cannot leave the guarded data inconsistent.
fn lock_unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
