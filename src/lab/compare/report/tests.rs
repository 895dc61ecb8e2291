use super::*;
use crate::{
    claim::{Condition, ConditionSubject},
    lab::testing::{column, free_threaded, machine, observed, with_gil},
    record::{
        Backend, Event, EventKind, Interpreter, Params, Recording, RunStatus, TrialTimes, WorkerId,
        WorkerKind,
    },
};

/// One part: the Python that ran it, and the speed-up of each backend.
type Ran<'a> = (Option<Interpreter>, &'a [(Backend, f64)]);

/// Nested `parallel` runs with these speed-ups and cores used, each a part: serial work takes a second.
fn recording(parts: &[Ran]) -> Recording {
    recording_of(&[("parallel", parts)])
}

/// The same of several demos.
fn recording_of(demos: &[(&str, &[Ran])]) -> Recording {
    let mut events = Vec::new();
    let mut add = |run: u32, what: EventKind| {
        let at_ns = events.len() as u64;
        events.push(Event { at_ns, run, what });
    };
    let started = |demo: &str, interpreter: Option<Interpreter>| EventKind::RunStarted {
        demo: demo.to_owned(),
        params: Params::default().into(),
        interpreter: interpreter.map(Box::new),
    };
    add(0, started("compare", None));
    let parts = demos
        .iter()
        .flat_map(|(demo, parts)| parts.iter().map(move |part| (demo, part)));
    for (run, (demo, (interpreter, backends))) in (1..).zip(parts) {
        add(run, started(demo, interpreter.clone()));
        add(run, observed("available_cores", &[], Value::Ratio(2.0)));
        for (backend, speedup) in *backends {
            let is_process = matches!(backend, Backend::Processes | Backend::PythonProcesses);
            let times = TrialTimes {
                startup_s: if is_process { 0.03 } else { 1e-3 },
                work_s: 1.0 / speedup,
                cpu_s: Some(0.99),
                ..TrialTimes::default()
            };
            for trial in 0..3 {
                let backend = *backend;
                let trial = Some(trial);
                add(
                    run,
                    EventKind::TrialFinished {
                        backend,
                        trial,
                        times: times.into(),
                    },
                );
            }
        }
        add(run, complete());
    }
    add(0, complete());
    Recording::new(machine(), events)
}

fn complete() -> EventKind {
    EventKind::RunFinished {
        outcome: RunStatus::Complete,
    }
}

const NATIVE: &[(Backend, f64)] = &[
    (Backend::Serial, 1.0),
    (Backend::Threads, 1.95),
    (Backend::GilThreads, 0.99),
    (Backend::Processes, 1.9),
];

/// Four waits.
const WAITING: &[(Backend, f64)] = &[
    (Backend::Serial, 1.0),
    (Backend::Threads, 3.9),
    (Backend::GilThreads, 3.9),
    (Backend::Processes, 3.8),
];

/// Adds the workers of each trial: two that compute, four that wait.
fn add_workers(recording: &mut Recording) {
    let mut events = Vec::new();
    for event in recording.events_mut().drain(..) {
        if let EventKind::TrialFinished { backend, trial, .. } = event.what {
            let kind = match backend {
                Backend::Serial => WorkerKind::Main,
                Backend::Processes => WorkerKind::Process,
                _ => WorkerKind::Thread,
            };
            let count = 2 * event.run;
            events.extend((0..count).map(|number| Event {
                what: EventKind::WorkerStarted {
                    worker: WorkerId(100 * event.at_ns as u32 + number),
                    name: format!("Worker-{number}"),
                    kind,
                    backend: Some(backend),
                    trial,
                    pid: number + 1,
                    tid: None,
                    ppid: None,
                },
                ..event.clone()
            }));
        }
        events.push(event);
    }
    *recording.events_mut() = events;
}

fn python(threads: f64) -> Vec<(Backend, f64)> {
    vec![
        (Backend::PythonSerial, 1.0),
        (Backend::PythonThreads, threads),
        (Backend::PythonProcesses, 1.85),
    ]
}

/// The verdict on a row, and where it is another one.
fn found(recording: &Recording, row: &str) -> [Value; 2] {
    let table = build_claims_table(&recording.run());
    let rows = column(&table, "row");
    let at = rows
        .iter()
        .position(|name| *name == row.into())
        .expect("a row");
    ["found", "where"].map(|name| column(&table, name)[at].clone())
}

#[test]
fn the_gil_row_holds_only_with_a_gil() {
    let (with, without) = (python(0.98), python(1.88));
    let recording = recording(&[
        (None, NATIVE),
        (Some(with_gil()), &with),
        (Some(free_threaded()), &without),
    ]);
    for row in ["GIL", "execution"] {
        let expected = ["holds", "only with a GIL"].map(Value::from);
        assert_eq!(found(&recording, row), expected, "{row}");
    }
    assert_eq!(
        found(&recording, "memory")[0],
        "cannot be shown here".into()
    );
}

#[test]
fn a_row_of_two_halves_needs_both() {
    let (with, without) = (python(0.98), python(1.88));
    let computing: &[Ran] = &[
        (None, NATIVE),
        (Some(with_gil()), &with),
        (Some(free_threaded()), &without),
    ];
    let native = |threads| {
        [
            (Backend::Serial, 1.0),
            (Backend::Threads, threads),
            (Backend::GilThreads, threads),
            (Backend::Processes, 3.9),
        ]
    };
    let (overlap, do_not) = (native(3.9), native(1.0));
    let in_python = [
        (Backend::PythonSerial, 1.0),
        (Backend::PythonThreads, 3.9),
        (Backend::PythonProcesses, 3.8),
    ];
    let waiting = |native| {
        let pythons = [with_gil(), free_threaded()].map(|it| (Some(it), &in_python[..]));
        [&[(None, native)][..], &pythons].concat()
    };
    let overlapping: &[Ran] = &waiting(&overlap[..]);
    let one_by_one: &[Ran] = &waiting(&do_not[..]);
    let recording = |waiting| recording_of(&[("parallel", computing), ("io", waiting)]);
    for row in ["best for", "speed"] {
        let expected = ["holds", "only with a GIL"].map(Value::from);
        assert_eq!(found(&recording(overlapping), row), expected, "{row}");
        // One half says nothing of the other.
        for half in ["parallel", "io"] {
            let parts = if half == "io" { overlapping } else { computing };
            let alone = found(&recording_of(&[(half, parts)]), row);
            assert_ne!(alone[0], "holds".into(), "{row} by `{half}` alone");
        }
        assert_eq!(
            found(&recording(one_by_one), row)[0],
            "does not hold here".into(),
            "{row}"
        );
    }
}

#[test]
fn a_figure_that_other_programs_decided_is_not_shown() {
    let cells = |free: f64| {
        // Threads without a lock found no second core, and neither did processes.
        let crowded = [
            (Backend::Serial, 1.0),
            (Backend::Threads, 1.01),
            (Backend::Processes, 1.0),
        ];
        let mut recording = recording(&[(None, &crowded)]);
        for event in recording.events_mut() {
            if let EventKind::Observed { value, .. } = &mut event.what {
                *value = Value::Ratio(free);
            }
        }
        let table = build_figures_table(&recording.run());
        let of_row = table.rows.iter().find(|row| row[0] == "GIL".into());
        of_row.expect("a row")[2..4].to_vec()
    };
    assert_eq!(cells(2.0), [1.01, 1.0].map(Value::Ratio));
    assert_eq!(cells(1.0), ["too noisy", "too noisy"].map(Value::from));
}

#[test]
fn who_waits_for_a_lock_decides_on_a_busy_machine_too() {
    let mut recording =
        recording_of(&[("parallel", &[(None, NATIVE)]), ("io", &[(None, WAITING)])]);
    for event in recording.events_mut() {
        let EventKind::TrialFinished { backend, times, .. } = &mut event.what else {
            continue;
        };
        if event.run == 1 {
            let is_held = *backend == Backend::GilThreads;
            times.voluntary_switches = Some(if is_held { 600 } else { 0 });
            times.work_s = 2.0;
        }
        times.run_queue_s = Some(times.work_s);
    }
    add_workers(&mut recording);
    for row in ["GIL", "best for"] {
        let expected = ["holds", "only with a GIL"].map(Value::from);
        assert_eq!(found(&recording, row), expected, "{row}");
    }
    let table = build_figures_table(&recording.run());
    let threads = |name: &'static str| -> Vec<&Value> {
        let of_row = table.rows.iter().filter(|row| row[0] == name.into());
        of_row.map(|row| &row[2]).collect()
    };
    let waits = threads("GIL");
    assert!(
        matches!(waits[..], [Value::Rate(none), Value::Rate(many)] if *none < 1.0 && *many > 100.0)
    );
    assert_eq!(threads("best for"), [&"too noisy".into(); 2]);
}

#[test]
fn one_core_shows_nothing_of_running_at_once() {
    let mut recording = recording(&[(None, NATIVE)]);
    recording.machine.cores_usable = 1;
    assert_eq!(found(&recording, "GIL")[0], "cannot be shown here".into());
}

#[test]
fn a_busy_machine_is_no_reason_to_say_no() {
    let mut recording = recording(&[(None, NATIVE)]);
    let what = observed("available_cores", &[], Value::Ratio(0.9));
    let event = Event {
        at_ns: 99,
        run: 1,
        what,
    };
    recording.events_mut().push(event);
    let expected = ["too noisy to tell", ""].map(Value::from);
    assert_eq!(found(&recording, "GIL"), expected);
}

#[test]
fn one_trial_refutes_nothing() {
    let mut recording = recording(&[(None, NATIVE)]);
    recording.events_mut().retain(
        |event| !matches!(event.what, EventKind::TrialFinished { trial, .. } if trial != Some(0)),
    );
    assert_eq!(
        found(&recording, "GIL")[1],
        "Rust: too noisy to tell".into()
    );
}

#[test]
fn every_condition_can_be_read() {
    let recording = recording(&[(None, NATIVE), (Some(with_gil()), NATIVE)]);
    let run = recording.run();
    let demo = run.find_nested("parallel").expect("a run");
    for row in &ROWS {
        for part in demo_parts(&demo) {
            for side in [CompareSide::Threads, CompareSide::Modelled] {
                let other = row.other_half.iter().map(|half| (half.demo, half.holds));
                for (demo, holds) in other.chain([(row.demo, row.holds)]) {
                    let condition = condition(holds, part, side);
                    let subject = ConditionSubject {
                        demo,
                        backends: &[],
                    };
                    let read = Condition::from_text(&condition, &subject);
                    assert!(read.is_ok(), "{condition}: {read:?}");
                }
            }
        }
    }
}

#[test]
fn each_part_has_a_line_of_figures() {
    let with = python(0.98);
    let recording = recording(&[(None, NATIVE), (Some(with_gil()), &with)]);
    let table = build_figures_table(&recording.run());
    let of_row: Vec<&Vec<Value>> = table
        .rows
        .iter()
        .filter(|row| row[0] == "GIL".into())
        .collect();
    let under: Vec<&Value> = of_row.iter().map(|row| &row[1]).collect();
    assert_eq!(
        under,
        [
            &Value::from("Rust"),
            &Value::from(MODEL),
            &Value::from("3.11")
        ]
    );
    assert_eq!(of_row[1][2], Value::Ratio(0.99));
    assert_eq!(of_row[2][4], Value::Nothing, "said in the first line");
    let rows = column(&table, "row");
    assert!(ROWS.iter().all(|row| rows.contains(&row.name.into())));
}
