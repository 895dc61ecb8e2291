//! Threads that count together under the lock: why `counter += 1` loses nothing there, and which form does.
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
};

use super::{AttachedThread, Gil};

/// How an addition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdditionForm {
    /// Load, add, store.
    Plain,
    /// A call after the load, before the store.
    WithCall,
}

/// How threads count together.
#[derive(Debug, Clone, Copy)]
pub struct CountPlan {
    /// The number of threads.
    pub workers: u32,
    /// The number of additions by each.
    pub additions: u64,
    /// How an addition is written.
    pub form: AdditionForm,
    /// Whether they add to the same counter.
    pub is_shared: bool,
    /// Whether they hold a lock of their own around each addition.
    pub is_locked: bool,
}

/// Counts with threads under this lock. Returns the final value.
pub fn count_together(gil: &Gil, plan: CountPlan) -> u64 {
    let shared = AtomicU64::new(0);
    let (lock, arrived) = (Mutex::new(()), AtomicU64::new(0));
    thread::scope(|scope| {
        let body = || {
            let private = AtomicU64::new(0);
            arrived.fetch_add(1, SeqCst);
            // If threads were woken one after the other, the first might finish before the second begins.
            while arrived.load(SeqCst) < u64::from(plan.workers) {
                thread::yield_now();
            }
            let mut thread = gil.new_thread();
            let mut running = thread.attach();
            let counter = if plan.is_shared { &shared } else { &private };
            for _ in 0..plan.additions {
                let held = plan.is_locked.then(|| acquire_lock(&lock, &mut running));
                add_once(counter, plan.form, &mut running);
                drop(held);
                // The check point where the loop jumps back.
                running.check();
            }
            private.load(Relaxed)
        };
        let bodies: Vec<_> = (0..plan.workers).map(|_| scope.spawn(body)).collect();
        let private: u64 = bodies.into_iter().filter_map(|body| body.join().ok()).sum();
        shared.load(Relaxed) + private
    })
}

fn add_once(counter: &AtomicU64, form: AdditionForm, running: &mut AttachedThread<'_>) {
    let seen = counter.load(Relaxed);
    let more = match form {
        AdditionForm::WithCall => one(running),
        AdditionForm::Plain => 1,
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
    use std::time::Duration;

    use super::*;

    const SHARED: CountPlan = CountPlan {
        workers: 2,
        additions: 200_000,
        form: AdditionForm::WithCall,
        is_shared: true,
        is_locked: false,
    };

    fn lost(plan: CountPlan) -> u64 {
        let gil = Gil::new(Duration::from_micros(1));
        u64::from(plan.workers) * plan.additions - count_together(&gil, plan)
    }

    #[test]
    fn nothing_is_lost_where_no_check_point_parts_load_and_store() {
        let form = AdditionForm::Plain;
        assert_eq!(lost(CountPlan { form, ..SHARED }), 0);
    }

    #[test]
    fn a_call_between_load_and_store_loses_additions() {
        // How many are lost is chance, but over so many switches some are.
        assert!((0..200).any(|_| lost(SHARED) > 0));
    }

    #[test]
    fn a_lock_or_a_counter_of_ones_own_loses_nothing() {
        let is_locked = true;
        assert_eq!(
            lost(CountPlan {
                is_locked,
                ..SHARED
            }),
            0
        );
        let is_shared = false;
        assert_eq!(
            lost(CountPlan {
                is_shared,
                ..SHARED
            }),
            0
        );
    }
}
