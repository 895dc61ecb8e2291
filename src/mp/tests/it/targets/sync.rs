//! Targets that share something with the test that starts them.

use std::fs;
use std::thread;
use std::time::Duration;

use forklore_mp::{
    Bytes, Connection, ConnectionError, Failure, Lock, Queue, SharedArray, Value, pipe,
};

/// Adds one, in two steps under the lock, so many times.
pub fn add_locked(lock: Lock, total: Value<u64>, times: u64) -> Result<(), Failure> {
    for _ in 0..times {
        lock.with_lock(|| total.set(total.get() + 1))?;
    }
    Ok(())
}

/// Says its PID once it holds the lock, and never lets go.
pub fn die_holding(lock: Lock, said: Connection<u32, ()>) -> Result<(), Failure> {
    let _guard = lock.acquire()?;
    said.send(std::process::id())?;
    loop {
        thread::park();
    }
}

/// Sends back what it receives until the other end is gone.
pub fn echo(connection: Connection<Bytes, Bytes>) -> Result<(), Failure> {
    while let Ok(message) = connection.recv() {
        connection.send(&message)?;
    }
    Ok(())
}

/// Holds an end and does nothing with it.
pub fn idle(connection: Connection<Bytes, Bytes>) {
    loop {
        thread::park();
        drop(connection.recv_timeout(Duration::ZERO));
    }
}

/// Stores each element's index in it, says so, and stays.
pub fn fill(array: SharedArray<u64>, said: Connection<u64, ()>) -> Result<(), Failure> {
    for index in 0..array.len() {
        array.store(index, index as u64);
    }
    said.send(array.iter().sum::<u64>())?;
    loop {
        thread::park();
    }
}

/// Puts the numbers from `first`, so many.
pub fn produce(queue: Queue<u64>, first: u64, count: u64) -> Result<(), Failure> {
    for number in first..first + count {
        queue.put(number)?;
    }
    Ok(())
}

/// Puts 0, 1, 2, …
pub fn produce_for_ever(queue: Queue<u64>) -> Result<(), Failure> {
    for number in 0.. {
        queue.put(number)?;
    }
    Ok(())
}

/// Passes on what it takes.
pub fn consume(queue: Queue<u64>, taken: Queue<u64>) -> Result<(), Failure> {
    loop {
        taken.put(queue.get()?)?;
    }
}

/// Puts blocks of 1, 2, 3, … bytes of their own, of many sizes.
pub fn produce_blocks(queue: Queue<Bytes>, count: usize) -> Result<(), Failure> {
    for number in 0..count {
        let size = 1000 << (number * 5 % 12);
        queue.put(Bytes::from(vec![number as u8; size + number]))?;
    }
    Ok(())
}

/// Passes on how long the blocks are that it takes. Fails if one isn't as it was put.
pub fn consume_blocks(queue: Queue<Bytes>, taken: Queue<u64>) -> Result<(), Failure> {
    loop {
        let block = queue.get()?;
        if block.iter().any(|byte| *byte != block[0]) {
            return Err(Failure::new("a block was overwritten"));
        }
        taken.put(block.len() as u64)?;
    }
}

/// Takes an item, says which, and aborts.
pub fn take_one_and_die(queue: Queue<u64>, said: Connection<u64, ()>) -> Result<(), Failure> {
    said.send(queue.get()?)?;
    std::process::abort();
}

/// Makes a queue of one item, passes it on, and stays.
pub fn make_queue(passed: Connection<Queue<u64>, ()>) -> Result<(), Failure> {
    let queue = Queue::new()?;
    queue.put(1)?;
    passed.send(&queue)?;
    loop {
        thread::park();
    }
}

/// Makes, passes on and drops one of each, many times. Fails if descriptors, mappings or threads are left.
pub fn leave_nothing_behind(lock: Lock) -> Result<(), Failure> {
    cycle(&lock)?;
    let before = count_resources();
    for _ in 0..100 {
        cycle(&lock)?;
    }
    let after = count_resources();
    if after == before {
        return Ok(());
    }
    Err(Failure::new(format!(
        "descriptors, mappings, threads: {before:?}, then {after:?}"
    )))
}

type Everything = (
    Queue<u64>,
    SharedArray<u64>,
    Lock,
    Connection<u8, u8>,
    Bytes,
);

/// One of each, there and back.
fn cycle(lock: &Lock) -> Result<(), Failure> {
    type Everything = (
        Queue<u64>,
        SharedArray<u64>,
        Lock,
        Connection<u8, u8>,
        Bytes,
    );
    let (here, there) = pipe::<Everything, ()>()?;
    let (near, far) = pipe::<u8, u8>()?;
    let queue = Queue::new()?;
    let array = SharedArray::zeroed(10_000)?;
    here.send((
        queue.clone(),
        array,
        lock.clone(),
        far,
        Bytes::from(vec![1; 200_000]),
    ))?;
    let (distant, array, lock, far, bytes) = there.recv()?;
    distant.put(lock.with_lock(|| array.fetch_add(9, bytes.len() as u64))?)?;
    queue.get()?;
    far.send(1)?;
    near.recv()?;
    Ok(())
}

/// How many descriptors, shared mappings and threads this process has.
fn count_resources() -> (usize, usize, usize) {
    let count = |path| fs::read_dir(path).map_or(0, Iterator::count);
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let shared = maps.lines().filter(|line| line.contains("memfd")).count();
    (count("/proc/self/fd"), shared, count("/proc/self/task"))
}

/// Makes, sends and receives one of each with too few descriptors: each refusal must be an error, and afterwards all
/// must be well.
#[cfg(unix)]
pub fn run_out_of_descriptors(lock: Lock) -> Result<(), Failure> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, 64, hard)?;
    let mut held = take_all();
    let Err(ConnectionError::Io(_)) = pipe::<u8, u8>() else {
        return Err(Failure::new("a pipe without descriptors"));
    };
    // With each descriptor that is given back some step gets further, until all of them do.
    while cycle(&lock).is_err() {
        if held.pop().is_none() {
            return Err(Failure::new("nothing works any more"));
        }
    }
    drop(held);
    let lost = (0..12)
        .filter(|free| receive_with(*free, &lock).is_err())
        .count();
    cycle(&lock)?;
    match lost {
        1..12 => Ok(()),
        _ => Err(Failure::new(format!("{lost} of 12 messages were lost"))),
    }
}

/// Takes every descriptor that is left.
fn take_all() -> Vec<fs::File> {
    std::iter::from_fn(|| fs::File::open("/dev/null").ok()).collect()
}

/// Receives a message full of handles while so many descriptors are free.
fn receive_with(free: usize, lock: &Lock) -> Result<(), Failure> {
    let (here, there) = pipe::<Everything, ()>()?;
    let (near, far) = pipe::<u8, u8>()?;
    let queue = Queue::new()?;
    let array = SharedArray::zeroed(10)?;
    here.send((
        queue,
        array,
        lock.clone(),
        far,
        Bytes::from(vec![1; 200_000]),
    ))?;
    let mut held = take_all();
    held.truncate(held.len() - free);
    let received = there.recv();
    drop(held);
    match received {
        Ok((.., far, _)) => Ok(far.send(1)?),
        // The lock opens its file, which may be one too many.
        Err(lost @ (ConnectionError::Lost | ConnectionError::Unpack(_))) => match near.recv() {
            // The other end of the lost handle is closed.
            Err(ConnectionError::PeerGone) => Err(lost.into()),
            _ => std::process::exit(3),
        },
        Err(_) => std::process::exit(4),
    }
}

/// Descriptors aren't counted here.
#[cfg(not(unix))]
pub fn run_out_of_descriptors(_: Lock) {}
