//! Properties that hold whatever the threads do, and however the scheduler interleaves them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use proptest::prelude::*;

use super::*;
use forklore_workload::{EvalBreaker, WorkStopped};

const LONG: Duration = Duration::from_hours(1);
const SHORT: Duration = Duration::from_millis(1);

/// Detects two threads that hold the lock at the same time.
#[derive(Default)]
struct Witness {
    inside: AtomicU32,
    overlaps: AtomicU32,
}

impl Witness {
    fn holds(&self) {
        if self.inside.fetch_add(1, SeqCst) != 0 {
            self.overlaps.fetch_add(1, SeqCst);
        }
    }

    fn lets_go(&self) {
        self.inside.fetch_sub(1, SeqCst);
    }
}

/// A thread's next action, in the property below.
#[derive(Debug, Clone, Copy)]
enum Step {
    Check,
    Allow,
    Nap,
    LetGoAndTake,
    SetInterval(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Check),
        2 => Just(Step::Allow),
        1 => Just(Step::Nap),
        2 => Just(Step::LetGoAndTake),
        1 => (1_u64..200).prop_map(Step::SetInterval),
    ];
    proptest::collection::vec(step, 0..60)
}

fn walk(gil: &Gil, steps: &[Step], witness: &Witness) {
    let mut thread = gil.new_thread();
    let mut running = thread.attach();
    witness.holds();
    for step in steps {
        // Sometimes long enough for another thread to request the lock.
        let until = Instant::now() + Duration::from_micros(30);
        while Instant::now() < until {}
        witness.lets_go();
        match *step {
            Step::Check => running.check(),
            Step::Allow => running.allow_threads(|| ()),
            Step::Nap => running.allow_threads(|| thread::sleep(Duration::from_micros(50))),
            Step::LetGoAndTake => {
                drop(running);
                running = thread.attach();
            }
            Step::SetInterval(us) => gil.set_switch_interval(Duration::from_micros(us)),
        }
        witness.holds();
    }
    witness.lets_go();
}

/// Holds sorted by time. Each must end before the next begins.
fn holds(history: &GilHistory) -> Vec<(ThreadId, Duration, Duration, bool)> {
    let entries = history.entries.iter();
    entries
        .filter_map(|entry| match entry.moment {
            GilEventKind::Held {
                from,
                until,
                forced,
            } => Some((entry.thread, from, until, forced)),
            _ => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn holders_never_overlap(
        plans in proptest::collection::vec(steps(), 1..5), interval_us in 1_u64..500,
    ) {
        let gil = Gil::with_log(Duration::from_micros(interval_us), 10_000);
        let witness = Witness::default();
        thread::scope(|scope| {
            for plan in &plans {
                scope.spawn(|| walk(&gil, plan, &witness));
            }
        });
        prop_assert_eq!(witness.overlaps.load(SeqCst), 0);
        let history = gil.take_history();
        prop_assert_eq!(history.missed, 0);
        let holds = holds(&history);
        for pair in holds.windows(2) {
            prop_assert!(pair[0].2 <= pair[1].1, "{:?} overlaps {:?}", pair[0], pair[1]);
        }
        let changes = holds.windows(2).filter(|pair| pair[0].0 != pair[1].0).count() as u64;
        // The first holder counts as a change of holder, as in CPython.
        prop_assert_eq!(gil.switches(), changes + 1);
        let forced = holds.iter().filter(|hold| hold.3).count() as u64;
        prop_assert_eq!(gil.forced_switches(), forced);
        // Each forced switch has a request during that hold. The clock is read just after the lock is taken and just
        // before it is free, so a request may be as early as the last hold's end and as late as the next one's beginning.
        let begins = std::iter::once(Duration::ZERO).chain(holds.iter().map(|last| last.2));
        let ends = holds.iter().skip(1).map(|next| next.1).chain([Duration::MAX]);
        let asked = |(hold, (begin, end)): (&(ThreadId, Duration, Duration, bool), _)| {
            history.entries.iter().any(|entry| match entry.moment {
                GilEventKind::Asked { at, holder } => holder == hold.0 && begin <= at && at <= end,
                _ => false,
            })
        };
        let between = holds.iter().zip(begins.zip(ends));
        prop_assert!(between.filter(|(hold, _)| hold.3).all(asked));
        let requests = history.entries.iter();
        let requests = requests.filter(|entry| matches!(entry.moment, GilEventKind::Asked { .. }));
        prop_assert!(forced <= requests.count() as u64);
    }
}

/// Computes under the lock until `done` is set, and counts the check points.
fn compute(gil: &Gil, done: &AtomicBool) -> u64 {
    let mut thread = gil.new_thread();
    let mut running = thread.attach();
    let mut checks = 0;
    while !done.load(SeqCst) {
        running.check();
        checks += 1;
    }
    checks
}

#[test]
fn a_waiter_gets_it_at_a_check_point() {
    let gil = Gil::with_log(SHORT, 1000);
    let (ready, done) = (Barrier::new(2), AtomicBool::new(false));
    let waited = thread::scope(|scope| {
        scope.spawn(|| {
            let mut thread = gil.new_thread();
            let mut running = thread.attach();
            ready.wait();
            while !done.load(SeqCst) {
                running.check();
            }
        });
        ready.wait();
        let mut thread = gil.new_thread();
        drop(thread.attach());
        done.store(true, SeqCst);
        thread.time_waited()
    });
    assert!(
        waited >= SHORT,
        "nobody lets go before it is asked to: {waited:?}"
    );
    assert_eq!(gil.forced_switches(), 1);
    let entries = gil.take_history().entries;
    let asked = entries
        .iter()
        .any(|entry| matches!(entry.moment, GilEventKind::Asked { .. }));
    assert!(asked, "{entries:?}");
}

#[test]
fn who_was_asked_does_not_get_it_back_at_once() {
    let gil = Gil::with_log(SHORT, 10_000);
    let done = AtomicBool::new(false);
    let both = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                both.wait();
                compute(&gil, &done)
            });
        }
        while gil.forced_switches() < 10 {
            thread::yield_now();
        }
        done.store(true, SeqCst);
    });
    let holds = holds(&gil.take_history());
    // Without a forced switch, the following test would be empty.
    assert!(holds.iter().any(|hold| hold.3), "{holds:?}");
    for pair in holds.windows(2) {
        let (asked, next) = (pair[0], pair[1]);
        // The last hold may end because the work was done.
        assert!(!asked.3 || asked.0 != next.0, "{asked:?} then {next:?}");
    }
}

#[test]
fn nobody_is_asked_while_the_lock_keeps_passing_on() {
    // Two threads pass the lock to each other far more often than once per interval. A third thread's interval
    // never ends, since each switch restarts it, so it never makes a request. It still gets the lock: there is
    // no queue.
    let gil = Gil::with_log(Duration::from_secs(20), 100_000);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut thread = gil.new_thread();
                let mut running = thread.attach();
                while !done.load(SeqCst) {
                    running.allow_threads(|| thread::sleep(Duration::from_micros(100)));
                }
            });
        }
        scope.spawn(|| {
            let mut thread = gil.new_thread();
            for _ in 0..20 {
                drop(thread.attach());
                thread::sleep(Duration::from_micros(100));
            }
            done.store(true, SeqCst);
        });
    });
    assert_eq!(gil.forced_switches(), 0);
    let entries = gil.take_history().entries;
    let asked = entries
        .iter()
        .filter(|entry| matches!(entry.moment, GilEventKind::Asked { .. }));
    assert_eq!(asked.count(), 0);
}

#[test]
fn a_switch_starts_the_waiters_interval_afresh() {
    // Two threads wait from the beginning, and one gets the lock after half an interval. When the other's first
    // interval is over, the new holder has had the lock for only half an interval, and must not get a request
    // yet.
    let interval = Duration::from_millis(200);
    let gil = Gil::with_log(interval, 1000);
    thread::scope(|scope| {
        let mut first = gil.new_thread();
        let first = first.attach();
        for _ in 0..2 {
            scope.spawn(|| {
                let mut thread = gil.new_thread();
                let running = thread.attach();
                thread::sleep(interval * 3 / 4);
                drop(running);
            });
        }
        thread::sleep(interval / 2);
        drop(first);
    });
    let entries = gil.take_history().entries;
    for entry in &entries {
        if let GilEventKind::Asked { at, holder } = entry.moment {
            let held = entries.iter().find_map(|entry| match entry.moment {
                GilEventKind::Held { from, until, .. }
                    if entry.thread == holder && from <= at && at <= until =>
                {
                    Some(from)
                }
                _ => None,
            });
            let since = at.saturating_sub(held.expect("somebody held it"));
            assert!(since >= interval, "asked after {since:?} only");
        }
    }
}

#[test]
fn others_run_while_a_call_blocks() {
    let gil = Gil::new(LONG);
    let mut thread = gil.new_thread();
    let mut running = thread.attach();
    let answer = running.allow_threads(|| {
        thread::scope(|scope| {
            let other = scope.spawn(|| {
                let mut other = gil.new_thread();
                drop(other.attach());
                other.id()
            });
            other.join().unwrap()
        })
    });
    assert_eq!(answer, ThreadId(2));
    assert_eq!((gil.switches(), gil.forced_switches()), (3, 0));
}

#[test]
fn a_panic_lets_go_of_the_lock() {
    let gil = Gil::new(LONG);
    for in_a_call in [false, true] {
        let panic = catch_unwind(AssertUnwindSafe(|| {
            let mut thread = gil.new_thread();
            let mut running = thread.attach();
            if in_a_call {
                running.allow_threads(|| std::panic::resume_unwind(Box::new("in a call")));
            }
            std::panic::resume_unwind(Box::new("while running"));
        }));
        assert!(panic.is_err());
    }
    // This hangs if the lock is still held.
    drop(gil.new_thread().attach());
}

#[test]
fn one_thread_alone_is_never_asked() {
    let gil = Gil::new(Duration::ZERO);
    assert_eq!(gil.switch_interval(), Duration::from_micros(1));
    let mut thread = gil.new_thread();
    let mut running = thread.attach();
    for _ in 0..100_000 {
        running.check();
    }
    running.allow_threads(|| ());
    drop(running);
    assert_eq!(thread.time_waited(), Duration::ZERO);
    assert_eq!((gil.switches(), gil.forced_switches()), (1, 0));
}

#[test]
fn a_full_log_counts_what_it_missed() {
    let gil = Gil::with_log(LONG, 3);
    let mut thread = gil.new_thread();
    for _ in 0..5 {
        drop(thread.attach());
    }
    drop(thread);
    let history = gil.take_history();
    assert_eq!((history.entries.len(), history.missed), (3, 2));
    assert_eq!(gil.take_history(), GilHistory::default(), "told once");
}

#[test]
fn the_breaker_stops_and_gives_way() {
    let gil = Gil::new(SHORT);
    let (stop, rounds) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut thread = gil.new_thread();
                    let mut breaker = GilBreaker::new(thread.attach(), &stop);
                    assert_eq!(breaker.run_blocking(|| 7), 7);
                    while breaker.check().is_ok() {
                        rounds.fetch_add(1, SeqCst);
                    }
                    breaker.check()
                })
            })
            .collect();
        while gil.forced_switches() < 3 {
            thread::yield_now();
        }
        stop.store(true, SeqCst);
        for worker in workers {
            assert_eq!(worker.join().unwrap(), Err(WorkStopped));
        }
    });
    assert!(rounds.load(SeqCst) > 0);
}

#[test]
fn a_thread_logs_when_it_waited() {
    let gil = Gil::with_log(SWITCH_INTERVAL, 10);
    let (mut first, mut second) = (gil.new_thread(), gil.new_thread());
    let held = first.attach();
    let (waits, left_out) = thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            drop(second.attach());
            second.logged_waits()
        });
        while !held.has_drop_request() {
            thread::yield_now();
        }
        drop(held);
        waiting.join().unwrap()
    });
    assert_eq!((waits.len(), left_out), (1, 0));
    let [from, until] = waits[0];
    assert!(until.duration_since(from) >= SWITCH_INTERVAL);
    let unlogged = Gil::default().new_thread();
    assert_eq!(unlogged.logged_waits(), (Vec::new(), 0));
}
