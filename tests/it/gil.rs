//! The model of the GIL, and the demos that use it.

mod faithful;

use std::{thread, time::Duration};

use forklore::{
    catalog, lab,
    python::Pythons,
    record::{Backend, Params, Recording, RunStatus},
};

use crate::support;

fn run(demo: &str, params: Params) -> Recording {
    let recording = support::run_demo(demo, params, Pythons::none());
    assert_eq!(recording.run().status(), RunStatus::Complete, "{demo}");
    recording
}

fn under_the_gil(size: Option<u64>) -> Params {
    Params {
        size,
        backends: vec![Backend::GilThreads],
        ..Params::default()
    }
}

#[test]
fn each_worker_tells_how_long_it_waited_for_the_lock() {
    let params = Params {
        workers: Some(3),
        trials: Some(2),
        ..under_the_gil(Some(2_000_000))
    };
    let recording = run("parallel", params);
    let run = recording.run();
    for worker in ["Thread-1", "Thread-2", "Thread-3"] {
        let labels = [("backend", "gil-threads"), ("worker", worker)];
        let shares = run.number_series("gil_wait", &labels);
        assert_eq!(shares.len(), 2, "one a trial");
        assert!(
            shares.iter().all(|share| (0.0..=1.0).contains(share)),
            "{shares:?}"
        );
    }
    // Three threads that need the lock all the time wait for about two thirds of it.
    let all = run.number_series("gil_wait", &[]);
    assert!(all.iter().sum::<f64>() > 0.3, "{all:?}");
}

#[test]
fn only_a_check_point_between_load_and_store_loses_additions() {
    // How many updates get lost is chance; that there are none in so many runs is not.
    let lossy = (0..50).map(|_| run("race", under_the_gil(Some(50_000))));
    let lossy = lossy.filter(|recording| {
        let sum = |name| {
            let labels = [
                ("form", "counter += one()"),
                ("lock", "no"),
                ("memory", "shared"),
            ];
            recording
                .run()
                .number_series(name, &labels)
                .iter()
                .sum::<f64>()
        };
        sum("seen") < sum("expected")
    });
    let recording = lossy.take(1).next().expect("a run that loses additions");
    let run = recording.run();
    let lost = |form: &str, lock: &str, memory: &str| -> f64 {
        let labels = [("form", form), ("lock", lock), ("memory", memory)];
        let sum = |name| run.number_series(name, &labels).iter().sum::<f64>();
        assert!(sum("expected") > 0.0, "{labels:?}");
        sum("expected") - sum("seen")
    };
    for (form, lock, memory) in [
        ("counter += 1", "no", "shared"),
        ("counter += one()", "yes", "shared"),
        ("counter += one()", "no", "private"),
    ] {
        assert_eq!(
            lost(form, lock, memory).to_bits(),
            0.0_f64.to_bits(),
            "{form} {lock} {memory}"
        );
    }
}

#[test]
fn beside_a_computing_thread_a_wait_is_a_switch_interval_longer() {
    let params = Params {
        workers: Some(1),
        ..under_the_gil(None)
    };
    let recording = run("convoy", params);
    let run = recording.run();
    for interval in ["5", "20"] {
        let labels = [("interval", interval), ("busy", "1")];
        let late = run.number_series("overshoot", &labels);
        let interval_s: f64 = interval.parse::<f64>().unwrap() / 1e3;
        // The lock may be free while the system gives the computing thread no core, but not every time.
        let long = late
            .iter()
            .filter(|late| **late >= interval_s * 0.9)
            .count();
        assert!(long > late.len() / 4, "{interval} ms: {late:?}");
        assert!(run.last_observed("switches_per_second", &labels).is_some());
    }
    // Four intervals next to one computing thread; without one, only the default.
    assert_eq!(
        lab::build_report(&recording).unwrap().tables[0].rows.len(),
        5
    );
}

#[test]
fn turns_under_the_lock_never_overlap() {
    let recording = run("handoff", Params::default());
    let run = recording.run();
    let turns = |backend: &str| -> Vec<(f64, f64)> {
        let labels = [("backend", backend)];
        let began = run.number_series("began", &labels);
        let length = run.number_series("hold", &labels);
        assert_eq!(began.len(), length.len());
        began.into_iter().zip(length).collect()
    };
    let locked = turns("gil-threads");
    assert!(locked.len() > 4, "{locked:?}");
    for pair in locked.windows(2) {
        let (ended, next) = (pair[0].0 + pair[0].1, pair[1].0);
        assert!(ended <= next + 1e-6, "{pair:?}");
    }
    let free = turns("threads");
    // The system may take a core away from either thread, so there can be more than two.
    assert!(free.len() >= 2, "{free:?}");
    assert!(free.iter().all(|(_, length)| *length > 0.0), "{free:?}");
    let labels = [("backend", "gil-threads")];
    let (waits, began) = (
        run.number_series("wait", &labels),
        run.number_series("wait_began", &labels),
    );
    assert!(!waits.is_empty() && waits.len() == began.len());
    assert!(!run.number_series("request", &labels).is_empty());
    assert_eq!(
        run.observations("forced").len(),
        locked.len(),
        "of each turn how it ended"
    );
}

#[test]
fn work_under_the_lock_can_be_stopped() {
    let _watch = support::watchdog("work under the lock");
    let services = support::demo_services(Pythons::none());
    let asks = services.stop.clone();
    let asker = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        asks.request_stop("enough");
    });
    let demo = catalog::find_demo("parallel").expect("a demo of that name");
    let recording = lab::run_demo(demo, under_the_gil(Some(1_000_000_000)), services);
    asker.join().unwrap();
    let outcome = recording.run().status();
    assert_eq!(outcome, RunStatus::Partial("enough".to_owned()));
}
