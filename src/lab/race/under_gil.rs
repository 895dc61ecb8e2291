//! Counting together under the model of the GIL: why `counter += 1` loses nothing there, and which form does.
//!
//! A thread releases the lock only at check points. There is none between the load and the store of `counter +=
//! 1`, so no other thread runs in between. `counter += one()` calls a function in between, and a call is a
//! check point.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{
            AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
    time::Duration,
};

use super::{CountingWay, wait_for_all};
use crate::{
    gil::{AttachedThread, Gil},
    record::Backend,
};

/// The shortest possible interval. With the usual 5 ms the threads would switch only a few times, and sometimes
/// never between a load and a store.
const HASTY: Duration = Duration::from_micros(1);

/// The factor for the number of additions. A waiting thread needs a core to request the lock, and on a busy
/// machine two million additions are over by then.
pub(super) const TIMES: u64 = 10;

/// How an addition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AdditionForm {
    /// Load, add, store.
    Plain,
    /// A call after the load, before the store.
    WithCall,
}

impl AdditionForm {
    /// The code as a learner would write it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Plain => "counter += 1",
            Self::WithCall => "counter += one()",
        }
    }
}

/// The ways to count under the lock.
pub(super) const WAYS: [CountingWay; 4] = [
    gil_way(true, false, AdditionForm::Plain),
    gil_way(true, false, AdditionForm::WithCall),
    gil_way(true, true, AdditionForm::WithCall),
    gil_way(false, false, AdditionForm::WithCall),
];

const fn gil_way(shared: bool, lock: bool, form: AdditionForm) -> CountingWay {
    CountingWay {
        backend: Backend::GilThreads,
        shared,
        lock,
        form: Some(form),
    }
}

/// The note below the table.
pub(super) const NOTE: &str = "`gil-threads` count under our model of CPython's GIL, ten times as often as the others and with a switch \
     interval of 1 µs in place of 5 ms: so it is sure that some switches fall between a load and a store, where \
     they can.";

/// Counts with this many threads. Returns the final value.
pub(super) fn count_under_gil(way: CountingWay, workers: u32, additions: u64) -> u64 {
    let gil = Gil::new(HASTY);
    let shared = AtomicU64::new(0);
    let (lock, arrived) = (Mutex::new(()), AtomicU64::new(0));
    thread::scope(|scope| {
        let body = || {
            let private = AtomicU64::new(0);
            arrived.fetch_add(1, SeqCst);
            wait_for_all(|| arrived.load(SeqCst), workers);
            let mut thread = gil.new_thread();
            let mut running = thread.attach();
            let counter = if way.shared { &shared } else { &private };
            for _ in 0..additions {
                let held = way.lock.then(|| acquire_lock(&lock, &mut running));
                add_once(counter, way.form, &mut running);
                drop(held);
                // The check point where the loop jumps back.
                running.check();
            }
            private.load(Relaxed)
        };
        let bodies: Vec<_> = (0..workers).map(|_| scope.spawn(body)).collect();
        let private: u64 = bodies.into_iter().filter_map(|body| body.join().ok()).sum();
        shared.load(Relaxed) + private
    })
}

fn add_once(counter: &AtomicU64, form: Option<AdditionForm>, running: &mut AttachedThread<'_>) {
    let seen = counter.load(Relaxed);
    let more = match form {
        Some(AdditionForm::WithCall) => one(running),
        _ => 1,
    };
    counter.store(seen + more, Relaxed);
}

/// A function that does almost nothing, after a check point: every call has one.
fn one(running: &mut AttachedThread<'_>) -> u64 {
    running.check();
    1
}

/// Releases the GIL while waiting for the lock; otherwise the lock's holder could never continue.
fn acquire_lock<'a>(lock: &'a Mutex<()>, running: &mut AttachedThread<'_>) -> MutexGuard<'a, ()> {
    match lock.try_lock() {
        Ok(held) => held,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => running
            .allow_threads(|| lock.lock())
            .unwrap_or_else(PoisonError::into_inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKERS: u32 = 2;
    const ADDITIONS: u64 = 200_000;

    fn lost(way: CountingWay) -> u64 {
        u64::from(WORKERS) * ADDITIONS - count_under_gil(way, WORKERS, ADDITIONS)
    }

    #[test]
    fn nothing_is_lost_where_no_check_point_parts_load_and_store() {
        assert_eq!(lost(gil_way(true, false, AdditionForm::Plain)), 0);
    }

    #[test]
    fn a_call_between_load_and_store_loses_additions() {
        // How many are lost is chance, but over so many switches some are.
        let some = (0..200).any(|_| lost(gil_way(true, false, AdditionForm::WithCall)) > 0);
        assert!(some);
    }

    #[test]
    fn a_lock_or_a_counter_of_ones_own_loses_nothing() {
        assert_eq!(lost(gil_way(true, true, AdditionForm::WithCall)), 0);
        assert_eq!(lost(gil_way(false, false, AdditionForm::WithCall)), 0);
    }
}
