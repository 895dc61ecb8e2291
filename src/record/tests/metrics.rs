//! One rule for each figure.

use super::{
    Backend, EventKind, TrialTimes, WorkerKind, events, machine, run_started, trial_finished,
    worker_started,
};
use crate::record::{
    Interpreter, Labels, Params, Recording, Value,
    metrics::{self, Metric, WorkOverlap},
};
use Backend::{Processes, PythonSerial, PythonThreads, Serial, Threads};

fn recording(what: impl IntoIterator<Item = EventKind>) -> Recording {
    let all = std::iter::once(run_started("parallel")).chain(what);
    Recording::new(machine(), events(all))
}

/// The rounds of a backend, 0 and on, with these milliseconds of work; `None` where the trial was cut off.
fn trials<const N: usize>(backend: Backend, work_ms: [Option<u32>; N]) -> Vec<EventKind> {
    let rounds = (0..).map(Some).zip(work_ms);
    let finished =
        |(round, ms): (_, Option<u32>)| Some(trial_finished(backend, round, f64::from(ms?) / 1e3));
    rounds.filter_map(finished).collect()
}

#[test]
fn a_speed_up_has_one_value_a_round() {
    let all = |ms: [u32; 3]| ms.map(Some);
    let flat = all([100; 3]);
    let cases = [
        (all([100, 200, 300]), flat, vec![1.0, 2.0, 3.0]),
        (all([200, 200, 200]), flat, vec![2.0, 2.0, 2.0]),
        // A machine that slows down slows both sides of a round.
        (all([100, 200, 400]), all([50, 100, 200]), vec![2.0; 3]),
        // One slow serial trial makes one outlier.
        (all([200, 900, 200]), flat, vec![2.0, 9.0, 2.0]),
        // A round counts if both finished it, whichever rounds those are.
        (all([100, 200, 300]), [None, Some(100), None], vec![2.0]),
        ([Some(100), None, Some(300)], flat, vec![1.0, 3.0]),
        ([Some(100), None, None], [None, Some(100), None], vec![]),
        ([None; 3], flat, vec![]),
        (flat, [None; 3], vec![]),
        // Too short for the clock.
        (flat, all([0, 50, 100]), vec![2.0, 1.0]),
    ];
    for (serial, threads, expected) in cases {
        let recording = recording([trials(Serial, serial), trials(Threads, threads)].concat());
        let found = Metric::Speedup.values(recording.run(), Threads);
        let near = found
            .iter()
            .zip(&expected)
            .all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(
            near && found.len() == expected.len(),
            "{serial:?} against {threads:?}: {found:?}"
        );
    }
}

#[test]
fn every_figure_comes_from_the_same_trials() {
    let times = |work_s: f64, cpu_s| TrialTimes {
        startup_s: 0.5,
        work_s,
        total_s: work_s + 1.0,
        cpu_s,
        run_queue_s: cpu_s.map(|_| 1.0),
        voluntary_switches: Some(6),
    };
    let finished = |round, times: TrialTimes| EventKind::TrialFinished {
        backend: Processes,
        trial: round,
        times: times.into(),
    };
    let recording = recording([
        trial_finished(Serial, None, 99.0),
        trial_finished(Serial, Some(0), 4.0),
        trial_finished(Serial, Some(1), 6.0),
        worker_started(1, Processes, Some(1)),
        worker_started(2, Processes, Some(1)),
        finished(None, times(99.0, None)),
        finished(Some(0), times(2.0, Some(4.0))),
        finished(Some(1), times(4.0, None)),
    ]);
    let run = recording.run();
    let expected: [&[f64]; 9] = [
        &[0.5, 0.5],
        &[2.0, 4.0],
        &[3.0, 5.0],
        &[4.0],
        &[2.0],
        &[2.5],
        &[1.5],
        &[2.0, 1.5],
        &[1.0, 0.75],
    ];
    for (metric, expected) in Metric::ALL.into_iter().zip(expected) {
        assert_eq!(metric.values(run, Processes), expected, "{metric:?}");
        assert!(metric.values(run, Threads).is_empty(), "{metric:?}");
    }
    assert_eq!(metrics::count_workers(run, Processes), Some(2));
    assert_eq!(metrics::count_pids(run, Processes), Some(2));
    assert_eq!(metrics::count_workers(run, Threads), None);
}

#[test]
fn a_main_thread_is_a_worker_only_where_it_works_alone() {
    let main = |id, backend| match worker_started(id, backend, Some(0)) {
        EventKind::WorkerStarted {
            worker,
            name,
            backend,
            trial,
            ..
        } => EventKind::WorkerStarted {
            worker,
            name,
            kind: WorkerKind::Main,
            backend,
            trial,
            pid: 7,
            tid: None,
            ppid: None,
        },
        other => other,
    };
    let recording = recording([
        main(1, Serial),
        main(2, Processes),
        worker_started(3, Processes, Some(0)),
        worker_started(4, Processes, Some(0)),
    ]);
    let run = recording.run();
    for (backend, count) in [(Serial, 1), (Processes, 2)] {
        assert_eq!(metrics::count_workers(run, backend), Some(count));
        assert_eq!(metrics::count_pids(run, backend), Some(count));
    }
}

#[test]
fn the_rounds_of_a_python_are_compared_with_its_own_serial_ones() {
    let mut recording = recording(trials(Serial, [Some(900); 2]));
    let python = EventKind::RunStarted {
        demo: "parallel".to_owned(),
        params: Params::default().into(),
        interpreter: Some(Interpreter::default().into()),
    };
    let own = [
        vec![python],
        trials(PythonSerial, [Some(100), Some(300)]),
        trials(PythonThreads, [Some(100), Some(100)]),
    ];
    let mut own = events(own.concat());
    for event in &mut own {
        event.run = 1;
    }
    recording.events_mut().extend(own);
    let run = recording.run();
    let speedups = Metric::Speedup.values(run.python_runs()[0], PythonThreads);
    assert!((speedups[0] - 1.0).abs() < 1e-9 && (speedups[1] - 3.0).abs() < 1e-9);
    assert!(Metric::Speedup.values(run, PythonThreads).is_empty());
}

#[test]
fn observations_of_ways_that_took_turns_are_divided_round_by_round() {
    let took = |way: &str, value| EventKind::Observed {
        name: "took".to_owned(),
        labels: Labels::from_iter([("way", way)]),
        value,
    };
    let recording = recording([
        took("loop", Value::Seconds(1.0)),
        took("pool", Value::Seconds(2.0)),
        took("loop", Value::Seconds(3.0)),
        took("pool", Value::missing("no worker was left")),
        took("loop", Value::Seconds(8.0)),
        took("pool", Value::Seconds(2.0)),
        took("loop", Value::Seconds(9.0)),
    ]);
    let [one, pool] = ["loop", "pool"].map(|way| [("way", way)]);
    let divided = |above, below| metrics::divide_observed(recording.run(), above, below);
    assert_eq!(divided(("took", &one), ("took", &pool)), [0.5, 4.0]);
    assert!(divided(("took", &one), ("waited", &pool)).is_empty());
}

/// A trial of `workers` that worked for 100 ms: processor time and run-queue wait in milliseconds, switches.
fn group(backend: Backend, workers: u32, used: (u64, u64, u64)) -> Vec<EventKind> {
    let (cpu_ms, run_queue_ms, switches) = used;
    let times = TrialTimes {
        work_s: 0.1,
        cpu_s: Some(cpu_ms as f64 / 1e3),
        run_queue_s: Some(run_queue_ms as f64 / 1e3),
        voluntary_switches: Some(switches),
        ..TrialTimes::default()
    };
    let started = (0..workers).map(|id| worker_started(10 * backend as u32 + id, backend, Some(0)));
    let finished = EventKind::TrialFinished {
        backend,
        trial: Some(0),
        times: times.into(),
    };
    started.chain([finished]).collect()
}

#[test]
fn workers_run_at_once_or_by_turns_whoever_else_uses_the_cores() {
    let (at_once, ready, by_turns) = (
        Some(WorkOverlap::AtOnce),
        Some(WorkOverlap::ReadyAtOnce),
        Some(WorkOverlap::ByTurns),
    );
    let cases = [
        ("threads on two free cores", 2, (199, 0, 0), at_once),
        ("threads beside two busy loops", 2, (60, 120, 3), ready),
        ("threads on one core, started late", 2, (99, 12, 0), ready),
        ("threads in turn, without a lock", 2, (100, 2, 0), None),
        ("a GIL on two free cores", 2, (98, 1, 40), by_turns),
        ("a GIL beside two busy loops", 2, (55, 130, 18), by_turns),
        ("a GIL under a quota", 2, (52, 62, 17), by_turns),
        ("eight threads on two cores", 8, (199, 580, 1), at_once),
        ("a lock in a part of the work", 2, (150, 0, 80), None),
        ("too little work", 2, (45, 90, 20), None),
        ("a switch each at the start", 8, (60, 400, 8), ready),
        ("waiting work", 2, (55, 5, 30), None),
        ("one worker", 1, (99, 0, 0), None),
    ];
    for (what, workers, used, expected) in cases {
        let recording = recording(group(Threads, workers, used));
        let found = metrics::work_overlap(recording.run(), Threads);
        assert_eq!(found.ok(), expected, "{what}: {found:?}");
    }
}

#[test]
fn the_switches_of_work_that_waits_alone_tell_nothing_of_a_lock() {
    let overlap = |alone| {
        let all = [
            group(Serial, 1, (95, 0, alone)),
            group(Threads, 2, (100, 3, 90)),
        ];
        metrics::work_overlap(recording(all.concat()).run(), Threads)
    };
    assert_eq!(overlap(1), Ok(WorkOverlap::ByTurns));
    assert!(overlap(90).is_err());
}

#[test]
fn a_recording_without_switches_tells_nothing_of_turns() {
    let old = [
        worker_started(1, Threads, Some(0)),
        worker_started(2, Threads, Some(0)),
        trial_finished(Threads, Some(0), 0.1),
    ];
    assert!(metrics::work_overlap(recording(old).run(), Threads).is_err());
}

#[test]
fn the_median_is_the_middle_or_between_the_two_middles() {
    assert_eq!(metrics::median(&[3.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(metrics::median(&[4.0, 1.0, f64::NAN, 2.0, 3.0]), Some(2.5));
    assert_eq!(metrics::median(&[7.0]), Some(7.0));
    assert_eq!(metrics::median(&[]), None);
}

#[test]
fn quantiles_are_those_of_r() {
    // quantile(1:10, c(0, .25, .5, .75, .95, 1), type = 8)
    let values: Vec<f64> = (1..=10).map(f64::from).collect();
    let published = [
        (0.0, 1.0),
        (0.25, 2.916_666_667),
        (0.5, 5.5),
        (0.75, 8.083_333_333),
        (0.95, 10.0),
        (2.0, 10.0),
    ];
    for (share, expected) in published {
        let found = metrics::quantile(&values, share).expect("values");
        assert!((found - expected).abs() < 1e-8, "{share}: {found}");
    }
}
