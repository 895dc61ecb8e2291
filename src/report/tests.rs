//! Reports of fixed recordings.

use std::path::Path;

use super::*;
use crate::record::{Backend, EventKind, Value, metrics::Metric};

fn recording(name: &str) -> Recording {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/fixtures");
    Recording::load(&folder.join(name)).expect("a fixture loads")
}

/// A report with the shared tables, as the demos make it.
fn report(name: &str) -> Report {
    let recording = recording(name);
    let run = recording.run();
    let mut tables = vec![tables::worker_table(&run)];
    if !run.backends().is_empty() {
        let last = run.workers(Backend::Processes);
        tables = vec![
            tables::backend_table(&run),
            tables::workers_table("Workers of the last trial", &last),
        ];
    }
    build_report(&recording, tables)
}

#[test]
fn a_summary_holds_the_medians_of_the_trials() {
    let recording = recording("parallel.jsonl");
    let summary = BackendSummary::from_trials(&recording.run(), Backend::Processes);
    let near = |figure: Option<stats::MedianSpread>, expected: f64| {
        let median = figure.expect("measured").median;
        assert!((median - expected).abs() < 0.01 * expected, "{median}");
    };
    assert_eq!((summary.workers, summary.trials), (4, 3));
    near(summary.figure(Metric::Work), 0.0587);
    near(summary.figure(Metric::Speedup), 0.2104 / 0.0587);
    near(summary.figure(Metric::Efficiency), 0.2104 / 0.0587 / 4.0);
    near(summary.figure(Metric::CoresUsed), 4.0 * 0.97);
    near(summary.figure(Metric::Startup), 0.00212);
}

#[test]
fn a_run_without_serial_has_no_speed_up_and_says_why() {
    let mut recording = recording("parallel.jsonl");
    recording.events_mut().retain(|event| {
        let json = serde_json::to_string(event).expect("JSON");
        !json.contains(r#""backend":"serial""#)
    });
    let run = recording.run();
    assert_eq!(
        BackendSummary::from_trials(&run, Backend::Threads).figure(Metric::Speedup),
        None
    );
    let table = tables::backend_table(&run);
    assert_eq!(
        table.rows[0][9],
        Value::missing("`serial` did not run, so there is nothing to compare with")
    );
}

#[test]
fn without_a_common_round_there_is_no_speed_up() {
    let mut recording = recording("parallel.jsonl");
    for event in recording.events_mut() {
        if let EventKind::TrialFinished { backend, trial, .. } = &mut event.what
            && *backend == Backend::Serial
        {
            *trial = trial.map(|round| round + 100);
        }
    }
    assert_eq!(
        tables::backend_table(&recording.run()).rows[1][9],
        Value::missing("`serial` and `threads` finished no round together")
    );
}

#[test]
fn a_pythons_speed_up_is_against_its_own_serial_row() {
    let recording = recording("pythons.jsonl");
    let pythons = recording.run().python_runs();
    let speedup = |of: usize, backend| {
        let figure = BackendSummary::from_trials(&pythons[of], backend).figure(Metric::Speedup);
        figure.expect("measured").median
    };
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 0.01, "{found}");
    near(speedup(0, Backend::PythonSerial), 1.0);
    near(speedup(0, Backend::PythonThreads), 0.1454 / 0.1492);
    near(speedup(2, Backend::PythonThreads), 0.2051 / 0.1093);
}

#[test]
fn each_python_is_a_group_of_rows_and_a_line_below() {
    let recording = recording("pythons.jsonl");
    let table = tables::backend_table(&recording.run());
    let cells = |of: &str| -> Vec<(String, Value)> {
        let under = Value::text(of);
        let rows = table.rows.iter().filter(|row| row[1] == under);
        rows.map(|row| match &row[0] {
            Value::Text(backend) => (backend.clone(), row[3].clone()),
            other => panic!("{other:?} names a row"),
        })
        .collect()
    };
    let names = |of: &str| -> Vec<String> { cells(of).into_iter().map(|(name, _)| name).collect() };
    let headings: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        headings[..6],
        [
            "backend",
            "under",
            "workers",
            "work",
            "cores used",
            "speed-up"
        ]
    );
    assert_eq!(
        names("Rust"),
        ["serial", "threads", "gil-threads", "processes"]
    );
    let of_311 = cells("CPython 3.11");
    assert_eq!(of_311.len(), 4);
    let (name, figure) = of_311.last().expect("the backend that it lacks");
    assert_eq!(name, "python-interpreters");
    assert!(matches!(figure, Value::Missing(why) if why.contains("3.12")));
    assert_eq!(names("CPython 3.13t, no GIL").len(), 4);
    let below = table.notes.join("\n");
    for line in [
        "CPython 3.11.7, with a GIL; start method: fork.",
        "CPython 3.13.5, with a GIL; start method: fork.",
        "CPython 3.13.5, free-threaded, no GIL; start method: fork.",
        "never seconds",
    ] {
        assert!(below.contains(line), "{below}");
    }
}

#[test]
fn a_part_that_was_cut_off_says_so_and_its_notes_are_told_once() {
    let mut recording = recording("pythons.jsonl");
    for event in recording.events_mut() {
        if event.run == 2 && matches!(event.what, EventKind::RunFinished { .. }) {
            let outcome = RunStatus::Partial("stopped after 30 s".to_owned());
            event.what = EventKind::RunFinished { outcome };
        }
        if event.run > 0 && matches!(event.what, EventKind::Resolved { .. }) {
            let text = "the interval is a microsecond".to_owned();
            event.what = EventKind::Noted { text };
        }
    }
    let lines = interpreter_lines(&recording.run());
    assert_eq!(
        lines[1],
        "CPython 3.13.5, with a GIL; start method: fork. Its part is incomplete: stopped after 30 s."
    );
    assert!(lines[0].ends_with("fork."), "{}", lines[0]);
    let report = build_report(&recording, Vec::new());
    assert_eq!(report.notes, ["the interval is a microsecond"]);
}

#[test]
fn json_names_the_interpreter_of_each_backend() {
    let report = build_report(&recording("pythons.jsonl"), Vec::new());
    let json = serde_json::to_value(&report).expect("JSON");
    let backends = json["backends"].as_array().expect("backends");
    assert_eq!(backends.len(), 4 + 3 * 4);
    assert!(backends[0]["interpreter"].is_null());
    assert_eq!(backends[4]["interpreter"]["name"], "3.11");
    assert_eq!(backends[15]["interpreter"]["gil"], false);
}

#[test]
fn workers_stand_in_the_order_of_their_numbers() {
    let recording = recording("parallel.jsonl");
    let mut workers = recording.run().workers(Backend::Processes);
    for (worker, name) in workers.iter_mut().zip(["P-10", "P-2", "P-2:11", "P-2:3"]) {
        name.clone_into(&mut worker.name);
    }
    tables::sort_by_name(&mut workers);
    let names: Vec<&str> = workers.iter().map(|worker| worker.name.as_str()).collect();
    assert_eq!(names, ["P-2", "P-2:3", "P-2:11", "P-10"]);
}

#[test]
fn a_column_that_nobody_fills_is_a_line_below() {
    let mut table = Table::new("t", &["name", "a", "b", "c"]);
    for name in ["x", "y"] {
        let gap = Value::missing("nobody tells");
        table.add_row([name.into(), gap, Value::Nothing, Value::Count(1)]);
    }
    let table = tables::without_gaps(table);
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["name", "c"]);
    assert_eq!(table.rows[1], ["y".into(), Value::Count(1)]);
    assert_eq!(table.notes, ["No a: nobody tells."]);
}

#[test]
fn a_backend_that_never_ran_is_all_gaps() {
    let recording = recording("numbers.jsonl");
    let summary = BackendSummary::from_trials(&recording.run(), Backend::Serial);
    assert_eq!((summary.trials, summary.figure(Metric::Work)), (0, None));
}

#[test]
fn cells_become_plain_json() {
    let mut table = Table::new("t", &["a [×]", "b", "c", "d", "e", "f", "g"]);
    table.add_row([
        Value::Ratio(1.5),
        Value::Seconds(f64::NAN),
        Value::Pids(vec![1, 2]),
        Value::Flag(true),
        Value::missing("why"),
        Value::Nothing,
        Value::Bytes(u64::MAX),
    ]);
    let json = serde_json::to_value(&table).expect("JSON");
    let expected = serde_json::json!([[1.5, null, [1, 2], true, null, null, u64::MAX]]);
    assert_eq!(json["rows"], expected);
    let units: Vec<&serde_json::Value> = json["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| &column["unit"])
        .collect();
    let none = serde_json::Value::Null;
    assert_eq!(units[..3], [&"×".into(), &"s".into(), &none]);
    assert_eq!(units[6], &"B");
}

#[test]
fn the_line_under_the_tables_says_what_weakens_them() {
    let ran_on = report("numbers.jsonl").ran_on;
    assert!(ran_on.contains("2 of 4 cores (affinity)"), "{ran_on}");
    assert!(ran_on.contains("not optimised"), "{ran_on}");
    assert!(ran_on.contains("spawn"), "{ran_on}");
}

#[test]
fn what_others_took_of_the_cores_is_said_if_it_was_much() {
    let mut recording = recording("pythons.jsonl");
    let said = |recording: &Recording| build_report(recording, Vec::new()).disturbance;
    assert_eq!(said(&recording), None);
    for event in recording.events_mut() {
        if let EventKind::Observed { name, value, .. } = &mut event.what
            && name == "available_cores"
        {
            *value = Value::Ratio(1.1);
        }
    }
    let busy = "Other programs used 0.9 of your 2 cores: the times are too long.";
    assert_eq!(said(&recording).as_deref(), Some(busy));
    recording.is_builtin = true;
    let elsewhere = busy.replace("your", "the");
    assert_eq!(said(&recording), Some(elsewhere));
    assert!(!tables::describe_machine(&recording.run()).contains("Other programs"));
    recording.machine.cores_why = Some("cgroup quota 1.00".to_owned());
    let held_back = said(&recording).expect("a quota is a disturbance");
    assert!(held_back.contains("A quota"), "{held_back}");
}

#[test]
fn workers_of_a_demo_without_backends_are_listed_by_their_kind() {
    let report = report("numbers.jsonl");
    let names: Vec<Backend> = report.backends.iter().map(|b| b.name).collect();
    assert_eq!(names, [Backend::Processes]);
    assert_eq!(report.backends[0].workers[1].output, ["10"]);
    assert_eq!(report.backends[0].workers[2].exitcode, Some(-9));
}

#[test]
fn the_json_of_a_comparison() {
    let json = serde_json::to_string_pretty(&report("parallel.jsonl")).expect("JSON");
    insta::assert_snapshot!(json);
}
