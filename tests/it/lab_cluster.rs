//! `cluster`, run for real: the pool of Rust, and Dask where a Python of this machine has it.

use forklore::{
    python::Pythons,
    record::{Params, Run, RunStatus, Value},
};

use crate::support::{assert_gone, machine_pythons, run_demo, skipped, watchdog};

const DASK: [(&str, &str); 1] = [("engine", "dask")];
const POOL: [(&str, &str); 1] = [("engine", "pool")];

fn small() -> Params {
    Params {
        size: Some(20),
        trials: Some(1),
        ..Params::default()
    }
}

fn is_above(run: Run, name: &str, limit: f64) -> bool {
    let value = run.last_observed(name, &DASK);
    value
        .and_then(|value| value.number())
        .is_some_and(|number| number > limit)
}

#[test]
fn the_caller_of_a_map_learns_that_a_worker_was_killed() {
    let recording = run_demo("cluster", small(), Pythons::none());
    let run = recording.run();
    assert_eq!(run.status(), RunStatus::Complete);
    let seen = |name: &str| run.last_observed(name, &POOL);
    assert_eq!(seen("outcome"), Some(Value::text("an error")));
    assert_eq!(seen("lost_runs"), Some(Value::Count(1)));
    assert_eq!(seen("moved"), Some(Value::Bytes(8 << 20)));
}

#[test]
fn dask_repeats_the_task_of_a_killed_worker_and_leaves_nothing_behind() {
    let _guard = watchdog("cluster");
    let pythons = machine_pythons();
    let found = pythons.list_found().iter();
    let mut packages = found.flat_map(|python| &python.packages);
    if !packages.any(|package| package == "distributed") {
        skipped("no Python of this machine has `distributed`");
        return;
    }
    let recording = run_demo("cluster", small(), pythons);
    assert_eq!(recording.run().status(), RunStatus::Complete);
    let parts = recording.run().python_runs();
    let [part] = parts[..] else {
        panic!("one Python is enough");
    };
    assert_eq!(
        part.last_observed("outcome", &DASK),
        Some(Value::text("all results"))
    );
    assert!(is_above(part, "lost_runs", 1.0) && is_above(part, "startup", 0.0));
    // Each worker got the block once, if it got a task at all.
    assert!(!is_above(part, "moved", f64::from(2 << 20)));
    let workers = part.all_workers();
    assert!(workers.iter().any(|worker| worker.name.starts_with("Dask")));
    let pids: Vec<u32> = workers.iter().map(|worker| worker.pid).collect();
    assert_gone(&pids);
}
