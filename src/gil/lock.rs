//! The lock itself: taking it, letting it go.

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

/// How long a thread waits before it asks the holder to let go: CPython's own default.
pub const SWITCH_INTERVAL: Duration = Duration::from_millis(5);

/// No interval is shorter, as in CPython.
const SHORTEST_INTERVAL: Duration = Duration::from_micros(1);

/// Nobody has held the lock yet; threads are counted from 1.
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
    /// The last holder's number. Written under both mutexes, so either is enough to read it.
    last_holder: AtomicU32,
    switching: Mutex<()>,
    /// Signalled whenever somebody has taken the lock: what forced switching waits for.
    switched: Condvar,
    interval_ns: AtomicU64,
    forced: AtomicU64,
    threads: AtomicU32,
    /// Entries that each thread may log; `None` where no log is kept.
    log_capacity: Option<usize>,
    logs: Mutex<Vec<ThreadLog>>,
    began: Instant,
}

#[derive(Debug, Default)]
struct HolderState {
    locked: bool,
    /// Changes of holder so far.
    switches: u64,
    /// The word in which the last holder looks for requests.
    holder: Option<Arc<AtomicU32>>,
}

impl Default for Gil {
    fn default() -> Self {
        Self::new(SWITCH_INTERVAL)
    }
}

impl Gil {
    /// A lock that nobody holds. A waiter asks for it after each `interval` in which nobody else got it.
    pub fn new(interval: Duration) -> Self {
        Self::build(interval, None)
    }

    /// A lock whose threads log what they do, each up to `capacity` entries: see [`Gil::history`].
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

    /// Sets how long waiters wait before they ask, from their next wait on.
    pub fn set_switch_interval(&self, interval: Duration) {
        let interval = interval.max(SHORTEST_INTERVAL);
        let ns = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        self.shared.interval_ns.store(ns, Relaxed);
    }

    /// How long waiters wait before they ask.
    pub fn switch_interval(&self) -> Duration {
        Duration::from_nanos(self.shared.interval_ns.load(Relaxed))
    }

    /// A handle for the calling thread, or for one that it is sent to. One for each thread: a thread that
    /// attached two of them would wait for itself.
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

    /// How often somebody let go of it because somebody asked.
    pub fn forced_switches(&self) -> u64 {
        self.shared.forced.load(Relaxed)
    }

    /// What the threads logged whose handles are gone, in the order of time; empties their logs.
    pub fn take_history(&self) -> GilHistory {
        GilHistory::from_logs(std::mem::take(&mut *lock_unpoisoned(&self.shared.logs)))
    }

    pub(super) fn keep_log(&self, log: ThreadLog) {
        lock_unpoisoned(&self.shared.logs).push(log);
    }

    /// Waits for the lock, and takes it.
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
        // A request that came too late for the last time is no reason to let go now.
        own.word.fetch_and(!DROP_REQUEST, Relaxed);
        drop(state);
        own.end_wait();
    }

    /// Waits until nobody holds the lock, and asks for it now and then.
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
            // Any switch meanwhile starts the interval afresh: the new holder gets its whole turn.
            let asks = result.timed_out() && state.locked && state.switches == seen;
            if asks && let Some(holder) = &state.holder {
                holder.fetch_or(DROP_REQUEST, Relaxed);
                own.log_request(ThreadId(self.shared.last_holder.load(Relaxed)));
            }
        }
        state
    }

    /// Lets go; if somebody asked for that, waits until another thread has the lock.
    pub(super) fn release(&self, own: &mut GilThreadState) {
        let until = own.read_log_clock();
        let mut state = lock_unpoisoned(&self.shared.state);
        state.locked = false;
        self.shared.freed.notify_one();
        drop(state);
        // Nobody asks a thread that does not hold the lock: from here on the answer stays the same.
        let forced = own.word.load(Relaxed) & DROP_REQUEST != 0;
        own.log_release(until, forced);
        if !forced {
            return;
        }
        self.shared.forced.fetch_add(1, Relaxed);
        let switching = lock_unpoisoned(&self.shared.switching);
        if self.shared.last_holder.load(Relaxed) == own.id.0 {
            own.word.fetch_and(!DROP_REQUEST, Relaxed);
            // Once and not in a loop, as in CPython: to be woken for nothing costs a turn, no more.
            drop(self.shared.switched.wait(switching));
        }
    }
}

/// What the mutexes guard stays whole whoever panics.
fn lock_unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
