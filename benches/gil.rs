//! The cost of the GIL model: almost nothing while no thread requests the lock.
//!
//! `cargo bench --bench gil`

use std::{hint::black_box, sync::atomic::AtomicBool, thread, time::Duration};

use divan::{Bencher, counter::ItemsCount};
use forklore::{
    gil::{Gil, GilBreaker},
    workload::{CpuWork, EvalBreaker, Job, NoBreaker, StopFlag, WorkPart},
};

fn main() {
    divan::main();
}

/// The number of check points. One takes the shown time divided by this.
const CHECKS: u32 = 1_000_000;

fn checks(bencher: Bencher, mut breaker: impl EvalBreaker) {
    bencher
        .counter(ItemsCount::new(CHECKS))
        .bench_local(move || {
            for round in 0..CHECKS {
                black_box(round);
                if breaker.check().is_err() {
                    return;
                }
            }
        });
}

/// One million check points.
mod a_million_check_points {
    use super::{AtomicBool, Bencher, Gil, GilBreaker, NoBreaker, StopFlag, checks};

    /// The limit: the loop alone.
    #[divan::bench]
    fn limit_no_hook(bencher: Bencher) {
        checks(bencher, NoBreaker);
    }

    /// The cost for native backends.
    #[divan::bench]
    fn stop_flag(bencher: Bencher) {
        let flag = AtomicBool::new(false);
        checks(bencher, StopFlag(&flag));
    }

    /// Under the lock, without waiting threads.
    #[divan::bench]
    fn gil_nobody_waits(bencher: Bencher) {
        let (gil, stop) = (Gil::default(), AtomicBool::new(false));
        let mut thread = gil.new_thread();
        checks(bencher, GilBreaker::new(thread.attach(), &stop));
    }
}

/// A workload with each hook in its innermost loop.
mod primes {
    use super::{
        AtomicBool, Bencher, CpuWork, EvalBreaker, Gil, GilBreaker, Job, StopFlag, WorkPart,
        black_box,
    };

    fn primes(bencher: Bencher, breaker: &mut impl EvalBreaker) {
        let job = Job::new(CpuWork::Primes, 50_000);
        let prepared = job.prepare().expect("a size that it takes");
        bencher.bench_local(|| black_box(&prepared).run_part(WorkPart::WHOLE, breaker));
    }

    #[divan::bench]
    fn stop_flag(bencher: Bencher) {
        let flag = AtomicBool::new(false);
        primes(bencher, &mut StopFlag(&flag));
    }

    #[divan::bench]
    fn gil_nobody_waits(bencher: Bencher) {
        let (gil, stop) = (Gil::default(), AtomicBool::new(false));
        let mut thread = gil.new_thread();
        primes(bencher, &mut GilBreaker::new(thread.attach(), &stop));
    }
}

/// Acquiring and releasing a free lock.
#[divan::bench]
fn take_and_let_go(bencher: Bencher) {
    let gil = Gil::default();
    let mut thread = gil.new_thread();
    bencher.bench_local(|| drop(black_box(thread.attach())));
}

/// The same with a log.
#[divan::bench]
fn take_and_let_go_logged(bencher: Bencher) {
    let gil = Gil::with_log(Duration::from_millis(5), 1000);
    let mut thread = gil.new_thread();
    bencher.bench_local(|| drop(black_box(thread.attach())));
}

/// There and back between two threads that release the lock by themselves.
#[divan::bench(sample_count = 50)]
fn a_hundred_voluntary_switches(bencher: Bencher) {
    bencher.bench(|| {
        let gil = Gil::default();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut thread = gil.new_thread();
                    let mut running = thread.attach();
                    for _ in 0..50 {
                        running.allow_threads(thread::yield_now);
                    }
                });
            }
        });
    });
}
