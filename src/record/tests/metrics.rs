//! One rule for each figure.

use super::{
    Backend, EventKind, TrialTimes, WorkerKind, events, machine, run_started, trial_finished,
    worker_started,
};
use crate::record::{
    Interpreter, Labels, Params, Recording, Value,
    metrics::{self, Metric},
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
    };
    let finished = |round, times| EventKind::TrialFinished {
        backend: Processes,
        trial: round,
        times,
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
    let expected: [&[f64]; 7] = [
        &[0.5, 0.5],
        &[2.0, 4.0],
        &[3.0, 5.0],
        &[4.0],
        &[2.0],
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
        params: Params::default(),
        interpreter: Some(Interpreter::default()),
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
    recording.events.extend(own);
    let run = recording.run();
    let speedups = Metric::Speedup.values(run.python_runs()[0], PythonThreads);
    assert!((speedups[0] - 1.0).abs() < 1e-9 && (speedups[1] - 3.0).abs() < 1e-9);
    assert!(Metric::Speedup.values(run, PythonThreads).is_empty());
}

#[test]
fn observations_of_ways_that_took_turns_are_divided_round_by_round() {
    let took = |way: &str, value| EventKind::Observed {
        name: "took".to_owned(),
        labels: Labels::from([("way".to_owned(), way.to_owned())]),
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
