//! What it costs to pass something on: by message size and by way. Both sides run in one process here; between
//! processes the calls are the same, and so is the wake-up that dominates small messages.

use std::hint::black_box;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;

use divan::Bencher;
use divan::counter::BytesCount;
use forklore_mp::{Bytes, Lock, Queue, SharedArray, Value, pipe};

const SIZES: [usize; 5] = [1 << 10, 64 << 10, 1 << 20, 16 << 20, 64 << 20];

fn main() {
    divan::main();
}

/// A block of bytes there and back. What the system itself takes is beside it: a stream that is read into the same
/// buffer each time, and one that is read into a new one, as a message is.
mod round_trip {
    use super::{
        Bencher, Bytes, BytesCount, Queue, Read, SIZES, UnixStream, Write, black_box, elsewhere,
        pipe, thread,
    };

    fn measure(bencher: Bencher, size: usize, mut trip: impl FnMut()) {
        // So that what is kept from one message to the next is there.
        (0..3).for_each(|_| trip());
        bencher
            .counter(BytesCount::new(2 * size))
            .bench_local(&mut trip);
    }

    #[divan::bench(args = SIZES)]
    fn stream(bencher: Bencher, size: usize) {
        echo_through_stream(bencher, size, |buffer, _| buffer);
    }

    #[divan::bench(args = SIZES)]
    fn stream_into_new_buffer(bencher: Bencher, size: usize) {
        echo_through_stream(bencher, size, |_, size| vec![0; size]);
    }

    fn echo_through_stream(
        bencher: Bencher,
        size: usize,
        next: impl Fn(Vec<u8>, usize) -> Vec<u8> + Sync,
    ) {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        thread::scope(|scope| {
            let next = &next;
            scope.spawn(move || {
                let mut buffer = vec![7; size];
                while there.read_exact(&mut buffer).is_ok() {
                    there.write_all(&buffer).unwrap();
                    buffer = next(buffer, size);
                }
            });
            let message = vec![7; size];
            let mut buffer = vec![7; size];
            measure(bencher, size, || {
                here.write_all(&message).unwrap();
                buffer = next(std::mem::take(&mut buffer), size);
                here.read_exact(&mut buffer).unwrap();
            });
            drop(here);
        });
    }

    #[divan::bench(args = SIZES)]
    fn pipe_of_bytes(bencher: Bencher, size: usize) {
        let (here, there) = pipe::<Bytes, Bytes>().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || {
                while let Ok(message) = there.recv() {
                    there.send(message).unwrap();
                }
            });
            let message = Bytes::from(vec![7; size]);
            measure(bencher, size, || {
                here.send(&message).unwrap();
                black_box(here.recv().unwrap());
            });
            drop(here);
        });
    }

    #[divan::bench(args = SIZES)]
    fn queue_of_bytes(bencher: Bencher, size: usize) {
        let (there, back) = (Queue::new().unwrap(), Queue::new().unwrap());
        let (taken, returned): (Queue<Bytes>, Queue<Bytes>) = (elsewhere(&there), elsewhere(&back));
        thread::scope(|scope| {
            scope.spawn(move || {
                while let Ok(message) = taken.get() {
                    returned.put(message).unwrap();
                }
            });
            let message = Bytes::from(vec![7; size]);
            measure(bencher, size, || {
                there.put(&message).unwrap();
                black_box(back.get().unwrap());
            });
            drop(there);
        });
    }
}

/// A handle as another process would have it.
fn elsewhere<T>(queue: &Queue<T>) -> Queue<T> {
    let (here, there) = pipe::<Queue<T>, ()>().unwrap();
    here.send(queue).unwrap();
    there.recv().unwrap()
}

/// A message that is there already: no wake-up.
#[divan::bench]
fn pipe_send_and_receive(bencher: Bencher) {
    let (here, there) = pipe::<u64, ()>().unwrap();
    bencher.bench_local(|| {
        here.send(1).unwrap();
        there.recv().unwrap()
    });
}

#[divan::bench]
fn queue_put_and_get_by_threads_of_its_maker(bencher: Bencher) {
    let queue = Queue::new().unwrap();
    bencher.bench_local(|| {
        queue.put(1_u64).unwrap();
        queue.get().unwrap()
    });
}

/// Through the server, as in another process.
#[divan::bench]
fn queue_put_and_get_elsewhere(bencher: Bencher) {
    let queue = Queue::<u64>::new().unwrap();
    let elsewhere = elsewhere(&queue);
    bencher.bench_local(|| {
        elsewhere.put(1).unwrap();
        elsewhere.get().unwrap()
    });
}

#[divan::bench]
fn queue_put_elsewhere_and_get_by_its_maker_1000(bencher: Bencher) {
    let queue = Queue::<u64>::new().unwrap();
    let elsewhere = elsewhere(&queue);
    bencher.bench_local(|| {
        thread::scope(|scope| {
            scope.spawn(|| (0..1000).for_each(|item| elsewhere.put(item).unwrap()));
            (0..1000).map(|_| queue.get().unwrap()).sum::<u64>()
        })
    });
}

/// 64 MiB reach the other side without being copied.
#[divan::bench]
fn shared_array_handle_of_64_mib(bencher: Bencher) {
    let (here, there) = pipe::<SharedArray<u64>, ()>().unwrap();
    let array = SharedArray::zeroed(8 << 20).unwrap();
    bencher.bench_local(|| {
        here.send(&array).unwrap();
        there.recv().unwrap().load(0)
    });
}

/// To be compared with a pipe of bytes there and back.
#[divan::bench]
fn shared_array_of_16_mib_written_and_read(bencher: Bencher) {
    let array = SharedArray::<u8>::zeroed(16 << 20).unwrap();
    let bytes = vec![7; 16 << 20];
    bencher.bench_local(|| {
        array.copy_from(&bytes);
        array.to_vec()
    });
}

#[divan::bench]
fn shared_array_sum_of_64_mib(bencher: Bencher) {
    let array = SharedArray::<u64>::zeroed(8 << 20).unwrap();
    bencher
        .counter(BytesCount::new(64_usize << 20))
        .bench_local(|| array.iter().sum::<u64>());
}

#[divan::bench]
fn value_fetch_add(bencher: Bencher) {
    let value = Value::new(0_u64).unwrap();
    bencher.bench_local(|| value.fetch_add(1));
}

#[divan::bench]
fn lock_acquire_and_release(bencher: Bencher) {
    let lock = Lock::new(&std::env::temp_dir()).unwrap();
    bencher.bench_local(|| lock.with_lock(|| ()).unwrap());
}

/// 100,000 locked increments by two handles, as by two processes.
#[divan::bench(sample_count = 10)]
fn lock_contended_100_000(bencher: Bencher) {
    let lock = Lock::new(&std::env::temp_dir()).unwrap();
    let (here, there) = pipe::<Lock, ()>().unwrap();
    here.send(&lock).unwrap();
    let elsewhere = there.recv().unwrap();
    let total = Value::new(0_u64).unwrap();
    bencher.bench_local(|| {
        thread::scope(|scope| {
            for handle in [&lock, &elsewhere] {
                scope.spawn(|| {
                    (0..50_000)
                        .for_each(|_| handle.with_lock(|| total.set(total.get() + 1)).unwrap());
                });
            }
        });
    });
    assert!(total.get().is_multiple_of(100_000));
}
