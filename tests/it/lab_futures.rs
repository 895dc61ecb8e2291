//! The demos of executors and of many waits, run for real.

use forklore::{
    python::Pythons,
    record::{Backend, Params, Recording, RunStatus, Value},
};

use crate::support;

/// Runs a demo to its end.
fn run(demo: &str, params: Params) -> Recording {
    let recording = support::run_demo(demo, params, Pythons::none());
    assert_eq!(recording.run().status(), RunStatus::Complete, "{demo}");
    recording
}

#[test]
fn one_loop_waits_for_as_much_as_a_thread_each_and_a_blocking_call_delays_it() {
    let params = Params {
        size: Some(40),
        workers: Some(10),
        trials: Some(1),
        ..Params::default()
    };
    let recording = run("thousand-waits", params);
    let seen = |name: &str, label: (&str, &str)| {
        let values = recording.run().number_series(name, &[label]);
        assert_eq!(values.len(), 1, "{name}, {label:?}");
        values[0]
    };
    let ways = [
        ("event loop", 40.0, 1.0),
        ("pool of threads", 40.0, 10.0),
        ("a thread each", 40.0, 40.0),
        ("a process each", 10.0, 10.0),
    ];
    for (way, waits, threads) in ways.map(|(way, waits, threads)| (("way", way), waits, threads)) {
        assert_eq!((seen("waits", way), seen("threads", way)), (waits, threads));
        assert!(seen("took", way) >= 0.1, "a wait of 100 ms");
    }
    // Four rounds of ten waits, however fast the machine is.
    assert!(seen("took", ("way", "pool of threads")) >= 0.4);
    let loop_bytes = seen("memory_per_wait", ("way", "event loop"));
    assert!((8.0..100.0).contains(&loop_bytes), "a time and a number");
    // A tick is due every 10 ms, and the call blocks for 100 ms.
    assert!(seen("tick_delay", ("call", "in the loop")) >= 0.08);
    let children = recording.run().all_workers();
    assert!(children.iter().all(|child| child.exitcode == Some(0)));
}

#[test]
fn a_demo_begins_no_more_than_the_system_allows() {
    for (demo, size, limit) in [
        ("thousand-waits", 10_001, "1 to 10000 waits"),
        ("cluster", u64::MAX, "1 to 1000000 tasks"),
    ] {
        let params = Params {
            size: Some(size),
            ..Params::default()
        };
        let recording = support::run_demo(demo, params, Pythons::none());
        let RunStatus::Partial(why) = recording.run().status() else {
            panic!("{demo} ran {size}");
        };
        assert!(why.contains(limit), "{why}");
    }
}

#[test]
fn executors_give_results_in_the_order_that_is_asked_for() {
    let executors = [Backend::Threads, Backend::GilThreads, Backend::Processes];
    let mut kept_waiting = executors.to_vec();
    for _ in 0..20 {
        let params = Params {
            size: Some(20_000),
            trials: Some(1),
            workers: Some(2),
            ..Params::default()
        };
        let recording = run("futures", params);
        let run = recording.run();
        for backend in executors {
            let label = ("backend", backend.name());
            let order = |name| run.last_observed(name, &[label]).expect("an order");
            assert_eq!(order("map_order"), Value::text("1 2 3"));
            let first = run.number_series("first_after", &[label, ("call", "map")]);
            assert!(first[0] >= 0.15, "the first task takes 150 ms");
            let tasks: u64 = run.workers(backend).iter().map(|one| one.usage.tasks).sum();
            assert_eq!(tasks, 2, "one for each worker");
            // On a busy machine the slow task may be noticed first.
            let is_first_later = order("completed_order") != Value::text("1 2 3");
            kept_waiting.retain(|one| *one != backend || !is_first_later);
        }
        let sums = run.observations("checksum");
        assert!(sums.windows(2).all(|pair| pair[0].value == pair[1].value));
        let children = run.workers(Backend::Processes);
        assert!(children.iter().all(|child| child.exitcode == Some(0)));
        if kept_waiting.is_empty() {
            return;
        }
    }
    panic!("the slow task was always first: {kept_waiting:?}");
}
