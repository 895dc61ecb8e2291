//! The cost of processes and pools, each next to its limit: the cost of the system itself.
//!
//! `cargo bench --bench mp`. Workers are real processes; close everything else first.

use std::process::{Command, Stdio};

use divan::{Bencher, black_box, counter::ItemsCount};
use forklore_mp::{Context, Pool, StartMethod, Target, child_entry};
use ipc_channel::ipc;

fn main() {
    child_entry(&[Target::new(nothing), Target::new(square)]);
    divan::main();
}

fn nothing() {}

fn square(number: u64) -> u64 {
    number.wrapping_mul(number)
}

const METHODS: [StartMethod; 2] = [StartMethod::Spawn, StartMethod::ForkServer];

fn pool(workers: usize) -> Pool {
    let pool = Context::new(StartMethod::Spawn)
        .pool(workers)
        .expect("workers start");
    pool.map(square, 0..1000).expect("a warm-up");
    pool
}

/// Starting and joining one process.
mod start_and_join {
    use super::{Bencher, Command, Context, METHODS, StartMethod, Stdio, nothing};

    /// The limit: the system starts an empty program.
    #[divan::bench(sample_count = 300)]
    fn limit_bin_true() {
        let mut program = Command::new("/bin/true");
        program.stdin(Stdio::null()).stdout(Stdio::null());
        program.spawn().expect("it starts").wait().expect("it ends");
    }

    #[divan::bench(sample_count = 300, args = METHODS)]
    fn process(bencher: Bencher, method: StartMethod) {
        let mp = Context::new(method);
        let start_and_join = || {
            let mut process = mp.process(nothing, ());
            process.start().expect("it starts");
            process.join().expect("it ends");
        };
        // The first start includes that of the fork server.
        start_and_join();
        bencher.bench_local(start_and_join);
    }

    #[divan::bench(sample_count = 300)]
    fn limit_thread() {
        std::thread::spawn(|| ()).join().expect("it ends");
    }
}

/// One trivial task there and back.
mod round_trip {
    use std::{
        io::{Read, Write},
        os::unix::net::UnixStream,
        thread,
    };

    use super::{Bencher, black_box, pool, square};

    /// The limit: a byte there and back.
    #[divan::bench(sample_count = 2000)]
    fn limit_socketpair(bencher: Bencher) {
        let (mut here, mut there) = UnixStream::pair().expect("a pair");
        thread::scope(|scope| {
            scope.spawn(move || {
                let mut byte = [0];
                while there.read_exact(&mut byte).is_ok() {
                    there.write_all(&byte).expect("it is there");
                }
            });
            bencher.bench_local(|| {
                here.write_all(&[7]).expect("it is there");
                here.read_exact(&mut [0]).expect("it answers");
            });
            drop(here);
        });
    }

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
    use super::{Bencher, ItemsCount, black_box, ipc, pool, square};

    /// The limit of one task a chunk: bare channels to two threads, with as much under way.
    #[divan::bench(sample_count = 40)]
    fn limit_ipc_channel_10_000(bencher: Bencher) {
        const UNDER_WAY: u64 = 16;
        let (replies_end, replies) = ipc::channel::<u64>().expect("a channel");
        let tasks: Vec<_> = (0..2)
            .map(|_| {
                let (tasks, tasks_end) = ipc::channel::<u64>().expect("a channel");
                let replies = replies_end.clone();
                std::thread::spawn(move || {
                    while let Ok(number) = tasks_end.recv() {
                        let _ = replies.send(square(number));
                    }
                });
                tasks
            })
            .collect();
        bencher
            .counter(ItemsCount::new(10_000_u32))
            .bench_local(|| {
                for number in 0..10_000 + UNDER_WAY {
                    if number >= UNDER_WAY {
                        replies.recv().expect("a result");
                    }
                    if number < 10_000 {
                        let worker = &tasks[number as usize % 2];
                        worker.send(number).expect("it is there");
                    }
                }
            });
    }

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
#[divan::bench(sample_count = 100, args = METHODS)]
fn pool_of_4_map_of_5_close_join(bencher: Bencher, method: StartMethod) {
    let mp = Context::new(method);
    let whole_life = || {
        let pool = mp.pool(4).expect("workers start");
        let squares = pool.map(square, 1..=5);
        pool.close();
        pool.join().expect("it ends");
        squares
    };
    drop(whole_life());
    bencher.bench_local(whole_life);
}
