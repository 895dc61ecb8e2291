//! The cost of measuring a worker: what it reads at the start barrier and at its end.
//!
//! `cargo bench --bench measure`

use divan::Bencher;
use forklore::measure::{
    MeterScope, RealMeter, WorkMeter, context_switches, run_queue_wait, thread_cpu,
};

fn main() {
    divan::main();
}

/// Processor time of the calling thread.
#[divan::bench]
fn processor_time(bencher: Bencher) {
    bencher.bench(thread_cpu);
}

/// Voluntary and involuntary switches of the calling thread.
#[divan::bench]
fn switches(bencher: Bencher) {
    bencher.bench(context_switches);
}

/// The calling thread's wait for a core.
#[divan::bench]
fn wait_for_a_core(bencher: Bencher) {
    bencher.bench(run_queue_wait);
}

/// All that a thread reads, from the start barrier to its end.
#[divan::bench]
fn a_thread_from_start_to_end(bencher: Bencher) {
    bencher.bench_local(|| {
        let mut meter = RealMeter::new(MeterScope::Thread);
        meter.begin();
        meter.finish()
    });
}
