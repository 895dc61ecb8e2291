//! What processes share: locks, connections, arrays, queues; and what is left when one of them dies.

use std::{
    collections::BTreeSet,
    fs, thread,
    time::{Duration, Instant},
};

use forklore_mp::{
    Bytes, Callable, ConnectionError, Context, Process, Queue, QueueError, SharedArray, pipe,
};
use serde::{Serialize, de::DeserializeOwned};

use super::context;
use crate::support::{eventually, watchdog};
use crate::targets::sync;

const MOMENT: Duration = Duration::from_millis(50);
/// So long that only a hang reaches it.
const HANG: Duration = Duration::from_secs(50);

fn started<F, Args, Kind>(mp: &Context, function: F, arguments: Args) -> Process
where
    F: Callable<Args, Kind>,
    Args: Serialize + DeserializeOwned + Send + 'static,
{
    let mut process = mp.process(function, arguments);
    process.set_daemon(true);
    process.start().unwrap();
    process
}

fn ended_well(process: &Process) {
    process.join().unwrap();
    assert_eq!(process.exitcode(), Some(0), "{}", process.name());
}

fn kill(process: &Process) {
    process.kill().unwrap();
    process.join().unwrap();
}

/// Stops all children, and waits until each of their threads has noticed.
fn suspend(mp: &Context) {
    mp.suspend_all();
    let is_stopped = |stat: String| {
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| rest.starts_with('T'))
    };
    let all_stopped = || {
        mp.live_children().into_iter().all(|pid| {
            let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
            threads
                .flatten()
                .all(|thread| fs::read_to_string(thread.path().join("stat")).is_ok_and(is_stopped))
        })
    };
    assert!(eventually(all_stopped));
}

#[test]
fn a_lock_keeps_every_update_of_two_processes() {
    let _guard = watchdog("locked updates");
    let mp = context();
    let (lock, total) = (mp.lock().unwrap(), mp.value(0_u64).unwrap());
    let workers =
        [0, 1].map(|_| started(&mp, sync::add_locked, (lock.clone(), total.clone(), 50_000)));
    workers.iter().for_each(ended_well);
    assert_eq!(total.get(), 100_000);
}

#[test]
fn a_lock_whose_holder_was_killed_is_free() {
    let _guard = watchdog("a killed holder");
    let mp = context();
    let lock = mp.lock().unwrap();
    let (said, says) = pipe::<(), u32>().unwrap();
    let holder = started(&mp, sync::die_holding, (lock.clone(), says));
    said.recv().unwrap();
    assert!(lock.try_acquire().unwrap().is_none());
    assert!(lock.acquire_timeout(MOMENT).unwrap().is_none());
    kill(&holder);
    drop(lock.acquire().unwrap());
}

#[test]
fn messages_of_any_size_come_back() {
    let _guard = watchdog("an echo");
    let mp = context();
    let (here, there) = pipe::<Bytes, Bytes>().unwrap();
    let echo = started(&mp, sync::echo, (there,));
    for size in [0, 1, 8000, 72 << 10, (72 << 10) + 1, 300_000, 20 << 20] {
        let message = Bytes::from(vec![size as u8; size]);
        here.send(&message).unwrap();
        assert!(here.recv().unwrap() == message, "{size} bytes");
    }
    drop(here);
    ended_well(&echo);
}

#[test]
fn a_receive_ends_at_once_when_its_peer_is_killed() {
    let _guard = watchdog("a killed peer");
    let mp = context();
    let (here, there) = pipe::<Bytes, Bytes>().unwrap();
    let peer = started(&mp, sync::idle, (there,));
    thread::scope(|scope| {
        let waiting = scope.spawn(|| here.recv());
        thread::sleep(MOMENT);
        kill(&peer);
        assert!(matches!(
            waiting.join().unwrap(),
            Err(ConnectionError::PeerGone)
        ));
    });
    assert!(matches!(
        here.send(Bytes::default()),
        Err(ConnectionError::PeerGone)
    ));
}

#[cfg(target_os = "linux")]
#[test]
fn a_send_to_a_stopped_peer_ends_as_soon_as_it_is_killed() {
    for size in [10, 40_000, 2 << 20] {
        let _guard = watchdog("a stopped peer");
        let mp = context();
        let (here, there) = pipe::<Bytes, Bytes>().unwrap();
        let peer = started(&mp, sync::echo, (there,));
        here.send(Bytes::default()).unwrap();
        here.recv().unwrap();
        suspend(&mp);
        thread::scope(|scope| {
            let message = Bytes::from(vec![0; size]);
            let sending = scope.spawn(move || {
                loop {
                    if let Err(error) = here.send(&message) {
                        return error;
                    }
                }
            });
            thread::sleep(MOMENT);
            kill(&peer);
            let error = sending.join().unwrap();
            assert!(matches!(error, ConnectionError::PeerGone), "{error}");
        });
    }
}

#[test]
fn an_array_is_shared_and_stays_when_its_writer_is_killed() {
    let _guard = watchdog("a shared array");
    let mp = context();
    let array = SharedArray::<u64>::zeroed(1_000_000).unwrap();
    let (said, says) = pipe::<(), u64>().unwrap();
    let writer = started(&mp, sync::fill, (array.clone(), says));
    let sum = said.recv().unwrap();
    kill(&writer);
    assert_eq!(
        (array.iter().sum::<u64>(), array.load(999_999)),
        (sum, 999_999)
    );
}

#[test]
fn a_queue_between_processes_loses_nothing_and_duplicates_nothing() {
    let _guard = watchdog("a queue");
    let mp = context();
    let (queue, taken) = (mp.queue::<u64>().unwrap(), mp.queue::<u64>().unwrap());
    let consumers = [0, 1].map(|_| started(&mp, sync::consume, (queue.clone(), taken.clone())));
    let producers =
        [0, 5000].map(|first| started(&mp, sync::produce, (queue.clone(), first, 5000)));
    producers.iter().for_each(ended_well);
    let mut all: Vec<u64> = (0..10_000).map(|_| taken.get().unwrap()).collect();
    assert_eq!(taken.try_get().unwrap(), None);
    all.sort_unstable();
    assert!(all.into_iter().eq(0..10_000));
    consumers.iter().for_each(kill);
}

#[test]
fn a_consumer_that_dies_with_an_item_loses_only_that_one() {
    let _guard = watchdog("a dying consumer");
    let mp = context();
    let queue = mp.queue::<u64>().unwrap();
    let (said, says) = pipe::<(), u64>().unwrap();
    for number in 0..10 {
        queue.put(number).unwrap();
    }
    let consumer = started(&mp, sync::take_one_and_die, (queue.clone(), says));
    assert_eq!(said.recv().unwrap(), 0);
    consumer.join().unwrap();
    assert_eq!(consumer.exitcode(), Some(-6));
    let rest: Vec<u64> = (0..9).map(|_| queue.get().unwrap()).collect();
    assert!(rest.into_iter().eq(1..10));
}

#[cfg(target_os = "linux")]
#[test]
fn an_item_on_its_way_to_a_consumer_that_is_killed_goes_to_the_next() {
    let _guard = watchdog("a waiting consumer");
    let mp = context();
    let (queue, taken) = (mp.queue::<u64>().unwrap(), mp.queue::<u64>().unwrap());
    let waiting = [0, 1].map(|_| started(&mp, sync::consume, (queue.clone(), taken.clone())));
    thread::sleep(MOMENT);
    // Stopped, both still wait for an item, and get one that they can't take.
    suspend(&mp);
    for number in 0..4 {
        queue.put(number).unwrap();
    }
    waiting.iter().for_each(kill);
    let got: BTreeSet<u64> = (0..4)
        .map(|_| queue.get_timeout(HANG).unwrap().unwrap())
        .collect();
    assert!(got.into_iter().eq(0..4));
    assert_eq!(taken.try_get().unwrap(), None);
}

#[test]
fn a_producer_that_is_killed_leaves_what_it_had_put() {
    let _guard = watchdog("a dying producer");
    let mp = context();
    let queue = mp.queue::<u64>().unwrap();
    let producer = started(&mp, sync::produce_for_ever, (queue.clone(),));
    let mut expected = 0..;
    for _ in 0..1000 {
        assert_eq!(Some(queue.get().unwrap()), expected.next());
    }
    kill(&producer);
    queue.put(u64::MAX).unwrap();
    while let Some(number) = queue.get_timeout(MOMENT).unwrap() {
        assert!(number == u64::MAX || Some(number) == expected.next());
    }
}

#[test]
fn large_items_stay_as_they_were_put_when_a_producer_is_killed() {
    let _guard = watchdog("large items");
    let mp = context();
    let (queue, taken) = (mp.queue::<Bytes>().unwrap(), mp.queue::<u64>().unwrap());
    let consumers =
        [0, 1].map(|_| started(&mp, sync::consume_blocks, (queue.clone(), taken.clone())));
    let producers =
        [40, 40, 300].map(|count| started(&mp, sync::produce_blocks, (queue.clone(), count)));
    // The third is killed while it puts an item, or between two.
    (0..20).for_each(|_| assert!(taken.get().unwrap() >= 1000));
    kill(&producers[2]);
    producers[..2].iter().for_each(ended_well);
    // All that was put before this comes before it, but the consumers may overtake each other.
    queue.put(Bytes::from(vec![0; 9])).unwrap();
    while taken.get().unwrap() != 9 {}
    assert!(consumers.iter().all(Process::is_alive));
    consumers.iter().for_each(kill);
}

/// A queue that a process made, and that process.
fn made_elsewhere(mp: &Context) -> (Queue<u64>, Process) {
    let (passed, passes) = pipe::<(), Queue<u64>>().unwrap();
    let maker = started(mp, sync::make_queue, (passes,));
    (passed.recv().unwrap(), maker)
}

#[test]
fn a_queue_whose_maker_is_killed_is_disconnected_at_once() {
    let _guard = watchdog("a dying maker");
    let mp = context();
    let (queue, maker) = made_elsewhere(&mp);
    assert_eq!(queue.get().unwrap(), 1);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| queue.get());
        thread::sleep(MOMENT);
        kill(&maker);
        assert!(matches!(
            waiting.join().unwrap(),
            Err(QueueError::Disconnected)
        ));
    });
    assert!(matches!(queue.put(1), Err(QueueError::Disconnected)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_queue_whose_maker_is_stopped_keeps_its_time_limits_and_its_items() {
    let _guard = watchdog("a stopped maker");
    let mp = context();
    let (queue, _maker) = made_elsewhere(&mp);
    suspend(&mp);
    let began = Instant::now();
    assert_eq!(queue.get_timeout(MOMENT).unwrap(), None);
    assert_eq!(queue.try_get().unwrap(), None);
    assert!(began.elapsed() < HANG / 2);
    let mut put = Vec::new();
    let refused = (2..).find_map(|number| match queue.put_timeout(number, MOMENT) {
        Ok(()) => {
            put.push(number);
            None
        }
        Err(error) => Some(error),
    });
    assert!(matches!(refused, Some(QueueError::TimedOut)));
    mp.continue_all();
    assert_eq!(queue.get_timeout(HANG).unwrap(), Some(1));
    let rest: Vec<u64> = put
        .iter()
        .map(|_| queue.get_timeout(HANG).unwrap().unwrap())
        .collect();
    assert_eq!(rest, put);
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_behind() {
    let _guard = watchdog("a hundred cycles");
    let mp = context();
    ended_well(&started(
        &mp,
        sync::leave_nothing_behind,
        (mp.lock().unwrap(),),
    ));
}

#[cfg(unix)]
#[test]
fn running_out_of_descriptors_is_an_error_that_passes() {
    let _guard = watchdog("no descriptors");
    let mp = context();
    ended_well(&started(
        &mp,
        sync::run_out_of_descriptors,
        (mp.lock().unwrap(),),
    ));
}
