//! Reports of fixed recordings: no clock, no process.

use std::path::Path;

use super::*;
use crate::record::{Backend, Value};

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
    build(&recording, tables)
}

#[test]
fn a_summary_holds_the_medians_of_the_trials() {
    let recording = recording("parallel.jsonl");
    let summary = Summary::of(&recording.run(), Backend::Processes);
    let near = |figure: Option<stats::Figure>, expected: f64| {
        let median = figure.expect("measured").median;
        assert!((median - expected).abs() < 0.01 * expected, "{median}");
    };
    assert_eq!((summary.workers, summary.trials), (4, 3));
    near(summary.work_s, 0.0587);
    near(summary.speedup, 0.2104 / 0.0587);
    near(summary.efficiency, 0.2104 / 0.0587 / 4.0);
    near(summary.cores_used, 4.0 * 0.97);
    near(summary.startup_s, 0.00212);
}

#[test]
fn a_run_without_serial_has_no_speed_up_and_says_why() {
    let mut recording = recording("parallel.jsonl");
    recording.events.retain(|event| {
        let json = serde_json::to_string(event).expect("JSON");
        !json.contains(r#""backend":"serial""#)
    });
    let run = recording.run();
    assert_eq!(Summary::of(&run, Backend::Threads).speedup, None);
    let table = tables::backend_table(&run);
    assert_eq!(
        table.rows[0][9],
        Value::missing("`serial` did not run, so there is nothing to compare with")
    );
}

#[test]
fn a_backend_that_never_ran_is_all_gaps() {
    let recording = recording("numbers.jsonl");
    let summary = Summary::of(&recording.run(), Backend::Serial);
    assert_eq!((summary.trials, summary.work_s), (0, None));
}

#[test]
fn cells_become_plain_json() {
    let mut table = Table::new("t", &["a [×]", "b", "c", "d", "e", "f", "g"]);
    table.row([
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
