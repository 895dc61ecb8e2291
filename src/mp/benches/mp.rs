//! The cost of processes and pools, each next to its limit: the cost of the system itself.
//!
//! `cargo bench --bench mp`. Workers are real processes; close everything else first.

use std::process::{Command, Stdio};

use divan::{Bencher, black_box, counter::ItemsCount};
use forklore_mp::{Context, Pool, StartMethod, Target, child_entry};

fn main() {
    child_entry(&[Target::new(nothing), Target::new(square)]);
    divan::main();
}

fn nothing() {}

fn square(number: u64) -> u64 {
    number.wrapping_mul(number)
}

fn context() -> Context {
    Context::new(StartMethod::Spawn)
}

fn pool(workers: usize) -> Pool {
    let pool = context().pool(workers).expect("workers start");
    pool.map(square, 0..1000).expect("a warm-up");
    pool
}

/// Starting and joining one process.
mod start_and_join {
    use super::{Bencher, Command, Stdio, context, nothing};

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
            let mut process = mp.process(nothing, ());
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
    use super::{Bencher, black_box, pool, square};

    #[divan::bench(sample_count = 2000)]
    fn apply(bencher: Bencher) {
        let pool = pool(2);
        bencher.bench_local(|| pool.apply(square, (black_box(7),)));
    }

    #[divan::bench(sample_count = 1000)]
    fn apply_async_get(bencher: Bencher) {
        let pool = pool(2);
        bencher.bench_local(|| pool.apply_async(square, (black_box(7),))?.get());
    }
}

/// Tasks per second.
mod throughput {
    use super::{Bencher, ItemsCount, black_box, pool, square};

    #[divan::bench(sample_count = 40)]
    fn map_10_000_one_a_chunk(bencher: Bencher) {
        let pool = pool(2);
        bencher
            .counter(ItemsCount::new(10_000_u32))
            .bench_local(|| pool.map_chunked(square, 0..10_000, 1));
    }

    #[divan::bench(sample_count = 40)]
    fn map_1_000_000_default_chunks(bencher: Bencher) {
        let pool = pool(2);
        bencher
            .counter(ItemsCount::new(1_000_000_u32))
            .bench_local(|| pool.map(square, 0..1_000_000));
    }

    /// The limit: the same in this process.
    #[divan::bench(sample_count = 40)]
    fn limit_serial_1_000_000(bencher: Bencher) {
        bencher
            .counter(ItemsCount::new(1_000_000_u32))
            .bench_local(|| {
                (0..1_000_000)
                    .map(black_box)
                    .map(square)
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
        let squares = pool.map(square, 1..=5);
        pool.close();
        pool.join().expect("it ends");
        squares
    });
}
