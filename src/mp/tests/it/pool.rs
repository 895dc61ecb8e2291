//! `Pool`: every way to call it, and its settings.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use forklore_mp::{Error, TaskErrorCause};
use proptest::prelude::*;

use super::context;
use crate::support::{Lines, lives, watchdog};
use crate::targets;

#[test]
fn every_call_brings_its_results() {
    let _guard = watchdog("calls");
    let mp = context();
    let pool = mp.pool(2).unwrap();
    assert_eq!(pool.map(targets::square, 1..=5).unwrap(), [1, 4, 9, 16, 25]);
    assert_eq!(
        pool.map_chunked(targets::square, 1..=3, 2).unwrap(),
        [1, 4, 9]
    );
    assert!(pool.map(targets::square, []).unwrap().is_empty());
    assert_eq!(pool.apply(targets::add, (20, 22)).unwrap(), 42);
    assert_eq!(
        pool.apply_async(targets::square, (9,))
            .unwrap()
            .get()
            .unwrap(),
        81
    );
    let later = pool.map_async(targets::square, 0..100).unwrap();
    assert!(later.wait(Duration::from_secs(30)) && later.ready());
    assert_eq!(later.get().unwrap()[99], 99 * 99);
    let ordered: Vec<_> = pool
        .imap(targets::square, 0..50)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        ordered,
        (0..50).map(|number| number * number).collect::<Vec<u64>>()
    );
    assert_eq!(pool.worker_pids().len(), 2);
    pool.close();
    pool.join().unwrap();
    assert!(pool.worker_pids().is_empty());
    let exits: Vec<_> = pool
        .workers()
        .iter()
        .map(|worker| worker.exit.unwrap().code())
        .collect();
    assert_eq!(exits, [0, 0]);
}

#[test]
fn an_asynchronous_call_goes_on_by_itself() {
    let _guard = watchdog("an asynchronous call");
    let mp = context();
    let pool = mp.pool(2).unwrap();
    let slow = pool.apply_async(targets::sleep, (300,)).unwrap();
    let quick = pool.apply_async(targets::sleep, (1,)).unwrap();
    assert_eq!(quick.get_timeout(Duration::from_secs(30)).unwrap(), 1);
    let early = slow.get_timeout(Duration::from_millis(1));
    assert!(matches!(early, Err(Error::TimedOut { .. })));
    assert!(!slow.ready());
    // A call that waits finds its way beside it.
    assert_eq!(pool.apply(targets::square, (3,)).unwrap(), 9);
    assert_eq!(slow.get().unwrap(), 300);
    drop(pool.apply_async(targets::sleep, (5_000,)).unwrap());
}

#[test]
fn many_threads_share_a_pool() {
    let _guard = watchdog("many threads");
    let mp = context();
    let pool = &mp.pool(2).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            scope.spawn(move || {
                for round in 0..50 {
                    let base = thread * 1000 + round;
                    let expected: Vec<u64> = (base..base + 20).map(|n| n * n).collect();
                    assert_eq!(
                        pool.map(targets::square, base..base + 20).unwrap(),
                        expected
                    );
                }
            });
        }
    });
}

#[test]
fn a_closed_pool_finishes_and_takes_no_more() {
    let _guard = watchdog("close");
    let mp = context();
    let pool = mp.pool(2).unwrap();
    assert!(matches!(pool.join(), Err(Error::PoolOpen)));
    let last = pool.map_async(targets::sleep, [50; 4]).unwrap();
    pool.close();
    let refused = pool.apply(targets::square, (2,));
    assert!(matches!(
        refused,
        Err(Error::PoolClosed { state: "closed" })
    ));
    pool.join().unwrap();
    assert_eq!(last.get().unwrap(), [50; 4]);
}

#[test]
fn terminate_ends_everything_at_once() {
    let _guard = watchdog("terminate");
    let mp = context();
    let pool = mp.pool(2).unwrap();
    let lost = pool.map_async(targets::sleep, [30_000; 4]).unwrap();
    let pids = pool.worker_pids();
    pool.terminate();
    assert!(!pids.iter().any(|&pid| lives(pid)));
    assert!(matches!(lost.get(), Err(Error::PoolClosed { .. })));
    pool.join().unwrap();
    assert!(matches!(
        pool.apply(targets::square, (2,)),
        Err(Error::PoolClosed { .. })
    ));
}

#[test]
fn dropping_a_pool_ends_its_workers() {
    let _guard = watchdog("drop");
    let mp = context();
    let pool = mp.pool(3).unwrap();
    let lost = pool.apply_async(targets::sleep, (30_000,)).unwrap();
    let pids = pool.worker_pids();
    drop(pool);
    assert!(!pids.iter().any(|&pid| lives(pid)));
    assert!(lost.get().is_err());
    assert!(mp.live_children().is_empty());
}

#[test]
fn stop_all_ends_a_map_that_waits() {
    let _guard = watchdog("stop_all");
    let mp = context();
    let pool = mp.pool(2).unwrap();
    let stopper = mp.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        stopper.stop_all();
    });
    let began = Instant::now();
    assert!(matches!(
        pool.map(targets::sleep, [30_000; 4]),
        Err(Error::Stopped)
    ));
    assert!(began.elapsed() < Duration::from_secs(20));
    thread.join().unwrap();
}

#[test]
fn names_count_and_workers_know_theirs() {
    let _guard = watchdog("names");
    let mp = context();
    let pool = mp.pool(2).unwrap();
    let names: Vec<_> = pool
        .workers()
        .into_iter()
        .map(|worker| worker.name)
        .collect();
    assert_eq!(names, ["PoolWorker-1", "PoolWorker-2"]);
    let own = pool.apply(targets::who, ()).unwrap();
    let known: Vec<_> = pool
        .workers()
        .into_iter()
        .map(|worker| (worker.name, worker.pid))
        .collect();
    assert!(known.contains(&own), "{own:?}");
}

#[test]
fn a_task_that_fails_or_panics_is_its_own_error() {
    let _guard = watchdog("failures");
    let mp = context();
    let lines = Lines::default();
    let pool = mp
        .pool_builder()
        .processes(2)
        .on_output(lines.handler())
        .build()
        .unwrap();
    let each = pool.imap(targets::even_only, 0..6).unwrap();
    for (number, result) in each.chunksize(3).enumerate() {
        match result {
            Ok(value) => assert_eq!((value, number % 2), (number as u64, 0)),
            Err(error) => {
                assert_eq!(error.task, number);
                assert_eq!(
                    error.cause,
                    TaskErrorCause::Failed(format!("{number} is odd"))
                );
                assert!(
                    pool.worker_pids()
                        .contains(&error.worker.as_ref().unwrap().pid)
                );
            }
        }
    }
    let Err(Error::Task(first)) = pool.map(targets::even_only, [0, 2, 5, 4, 7]) else {
        panic!("map succeeded");
    };
    assert_eq!(first.task, 2);
    let Err(Error::Task(error)) = pool.apply(targets::panics, ("oh dear".to_owned(),)) else {
        panic!("a panic went unnoticed");
    };
    let TaskErrorCause::Panicked { message, location } = error.cause else {
        panic!("{error}");
    };
    assert_eq!(message, "oh dear");
    assert!(location.starts_with("src/mp/tests/it/targets/"));
    drop(pool);
    assert_eq!(lines.all(), [], "a panic is told once, not printed as well");
}

#[test]
fn an_unknown_target_and_a_closure_are_errors() {
    fn unlisted(number: u64) -> u64 {
        number
    }
    let _guard = watchdog("an unknown target");
    let mp = context();
    let pool = mp.pool(1).unwrap();
    let error = pool.map(unlisted, 0..100).unwrap_err().to_string();
    assert!(
        error.contains("unlisted") && error.contains("list of targets"),
        "{error}"
    );
    let error = pool.map(|number: u64| number, 0..3).unwrap_err();
    assert!(matches!(error, Error::NotAFunction { .. }), "{error}");
    assert_eq!(pool.apply(targets::square, (5,)).unwrap(), 25);
}

#[test]
fn large_arguments_and_results_come_through() {
    let _guard = watchdog("large payloads");
    let mp = context();
    let pool = mp.pool(2).unwrap();
    let large = vec![3_u8; 50_000_000];
    let echoed = pool
        .map(targets::echo_bytes, [large.clone(), vec![1]])
        .unwrap();
    assert!(echoed[0] == large && echoed[1] == [1]);
}

#[test]
fn what_cannot_travel_is_its_tasks_error() {
    let _guard = watchdog("what cannot travel");
    let mp = context();
    let pool = mp.pool(1).unwrap();
    let deep = pool.apply(targets::chain, (targets::NestedChain::with_links(200_000),));
    let Err(Error::Task(error)) = deep else {
        panic!("{deep:?}")
    };
    assert!(
        matches!(error.cause, TaskErrorCause::ArgumentsUnsendable(_)),
        "{error}"
    );
    let Err(Error::Task(error)) = pool.apply(targets::deep_result, (200_000,)) else {
        panic!("a deep result came back");
    };
    assert!(
        matches!(error.cause, TaskErrorCause::ResultUnsendable(_)),
        "{error}"
    );
    // Only that task, not its chunk.
    let each = pool.imap(targets::deep_result, [3, 200_000, 4]).unwrap();
    let succeeded: Vec<_> = each.chunksize(3).map(|result| result.is_ok()).collect();
    assert_eq!(succeeded, [true, false, true]);
}

#[test]
fn an_initializer_runs_first_in_each_worker() {
    let _guard = watchdog("an initializer");
    let mp = context();
    let build = |text: &str| {
        let builder = mp.pool_builder().processes(2);
        builder
            .initializer(targets::remember, (text.to_owned(),))
            .build()
    };
    let pool = build("hello").unwrap();
    assert_eq!(pool.apply(targets::remembered, ()).unwrap(), "hello");
    drop(pool);
    let error = build("fail").unwrap_err();
    assert!(matches!(error, Error::Initializer { .. }), "{error}");
    assert!(error.to_string().contains("told to fail"), "{error}");
    let error = build("abort").unwrap_err();
    assert!(error.to_string().contains("SIGABRT"), "{error}");
    assert!(mp.live_children().is_empty());
}

#[test]
fn a_worker_is_replaced_after_its_tasks() {
    let _guard = watchdog("maxtasksperchild");
    let mp = context();
    let pool = mp
        .pool_builder()
        .processes(1)
        .maxtasksperchild(3)
        .build()
        .unwrap();
    let pids: Vec<u32> = (0..10)
        .map(|_| pool.apply(targets::who, ()).unwrap().1)
        .collect();
    let runs: Vec<usize> = pids.chunk_by(|a, b| a == b).map(<[u32]>::len).collect();
    assert_eq!(runs, [3, 3, 3, 1]);
    pool.close();
    pool.join().unwrap();
    assert!(
        pool.workers()
            .iter()
            .all(|worker| worker.exit.unwrap().is_success())
    );
}

#[test]
fn the_task_log_tells_who_did_what_when() {
    let _guard = watchdog("the task log");
    let mp = context();
    let pool = mp
        .pool_builder()
        .processes(2)
        .task_log(true)
        .build()
        .unwrap();
    pool.map_chunked(targets::sleep, [10; 8], 2).unwrap();
    let mut log = pool.take_task_log();
    log.sort_by_key(|record| record.task);
    let tasks: Vec<_> = log.iter().map(|record| record.task).collect();
    assert_eq!(tasks, [0, 1, 2, 3, 4, 5, 6, 7]);
    for record in &log {
        assert!(record.ended_ns - record.began_ns >= 10_000_000);
        assert!(record.target.ends_with("::sleep"));
    }
    let workers: BTreeSet<_> = log.iter().map(|record| record.worker.pid).collect();
    assert_eq!(workers, pool.worker_pids().into_iter().collect());
    assert!(pool.take_task_log().is_empty());
}

#[test]
fn what_waits_behind_a_long_task_is_run_by_another() {
    let _guard = watchdog("calling back");
    let mp = context();
    let pool = mp
        .pool_builder()
        .processes(2)
        .task_log(true)
        .build()
        .unwrap();
    // Short tasks teach the pool to send ahead; then long ones come.
    let millis = [0; 2000].into_iter().chain([200; 4]);
    pool.map_chunked(targets::sleep_some, millis, 1).unwrap();
    let log = pool.take_task_log();
    let long: Vec<_> = log
        .iter()
        .filter(|record| record.ended_ns - record.began_ns > 150_000_000)
        .collect();
    assert_eq!(long.len(), 4);
    // One behind the other in one worker, three or four would have the same PID.
    let busiest = pool.worker_pids().into_iter().map(|pid| {
        let of_worker = long.iter().filter(|record| record.worker.pid == pid);
        of_worker.count()
    });
    assert!(busiest.max() < Some(4), "shared, not one after the other");
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let mp = context();
    assert!(matches!(mp.pool(0), Err(Error::Setting(_))));
    let builder = mp.pool_builder().processes(1);
    assert!(matches!(
        builder.maxtasksperchild(0).build(),
        Err(Error::Setting(_))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn map_equals_the_serial_map(
        numbers in proptest::collection::vec(any::<u64>(), 0..200),
        chunksize in 1..60_usize,
        workers in 1..4_usize,
    ) {
        let _guard = watchdog("map");
        let pool = context().pool(workers).unwrap();
        let serial: Vec<u64> = numbers.iter().copied().map(targets::square).collect();
        prop_assert_eq!(pool.map_chunked(targets::square, numbers.clone(), chunksize).unwrap(), &serial[..]);
        let lazy: Vec<u64> = pool.imap(targets::square, numbers).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(lazy, serial);
    }
}
