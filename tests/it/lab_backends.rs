//! The demos that compare backends, run for real: properties that hold on any machine.

use forklore::{
    lab,
    measure::FreeCoreMeter,
    python::Pythons,
    record::{Backend, Params, Recording, RunStatus, Value},
    report::Report,
};

use crate::support;

/// Runs a demo to its end.
fn run(demo: &str, params: Params) -> (Recording, Report) {
    let recording = support::run_demo(demo, params, Pythons::none());
    assert_eq!(recording.run().status(), RunStatus::Complete, "{demo}");
    let report = lab::build_report(&recording).expect("a demo that is known");
    assert!(!report.tables.is_empty());
    (recording, report)
}

fn small(size: u64, trials: u32) -> Params {
    Params {
        size: Some(size),
        trials: Some(trials),
        workers: Some(2),
        ..Params::default()
    }
}

/// The figure in this column of the row with these first cells.
fn cell<'a>(report: &'a Report, table: usize, row: &[&str], column: &str) -> &'a Value {
    let table = &report.tables[table];
    let at = table.columns.iter().position(|each| each.name == column);
    let at = at.unwrap_or_else(|| panic!("no column `{column}` in `{}`", table.title));
    let row = table.rows.iter().find(|cells| {
        row.iter()
            .zip(*cells)
            .all(|(name, cell)| *cell == Value::text(*name))
    });
    &row.unwrap_or_else(|| panic!("no such row in `{}`", table.title))[at]
}

#[test]
fn every_backend_does_the_same_work_in_workers_of_its_own_kind() {
    let (recording, _) = run("parallel", small(50_000, 2));
    let run = recording.run();
    assert_eq!(
        run.backends(),
        [
            Backend::Serial,
            Backend::Threads,
            Backend::GilThreads,
            Backend::Processes
        ]
    );
    for backend in run.backends() {
        assert_eq!(run.trials(backend).len(), 2);
        for trial in run.trials(backend) {
            assert!(
                trial.work_s > 0.0 && trial.total_s >= trial.work_s,
                "{trial:?}"
            );
        }
    }
    let sums: Vec<&Value> = run
        .observations("checksum")
        .iter()
        .map(|seen| seen.value)
        .collect();
    // A warm-up does less.
    assert_eq!(sums.len(), 4 * 2);
    assert!(sums.windows(2).all(|pair| pair[0] == pair[1]), "{sums:?}");

    let own = std::process::id();
    let threads = run.workers(Backend::Threads);
    assert!(threads.iter().all(|worker| worker.pid == own));
    let processes = run.workers(Backend::Processes);
    assert_eq!(processes.len(), 2);
    assert_ne!(processes[0].pid, processes[1].pid);
    for worker in &processes {
        assert_ne!(worker.pid, own);
        assert_eq!((worker.ppid, worker.exitcode), (Some(own), Some(0)));
        assert!(worker.usage.cpu_s.is_some_and(|cpu| cpu > 0.0));
    }
}

#[test]
fn free_cores_are_counted_while_the_demo_runs_or_else_probed() {
    let free = |demo, params| {
        let (recording, _) = run(demo, params);
        let labels = |key| recording.run().label_values("available_cores", key);
        (labels("period"), labels("trial"))
    };
    let short = free("race", small(1_000, 1));
    let long = free("io", small(8, 10));
    if FreeCoreMeter::start().is_some() {
        // It waits for more than two seconds.
        assert!(long.0.len() >= 2 && long.1.is_empty(), "{long:?}");
        assert!(short.0 == ["1"] || short.1 == ["end"], "{short:?}");
    } else if cfg!(target_os = "linux") {
        assert_eq!(short.1, ["start", "end"]);
    }
}

#[test]
fn waiting_overlaps_even_on_one_core() {
    let (recording, _) = run("io", small(8, 5));
    let run = recording.run();
    let all = |backend| run.trials(backend).into_iter().map(|times| times.work_s);
    // Load makes a wait longer, never shorter.
    let work = |backend| all(backend).fold(f64::INFINITY, f64::min);
    // Eight waits take two workers half as long as one: a ratio, so a slow machine passes too.
    for backend in [Backend::Threads, Backend::GilThreads, Backend::Processes] {
        assert!(
            work(backend) < 0.8 * work(Backend::Serial),
            "{backend}: {}",
            work(backend)
        );
    }
}

#[test]
fn http_and_files_run_in_processes_too() {
    for workload in ["http", "files"] {
        let params = Params {
            workload: Some(workload.to_owned()),
            ..small(4, 1)
        };
        let (recording, _) = run("io", params);
        assert!(
            recording.run().skipped_backends().is_empty(),
            "{:?}",
            recording.run().skipped_backends()
        );
    }
}

#[test]
fn a_parent_sees_only_what_is_shared() {
    let (_, report) = run("isolation", Params::default());
    let sees = |way: &str| cell(&report, 0, &[way], "parent sees it").clone();
    assert_eq!(sees("thread, shared variable"), Value::Flag(true));
    assert_eq!(sees("process, global"), Value::Flag(false));
    assert_eq!(sees("process, argument"), Value::Flag(false));
    assert_eq!(sees("process, shared memory"), Value::Flag(true));
}

#[test]
fn a_lock_or_a_counter_of_ones_own_loses_nothing() {
    let (_, report) = run("race", small(20_000, 3));
    for backend in ["threads", "processes"] {
        for (memory, lock) in [("shared", "yes"), ("private", "no")] {
            let lost = cell(&report, 0, &[backend, memory, lock], "lost, min–max");
            assert_eq!(*lost, Value::text("0–0"), "{backend} {memory} {lock}");
        }
    }
}

#[test]
fn a_copy_is_private_memory_and_shared_memory_is_not() {
    // A kernel that reclaims idle pages may unmap them here; then they look private to the child.
    let mut seen = Vec::new();
    for _ in 0..5 {
        let settings = Params {
            workers: Some(1),
            ..Params::default()
        };
        let (recording, _) = run("memory", settings);
        let run = recording.run();
        let private = |step| {
            let of_process = [("kind", "process"), ("step", step)];
            run.last_observed("private", &of_process)
                .and_then(|value| value.number())
        };
        let Some(idle) = private("idle") else {
            support::skipped("this system does not tell private memory");
            return;
        };
        let more = |step| private(step).unwrap_or_default() - idle;
        let (read, copied) = (more("read 16 MiB shared"), more("made its own copy"));
        if read < f64::from(8 << 20) && copied >= f64::from(15 << 20) {
            return;
        }
        seen.push((idle, read, copied));
    }
    panic!("16 MiB are private once they are copied, not before: {seen:?}");
}

#[test]
fn a_process_costs_more_to_start_than_a_thread() {
    let (recording, _) = run(
        "startup",
        Params {
            trials: Some(5),
            ..Params::default()
        },
    );
    let run = recording.run();
    // The minimum of each: other tests run at the same time and may delay any single start.
    let least = |way| {
        let all = run.number_series("start_join", &[("way", way)]);
        all.into_iter().fold(f64::INFINITY, f64::min)
    };
    assert!(least("process") > least("thread"));
    if cfg!(target_os = "linux") {
        assert!(least("process, forkserver") > least("thread"));
        assert!(least("process, forkserver") < least("process"));
    }
    assert!(least("pool") > least("pool task"));
}

#[test]
fn a_message_comes_back_by_every_way() {
    let params = Params {
        trials: Some(2),
        size: Some(100_000),
        ..Params::default()
    };
    let (_, report) = run("ipc", params);
    let row = &report.tables[0].rows[0];
    assert_eq!(row[0], Value::Bytes(100_000));
    assert!(
        row[1..]
            .iter()
            .all(|cell| cell.number().is_some_and(|s| s > 0.0)),
        "{row:?}"
    );
}

#[test]
fn a_payload_gets_to_its_workers_by_every_way() {
    // Each task reports how much of the data it read, and the demo fails if that was not all.
    let (_, report) = run("payload", small(3 << 20, 2));
    let row = &report.tables[0].rows[0];
    assert_eq!(row[0], Value::Bytes(3 << 20));
    assert!(
        row[1..]
            .iter()
            .all(|cell| cell.number().is_some_and(|figure| figure > 0.0)),
        "{row:?}"
    );
}

#[test]
fn scaling_tries_every_count() {
    let (_, report) = run(
        "scaling",
        Params {
            workers: Some(3),
            ..small(20_000, 1)
        },
    );
    let counts: Vec<f64> = report.tables[0]
        .rows
        .iter()
        .filter_map(|row| row[0].number())
        .collect();
    assert_eq!(counts, [1.0, 2.0, 3.0]);
}

#[test]
fn chunks_show_the_size_that_map_takes() {
    let params = Params {
        workers: Some(2),
        trials: Some(1),
        ..Params::default()
    };
    let (_, report) = run("chunks", params);
    assert_eq!(report.tables.len(), 2);
    let loops = cell(&report, 0, &["no pool"], "tasks a second");
    assert!(loops.number().is_some_and(|rate| rate > 0.0), "{loops:?}");
    for table in &report.tables {
        assert!(
            table
                .rows
                .iter()
                .any(|row| row.contains(&Value::text("map's own choice")))
        );
    }
}

#[test]
fn compare_has_nine_rows_with_evidence() {
    let (_, report) = run(
        "compare",
        Params {
            workers: Some(2),
            ..Params::default()
        },
    );
    assert_eq!(report.tables[0].rows.len(), 9, "what the course says");
    let figures = &report.tables[1];
    // Other programs may keep the cores busy while this runs.
    let words = ["too noisy", "at once", "ready at once", "by turns"].map(Value::text);
    let is_evidence = |cell: &Value| cell.number().is_some() || words.contains(cell);
    for row in &figures.rows {
        assert!(row[2..4].iter().all(is_evidence), "no evidence: {row:?}");
    }
    let survives = |column| cell(&report, 1, &["crash handling"], column).clone();
    assert_eq!(
        (survives("threads"), survives("processes")),
        (Value::Flag(false), Value::Flag(true))
    );
}

#[test]
fn locks_in_opposite_orders_deadlock_and_in_the_same_order_never() {
    let params = || Params {
        size: Some(20),
        trials: Some(2),
        ..Params::default()
    };
    // Each of these waits is chance; over so many rounds some of them form a circle.
    let seen = (0..50).map(|_| run("deadlock", params()));
    let has_deadlocks = |recording: &Recording, backend: &str, order: &str| {
        let all = recording.run().observations("deadlocks").into_iter();
        all.filter(|seen| {
            seen.labels.get("backend") == Some(backend) && seen.labels.get("order") == Some(order)
        })
        .any(|seen| *seen.value != Value::Count(0))
    };
    let mut unseen = vec!["threads", "processes"];
    for (recording, report) in seen {
        for backend in ["threads", "processes"] {
            assert!(!has_deadlocks(&recording, backend, "same"), "{backend}");
        }
        unseen.retain(|backend| !has_deadlocks(&recording, backend, "opposite"));
        let rounds = cell(&report, 0, &["processes", "same", "0.1 ms"], "rounds");
        assert_eq!(*rounds, Value::Count(40));
        let children = recording.run().workers(Backend::Processes);
        assert!(children.iter().all(|child| child.exitcode == Some(0)));
        if unseen.is_empty() {
            return;
        }
    }
    panic!("no deadlock of {unseen:?}");
}

#[test]
fn one_order_of_the_locks_can_be_asked_for() {
    let params = Params {
        size: Some(5),
        trials: Some(1),
        order: Some("same".to_owned()),
        ..Params::default()
    };
    let (recording, _) = run("deadlock", params);
    assert_eq!(recording.run().label_values("rounds", "order"), ["same"]);
}

#[test]
fn a_limit_bounds_what_waits_and_lets_the_producer_wait() {
    let params = Params {
        size: Some(60),
        trials: Some(1),
        ..Params::default()
    };
    let (recording, report) = run("queue", params.clone());
    let seen_in = |recording: &Recording, name: &str, limit: &str| {
        let values = recording.run().number_series(name, &[("limit", limit)]);
        assert_eq!(values.len(), 1, "{name}");
        values[0]
    };
    let seen = |name, limit| seen_in(&recording, name, limit);
    assert!(seen("most_waiting", "none") <= 60.0);
    assert!(seen("most_waiting", "10") <= 10.0);
    if cfg!(target_os = "linux") {
        // Of 2,000 messages of 4 KiB, only those that wait take memory. What other tests take is counted too.
        let is_less = |recording: &Recording| {
            let gained = |limit| seen_in(recording, "memory_gained", limit);
            gained("10") < gained("none")
        };
        let mut again = (0..9).map(|_| run("queue", params.clone()).0);
        assert!(is_less(&recording) || again.any(|other| is_less(&other)));
    }
    // The consumer works for 1 ms on each message, and the last of them is sent when 50 were received.
    assert!(seen("put_wait", "10") > 0.0);
    assert!(seen("produced_after", "10") > 0.049);
    assert!(seen("consumed_after", "none") > 0.06);
    let ended = cell(
        &report,
        1,
        &["1.00 MiB"],
        "the child ended before it was read",
    );
    assert!(matches!(ended, Value::Flag(_)), "{ended:?}");
}

#[test]
fn a_shared_number_is_seen_and_a_lock_loses_nothing() {
    let params = Params {
        size: Some(1000),
        trials: Some(1),
        ..Params::default()
    };
    let (recording, report) = run("sharing", params);
    let cell = |way: &str, column: &str| cell(&report, 0, &[way], column).clone();
    for way in ["threads", "Value", "Array"] {
        assert_eq!(cell(way, "lost with a lock"), Value::text("none"), "{way}");
        assert_eq!(cell(way, "copied"), Value::text("nothing"), "{way}");
    }
    for way in ["threads", "Value", "Array", "Queue"] {
        assert_eq!(cell(way, "parent sees it"), Value::Flag(true), "{way}");
    }
    // One process alone makes the updates that the others ask for.
    assert_eq!(cell("Queue", "lost without a lock"), Value::text("none"));
    assert_eq!(cell("a copy", "parent sees it"), Value::Flag(false));
    let copied = [("way", "a copy"), ("when", "once")];
    let copied = recording.run().last_observed("copied", &copied);
    assert_eq!(copied, Some(Value::Bytes(8000)));
    let children = recording.run().all_workers();
    assert_eq!(children.len(), 2);
    assert!(children.iter().all(|child| child.exitcode == Some(0)));
}

#[test]
fn more_threads_do_the_same_work_and_are_counted() {
    let (recording, report) = run("oversubscribe", small(960, 1));
    let shapes: Vec<Value> = report.tables[0]
        .rows
        .iter()
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(
        shapes,
        ["1 × 1", "2 × 1", "2 × 2", "2 × 8"].map(Value::text)
    );
    let run = recording.run();
    let seen = |name: &str, amount: &str| {
        let value = run.last_observed(name, &[("amount", amount)]);
        value.and_then(|value| value.number())
    };
    assert!(seen("work", "eight times").is_some_and(|seconds| seconds > 0.0));
    let [Some(right), Some(many)] = ["right", "eight times"].map(|it| seen("memory", it)) else {
        support::skipped("this system does not tell private memory");
        return;
    };
    // Fourteen more threads, each with a picture of 900 KiB.
    assert!(many > right + f64::from(8 << 20), "{right} {many}");
}
