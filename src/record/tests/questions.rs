use super::*;
use crate::record::{Recording, RunStatus, Value, testing::observed};

fn recording(what: impl IntoIterator<Item = EventKind>) -> Recording {
    Recording::new(machine(), events(what))
}

#[test]
fn warm_ups_and_trials_without_an_end_do_not_count() {
    let threads = Backend::Threads;
    let recording = recording([
        run_started("parallel"),
        trial_finished(threads, None, 9.0),
        trial_finished(threads, Some(0), 1.0),
        EventKind::TrialStarted {
            backend: threads,
            trial: Some(1),
        },
    ]);
    let works: Vec<f64> = recording
        .run()
        .trials(threads)
        .iter()
        .map(|times| times.work_s)
        .collect();
    assert_eq!(works, [1.0]);
}

#[test]
fn workers_are_those_of_the_last_finished_trial() {
    let processes = Backend::Processes;
    let started = |trial| EventKind::TrialStarted {
        backend: processes,
        trial: Some(trial),
    };
    let recording = recording([
        started(0),
        worker_started(1, processes, Some(0)),
        trial_finished(processes, Some(0), 1.0),
        // Disturbed: begins again under the same number.
        started(1),
        worker_started(2, processes, Some(1)),
        started(1),
        worker_started(3, processes, Some(1)),
        trial_finished(processes, Some(1), 1.0),
        started(2),
        worker_started(4, processes, Some(2)),
    ]);
    let run = recording.run();
    let ids: Vec<u32> = run.workers(processes).iter().map(|w| w.id.0).collect();
    assert_eq!(ids, [3]);
    assert_eq!(run.all_workers().len(), 4);
}

#[test]
fn without_a_finished_trial_every_worker_is_told() {
    let recording = recording([
        worker_started(1, Backend::Processes, None),
        worker_started(2, Backend::Processes, None),
        worker_started(3, Backend::Threads, None),
    ]);
    assert_eq!(recording.run().workers(Backend::Processes).len(), 2);
}

#[test]
fn the_figures_of_the_exit_fill_only_gaps() {
    let exit = ResourceUsage {
        cpu_s: Some(9.0),
        voluntary_switches: Some(7),
        ..ResourceUsage::default()
    };
    let recording = recording([
        worker_started(1, Backend::Processes, None),
        EventKind::WorkerReady {
            worker: WorkerId(1),
            startup_s: 0.002,
        },
        EventKind::Output {
            worker: WorkerId(1),
            stderr: false,
            text: "10".to_owned(),
        },
        work_finished(1, Some(0.5)),
        EventKind::WorkerExited {
            worker: WorkerId(1),
            exitcode: Some(-9),
            usage: Some(exit.into()),
        },
    ]);
    let workers = recording.run().all_workers();
    let worker = &workers[0];
    assert_eq!(worker.usage.cpu_s, Some(0.5));
    assert_eq!(worker.usage.voluntary_switches, Some(7));
    assert_eq!(worker.usage.tasks, 1);
    assert_eq!(worker.startup_s, Some(0.002));
    assert_eq!(worker.exitcode, Some(-9));
    assert_eq!(worker.output[0].text, "10");
    assert_eq!((worker.started_ns, worker.exited_ns), (1_000, Some(5_000)));
}

#[test]
fn events_of_a_worker_that_never_started_are_nobodys() {
    let recording = recording([work_finished(77, None)]);
    assert_eq!(recording.run().all_workers(), []);
}

#[test]
fn figures_are_found_by_name_and_labels() {
    let yes = [("lock", "yes")];
    let no = [("lock", "no"), ("backend", "threads")];
    let recording = recording([
        observed("lost", &no, Value::Count(30)),
        observed("lost", &yes, Value::Count(0)),
        observed("lost", &no, Value::Count(40)),
        observed("lost", &no, Value::missing("killed")),
        observed("expected", &[], Value::Count(100)),
    ]);
    let run = recording.run();
    assert_eq!(run.number_series("lost", &[("lock", "no")]), [30.0, 40.0]);
    assert_eq!(run.last_observed("lost", &yes), Some(Value::Count(0)));
    assert_eq!(
        run.last_observed("lost", &no[..1]),
        Some(Value::missing("killed"))
    );
    assert_eq!(run.last_observed("lost", &[("lock", "perhaps")]), None);
    assert_eq!(run.label_values("lost", "lock"), ["no", "yes"]);
    assert_eq!(run.observations("expected")[0].at_ns, 5_000);
}

#[test]
fn backends_come_in_the_order_of_tables() {
    let recording = recording([
        worker_started(1, Backend::Processes, None),
        EventKind::BackendSkipped {
            backend: Backend::PythonSerial,
            why: "no Python was found".to_owned(),
        },
        trial_finished(Backend::Serial, Some(0), 1.0),
    ]);
    let run = recording.run();
    assert_eq!(run.backends(), [Backend::Serial, Backend::Processes]);
    assert_eq!(
        run.skipped_backends(),
        [(Backend::PythonSerial, "no Python was found")]
    );
}

#[test]
fn a_nested_run_answers_for_itself() {
    let nested = |run, what| Event {
        at_ns: 500,
        run,
        what,
    };
    let mut events = events([run_started("compare")]);
    events.push(nested(1, run_started("race")));
    events.push(nested(1, observed("lost", &[], Value::Count(3))));
    events.push(nested(2, run_started("memory")));
    let recording = Recording::new(machine(), events);
    let run = recording.run();
    assert_eq!(run.demo(), "compare");
    assert_eq!(run.last_observed("lost", &[]), None);
    let race = run.find_nested("race").expect("it ran");
    assert_eq!(race.last_observed("lost", &[]), Some(Value::Count(3)));
    assert!(run.find_nested("crash").is_none());
    assert_eq!(run.nested_runs().len(), 2);
}

#[test]
fn a_nested_run_without_an_end_shares_the_reason_of_the_whole() {
    let stopped = RunStatus::Partial("stopped by Ctrl-C".to_owned());
    let mut events = events([
        run_started("compare"),
        EventKind::RunFinished {
            outcome: stopped.clone(),
        },
    ]);
    events[0].run = 1;
    let recording = Recording::new(machine(), events);
    let nested = recording.run().find_nested("compare").expect("it began");
    assert_eq!(nested.status(), stopped);
}

#[test]
fn resolved_settings_win_over_those_asked_for() {
    let resolved = Params {
        workers: Some(2),
        ..Params::default()
    };
    let recording = recording([
        run_started("parallel"),
        EventKind::Resolved {
            params: resolved.clone().into(),
        },
        EventKind::Noted {
            text: "one core".to_owned(),
        },
        EventKind::Noted {
            text: "one core".to_owned(),
        },
    ]);
    let run = recording.run();
    assert_eq!(run.params(), &resolved);
    assert_eq!(run.notes(), ["one core"]);
    assert!((run.duration_s() - 3e-6).abs() < 1e-12);
}
