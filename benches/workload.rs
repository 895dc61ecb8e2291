//! The cost of the workloads, and a check that an unused hook in their loops costs nothing.
//!
//! `cargo bench --bench workload`

use std::{hint::black_box, sync::atomic::AtomicBool};

use divan::Bencher;
use forklore::workload::{
    CpuWork, EvalBreaker, IoWork, Job, NoBreaker, StopFlag, WorkPart, WorkSite,
};

fn main() {
    divan::main();
}

const UP_TO: u64 = 50_000;

/// Each workload at a fixed size.
#[divan::bench(args = [
    (CpuWork::Primes, UP_TO),
    (CpuWork::Matmul, 200),
    (CpuWork::Blur, 200),
    (CpuWork::Mandelbrot, 100),
    (CpuWork::Frames, 50),
    (CpuWork::Words, 5_000),
])]
fn computing(bencher: Bencher, (workload, size): (CpuWork, u64)) {
    bench(bencher, &Job::new(workload, size), &mut NoBreaker);
}

/// Each I/O-bound workload at a fixed size.
#[divan::bench(sample_count = 10, args = [(IoWork::Wait, 2), (IoWork::Http, 2), (IoWork::Files, 500)])]
fn waiting(bencher: Bencher, (workload, size): (IoWork, u64)) {
    let site =
        WorkSite::set_up(workload, 0, || Ok(std::env::temp_dir())).expect("a site on this machine");
    let job = Job {
        io: site.plan(),
        ..Job::new(workload, size)
    };
    bench(bencher, &job, &mut NoBreaker);
}

/// A worker's preparation before the start barrier.
#[divan::bench(args = [
    (CpuWork::Matmul, 700),
    (CpuWork::Blur, 200),
    (CpuWork::Frames, 50),
    (CpuWork::Words, 5_000),
])]
fn preparing(bencher: Bencher, (workload, size): (CpuWork, u64)) {
    let job = Job::new(workload, size);
    bencher.bench(|| job.prepare());
}

/// Primes without any hook in the code: the baseline for the next two.
#[divan::bench]
fn hook_not_there() -> u64 {
    (1..=black_box(UP_TO))
        .map(|number| u64::from(is_prime(number)))
        .sum()
}

/// Primes with the hook compiled away.
#[divan::bench]
fn hook_unused(bencher: Bencher) {
    bench(bencher, &Job::new(CpuWork::Primes, UP_TO), &mut NoBreaker);
}

/// Primes with a hook that reads a flag at each jump back.
#[divan::bench]
fn hook_reads_a_flag(bencher: Bencher) {
    let flag = AtomicBool::new(false);
    bench(
        bencher,
        &Job::new(CpuWork::Primes, UP_TO),
        &mut StopFlag(&flag),
    );
}

fn bench(bencher: Bencher, job: &Job, breaker: &mut impl EvalBreaker) {
    let prepared = job.prepare().expect("a size that it takes");
    bencher.bench_local(|| black_box(&prepared).run_part(WorkPart::WHOLE, breaker));
}

fn is_prime(number: u64) -> bool {
    if number < 4 || number.is_multiple_of(2) {
        return number == 2 || number == 3;
    }
    let mut divisor = 3;
    while divisor * divisor <= number {
        if number.is_multiple_of(divisor) {
            return false;
        }
        divisor += 2;
    }
    true
}
