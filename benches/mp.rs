//! The cost of processes and pools, each next to its limit: the cost of the system itself.
//!
//! `cargo bench --bench mp`. Workers are real processes; close everything else first.

use std::process::{Command, Stdio};

use divan::{Bencher, black_box, counter::ItemsCount};
use forklore::mp::{Context, Launcher, Pool, selftest};

fn main() {
    divan::main();
}

fn context() -> Context {
    Context::new(Launcher::new(env!("CARGO_BIN_EXE_forklore")))
}

fn pool(workers: usize) -> Pool {
    let pool = context().pool(workers).expect("workers start");
    pool.map(selftest::square, 0..1000).expect("a warm-up");
    pool
}

/// Starting and joining one process.
mod start_and_join {
    use super::{Bencher, Command, Stdio, context, selftest};

    /// The limit: the system starts an empty program.
    #[divan::bench(sample_count = 300)]
    fn limit_bin_true() {
        let mut program = Command::new("/bin/true");
        program.stdin(Stdio::null()).stdout(Stdio::null());
        program.spawn().expect("it starts").wait().expect("it ends");
    }

    #[divan::bench(sample_count = 300)]
    fn process(bencher: Bencher) {
        let mp = context();
        bencher.bench_local(|| {
            let mut process = mp.process(selftest::nothing, ());
            process.start().expect("it starts");
            process.join().expect("it ends");
        });
    }

    #[divan::bench(sample_count = 300)]
    fn limit_thread() {
        std::thread::spawn(|| ()).join().expect("it ends");
    }
}

/// One trivial task there and back.
mod round_trip {
    use super::{Bencher, black_box, pool, selftest};

    #[divan::bench(sample_count = 2000)]
    fn apply(bencher: Bencher) {
        let pool = pool(2);
        bencher.bench_local(|| pool.apply(selftest::square, (black_box(7),)));
    }

    #[divan::bench(sample_count = 1000)]
    fn apply_async_get(bencher: Bencher) {
        let pool = pool(2);
        bencher.bench_local(|| pool.apply_async(selftest::square, (black_box(7),))?.get());
    }
}

/// Tasks per second.
mod throughput {
    use super::{Bencher, ItemsCount, black_box, pool, selftest};

    #[divan::bench(sample_count = 40)]
    fn map_10_000_one_a_chunk(bencher: Bencher) {
        let pool = pool(2);
        bencher
            .counter(ItemsCount::new(10_000_u32))
            .bench_local(|| pool.map_chunked(selftest::square, 0..10_000, 1));
    }

    #[divan::bench(sample_count = 40)]
    fn map_1_000_000_default_chunks(bencher: Bencher) {
        let pool = pool(2);
        bencher
            .counter(ItemsCount::new(1_000_000_u32))
            .bench_local(|| pool.map(selftest::square, 0..1_000_000));
    }

    /// The limit: the same in this process.
    #[divan::bench(sample_count = 40)]
    fn limit_serial_1_000_000(bencher: Bencher) {
        bencher
            .counter(ItemsCount::new(1_000_000_u32))
            .bench_local(|| {
                (0..1_000_000)
                    .map(black_box)
                    .map(selftest::square)
                    .collect::<Vec<u64>>()
            });
    }
}

/// The whole life of a pool.
#[divan::bench(sample_count = 100)]
fn pool_of_4_map_of_5_close_join(bencher: Bencher) {
    let mp = context();
    bencher.bench_local(|| {
        let pool = mp.pool(4).expect("workers start");
        let squares = pool.map(selftest::square, 1..=5);
        pool.close();
        pool.join().expect("it ends");
        squares
    });
}
