use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::*;

/// What was seen in 50 rounds of two threads, which run `between` while they hold their first lock.
fn watch_threads(plan: LockPlan, between: impl Fn() + Sync) -> TrialResult {
    let table = RoundTable::new().expect("memory");
    let locks = [Mutex::new(()), Mutex::new(())];
    let limit = RoundLimit {
        rounds: 50,
        time: None,
    };
    let result = thread::scope(|scope| {
        let _end = table.end_on_drop();
        for worker in 0..WORKERS {
            let (table, locks, between) = (&table, &locks, &between);
            let first = if plan.opposite { worker } else { 0 };
            scope.spawn(move || {
                let acquire = |lock: usize| {
                    let guard = locks[lock].try_lock_for(SLICE);
                    if lock == first && guard.is_some() {
                        between();
                    }
                    Ok::<_, Infallible>(guard)
                };
                table.run_worker(worker, plan, acquire)
            });
        }
        table.watch_rounds(&|| Ok(()), limit, &name_workers("Thread"))
    });
    result.expect("no stop").expect("every round ends")
}

#[test]
fn a_circle_of_waits_is_found_in_every_round_and_ended() {
    let holding = AtomicUsize::new(0);
    let result = watch_threads(PLANS[0], || {
        let number = holding.fetch_add(1, SeqCst);
        let both = (number / WORKERS + 1) * WORKERS;
        // Without the other one, the round is lost, but does not hang.
        let mut readings = 0..10_000;
        while holding.load(SeqCst) < both {
            readings.next().expect("each worker holds a lock");
            thread::sleep(SLICE);
        }
    });
    assert_eq!((result.rounds, result.detected.len()), (50, 50));
    let circle = "Thread-1 holds A and waits for B; Thread-2 holds B and waits for A";
    assert_eq!(result.circle.as_deref(), Some(circle));
}

#[test]
fn waits_in_the_same_order_are_no_circle() {
    let result = watch_threads(PLANS[2], thread::yield_now);
    assert_eq!((result.rounds, result.detected.len()), (50, 0));
    assert_eq!(result.circle, None);
}
