//! Rounds in which two workers acquire two locks, and the table in shared memory that tells who holds which lock and who
//! waits for which one.
//!
//! In a round, a worker's entries only go forward: it waits for its first lock, holds it, waits for its second lock, and
//! holds both. No entry names the same worker or lock twice. So two equal readings of the table, one after the other, mean that
//! the table was like this at one moment in between: what looks like a circle is one.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::{
    lab::LabError,
    measure::clock,
    mp::{MemoryError, SharedArray},
    report::stats,
};

/// Each worker waits for a lock of the other one: two are enough for a circle.
pub const WORKERS: usize = 2;
/// The names of the locks.
pub const LOCKS: [&str; 2] = ["A", "B"];
/// How long a worker waits for a lock before it asks whether the round was ended.
pub const SLICE: Duration = Duration::from_millis(1);
/// The pause between the two locks, where there is one.
const PAUSE: Duration = Duration::from_micros(100);
/// The label of that pause.
const PAUSE_LABEL: &str = "0.1 ms";
/// The time between two readings of the table.
const READING_PERIOD: Duration = Duration::from_micros(50);
/// A round that has not ended after so many readings never will. Readings are counted, and not time, because a stopped
/// program (Ctrl-Z) must not lose its round.
const MOST_READINGS: u32 = 200_000;

/// The round that ends all rounds.
const NO_MORE_ROUNDS: u64 = u64::MAX;

// The cells of the table. A lock or a worker is stored as its index + 1; 0 is none.
const ROUND: usize = 0;
const GIVEN_UP: usize = 1;
const FINISHED: usize = 2;
const WAITS_FOR: usize = FINISHED + WORKERS;
const WAIT_BEGAN: usize = WAITS_FOR + WORKERS;
const HOLDER: usize = WAIT_BEGAN + WORKERS;
const CELLS: usize = HOLDER + LOCKS.len();

/// What both workers do in each round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockPlan {
    /// Whether the second worker acquires the locks in the opposite order.
    pub opposite: bool,
    /// Whether each worker pauses between its two locks.
    pub pause: bool,
}

impl LockPlan {
    /// `opposite` or `same`.
    pub fn order_label(self) -> &'static str {
        if self.opposite { "opposite" } else { "same" }
    }

    /// `0.1 ms` or `none`.
    pub fn pause_label(self) -> &'static str {
        if self.pause { PAUSE_LABEL } else { "none" }
    }

    /// The locks of a worker, in the order in which it acquires them.
    fn lock_order(self, worker: usize) -> [usize; 2] {
        if self.opposite && worker == 1 {
            [1, 0]
        } else {
            [0, 1]
        }
    }
}

/// When a trial ends.
#[derive(Debug, Clone, Copy)]
pub struct RoundLimit {
    /// After this many rounds.
    pub rounds: u64,
    /// After this time, if there is such a limit.
    pub time: Option<Duration>,
}

/// What was seen in a trial.
#[derive(Debug, Default)]
pub struct TrialResult {
    /// The number of rounds.
    pub rounds: u64,
    /// The seconds from the moment in which each deadlock was complete until it was detected.
    pub detected: Vec<f64>,
    /// Who held and who waited for what in the first deadlock.
    pub circle: Option<String>,
}

impl TrialResult {
    /// The median of the seconds until a deadlock was detected; `None` without a deadlock.
    pub fn median_detected(&self) -> Option<f64> {
        stats::median(&self.detected)
    }
}

/// `Thread-1` and `Thread-2`.
pub fn name_workers(kind: &str) -> [String; WORKERS] {
    [1, 2].map(|number| format!("{kind}-{number}"))
}

/// Who holds which lock, and who waits for which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LockWaits {
    waits_for: [Option<usize>; WORKERS],
    holder: [Option<usize>; LOCKS.len()],
}

impl LockWaits {
    /// Whether each worker waits for a lock that the other one holds.
    fn is_circle(self) -> bool {
        (0..WORKERS).all(|worker| {
            let owner = self.waits_for[worker].and_then(|lock| self.holder[lock]);
            owner == Some(1 - worker)
        })
    }

    /// `Thread-1 holds A and waits for B; Thread-2 holds B and waits for A`.
    fn describe(self, names: &[String; WORKERS]) -> String {
        let waits = names.iter().enumerate().map(|(worker, name)| {
            let held = self.holder.iter().position(|owner| *owner == Some(worker));
            let lock_name = |lock: Option<usize>| lock.map_or("none", |lock| LOCKS[lock]);
            let (held, wanted) = (lock_name(held), lock_name(self.waits_for[worker]));
            format!("{name} holds {held} and waits for {wanted}")
        });
        waits.collect::<Vec<_>>().join("; ")
    }
}

/// The table. Clones, also in other processes, share its memory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoundTable(SharedArray<u64>);

impl RoundTable {
    /// A table before the first round.
    ///
    /// # Errors
    /// The system has no memory for it.
    pub fn new() -> Result<Self, MemoryError> {
        SharedArray::zeroed(CELLS).map(Self)
    }

    /// Ends the rounds when the returned value is dropped.
    pub fn end_on_drop(&self) -> EndOnDrop<'_> {
        EndOnDrop(self)
    }

    /// A worker's part of every round. `acquire` waits for a lock for a [`SLICE`].
    ///
    /// # Errors
    /// A lock is gone.
    pub fn run_worker<G, E>(
        &self,
        worker: usize,
        plan: LockPlan,
        acquire: impl Fn(usize) -> Result<Option<G>, E>,
    ) -> Result<(), E> {
        let [first, second] = plan.lock_order(worker);
        let mut done = 0;
        loop {
            let round = self.await_round(done);
            if round == NO_MORE_ROUNDS {
                return Ok(());
            }
            if let Some(_first) = self.hold_lock(worker, round, first, &acquire)? {
                if plan.pause {
                    thread::sleep(PAUSE);
                }
                self.hold_lock(worker, round, second, &acquire)?;
            }
            self.0.store(FINISHED + worker, round);
            done = round;
        }
    }

    /// Waits for the round after this one, without sleeping: both workers are to begin at the same time.
    fn await_round(&self, done: u64) -> u64 {
        loop {
            let round = self.0.load(ROUND);
            if round > done {
                return round;
            }
            thread::yield_now();
        }
    }

    /// Waits for a lock until the worker holds it; `None` if the round was given up before.
    fn hold_lock<G, E>(
        &self,
        worker: usize,
        round: u64,
        lock: usize,
        acquire: &impl Fn(usize) -> Result<Option<G>, E>,
    ) -> Result<Option<HeldLock<'_, G>>, E> {
        self.0.store(WAIT_BEGAN + worker, clock::now_ns());
        self.0.store(WAITS_FOR + worker, lock as u64 + 1);
        let guard = loop {
            match acquire(lock)? {
                None if self.0.load(GIVEN_UP) == round => break None,
                None => {}
                acquired => break acquired,
            }
        };
        self.0.store(WAITS_FOR + worker, 0);
        Ok(guard.map(|guard| {
            self.0.store(HOLDER + lock, worker as u64 + 1);
            HeldLock {
                table: self,
                lock,
                _guard: guard,
            }
        }))
    }

    /// Begins rounds, and ends each one in which there is a deadlock. `None` if a round does not end otherwise.
    ///
    /// # Errors
    /// That of `check_stop`, once a stop was requested.
    pub fn watch_rounds(
        &self,
        check_stop: &dyn Fn() -> Result<(), LabError>,
        limit: RoundLimit,
        names: &[String; WORKERS],
    ) -> Result<Option<TrialResult>, LabError> {
        let began = Instant::now();
        let mut result = TrialResult::default();
        while result.rounds < limit.rounds && limit.time.is_none_or(|time| began.elapsed() < time) {
            result.rounds += 1;
            self.0.store(ROUND, result.rounds);
            if !self.watch_round(check_stop, &mut result, names)? {
                return Ok(None);
            }
        }
        Ok(Some(result))
    }

    /// Reads the table until the round has ended; `false` if it does not end.
    fn watch_round(
        &self,
        check_stop: &dyn Fn() -> Result<(), LabError>,
        result: &mut TrialResult,
        names: &[String; WORKERS],
    ) -> Result<bool, LabError> {
        let round = result.rounds;
        let is_finished = || (0..WORKERS).all(|worker| self.0.load(FINISHED + worker) == round);
        for _ in 0..MOST_READINGS {
            if is_finished() {
                return Ok(true);
            }
            check_stop()?;
            if self.0.load(GIVEN_UP) != round
                && let Some(waits) = self.find_circle()
            {
                result.detected.push(self.seconds_in_circle());
                result.circle.get_or_insert_with(|| waits.describe(names));
                self.0.store(GIVEN_UP, round);
            }
            thread::sleep(READING_PERIOD);
        }
        Ok(false)
    }

    fn find_circle(&self) -> Option<LockWaits> {
        let waits = self.read_waits();
        (waits.is_circle() && self.read_waits() == waits).then_some(waits)
    }

    fn read_waits(&self) -> LockWaits {
        let index = |cell: usize| (self.0.load(cell) as usize).checked_sub(1);
        LockWaits {
            waits_for: [0, 1].map(|worker| index(WAITS_FOR + worker)),
            holder: [0, 1].map(|lock| index(HOLDER + lock)),
        }
    }

    /// The seconds since the last of the workers began to wait.
    fn seconds_in_circle(&self) -> f64 {
        let began = [0, 1].map(|worker| self.0.load(WAIT_BEGAN + worker));
        let waited_ns = clock::now_ns().saturating_sub(began[0].max(began[1]));
        Duration::from_nanos(waited_ns).as_secs_f64()
    }
}

/// A lock that a worker holds, and its entry in the table.
struct HeldLock<'a, G> {
    table: &'a RoundTable,
    lock: usize,
    _guard: G,
}

/// The entry is cleared first: no other worker can hold the lock yet.
impl<G> Drop for HeldLock<'_, G> {
    fn drop(&mut self) {
        self.table.0.store(HOLDER + self.lock, 0);
    }
}

/// Ends the rounds when it is dropped.
pub struct EndOnDrop<'a>(&'a RoundTable);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        let table = &self.0.0;
        table.store(GIVEN_UP, table.load(ROUND));
        table.store(ROUND, NO_MORE_ROUNDS);
    }
}
