//! The demos about processes and pools, run for real.

use forklore::{
    catalog, lab,
    python::Pythons,
    record::{EventKind, Params, Recording, RunStatus, Value},
    report::{Report, Table},
};

use crate::support::{demo_services, eventually, run_demo, watchdog};

/// Runs a demo to its end.
fn recording(demo: &str, params: Params) -> Recording {
    let recording = run_demo(demo, params, Pythons::none());
    assert_eq!(recording.run().status(), RunStatus::Complete);
    recording
}

fn report(recording: &Recording) -> Report {
    lab::build_report(recording).unwrap()
}

fn column(table: &Table, name: &str) -> Vec<Value> {
    let at = table.columns.iter().position(|column| column.name == name);
    let at = at.unwrap_or_else(|| panic!("`{}` has no column `{name}`", table.title));
    table.rows.iter().map(|row| row[at].clone()).collect()
}

/// The row with these first cells.
fn row<'a>(table: &'a Table, words: &[&str]) -> &'a [Value] {
    let starts_so = |row: &&Vec<Value>| {
        words
            .iter()
            .zip(*row)
            .all(|(word, cell)| *cell == (*word).into())
    };
    let found = table.rows.iter().find(starts_so);
    found.unwrap_or_else(|| panic!("`{}` has no row {words:?}", table.title))
}

fn count(value: &Value) -> i64 {
    match value {
        Value::Count(count) => *count,
        other => panic!("not a count: {other:?}"),
    }
}

fn pid(value: &Value) -> u32 {
    match value {
        Value::Pid(pid) => *pid,
        other => panic!("not a PID: {other:?}"),
    }
}

#[test]
fn a_process_goes_through_all_its_moments() {
    let _guard = watchdog("process");
    let recording = recording("process", Params::default());
    let report = report(&recording);
    let life = &report.tables[0];
    let moments = ["created", "started", "running", "ended", "joined"];
    assert_eq!(column(life, "moment"), moments.map(Value::from));
    assert_eq!(
        column(life, "alive?"),
        [false, true, true, false, false].map(Value::Flag)
    );
    let exitcodes = column(life, "exitcode");
    assert_eq!(exitcodes[..3], ["None", "None", "None"].map(Value::from));
    assert_eq!(exitcodes[3..], [Value::Count(0), Value::Count(0)]);
    let pids = column(life, "PID");
    assert_eq!(pids[0], "None".into());
    assert!(pids[1..].iter().all(|other| pid(other) == pid(&pids[1])));
    if cfg!(target_os = "linux") {
        assert_eq!(
            column(life, "state")[3..],
            ["zombie", "gone"].map(Value::from)
        );
        assert_eq!(
            column(life, "parent PID")[2],
            Value::Pid(std::process::id())
        );
    }
    let [_, parent, child] = row(&report.tables[1], &["PID"]) else {
        panic!("three cells")
    };
    assert_eq!(parent, child, "both sides name the same process");
    let workers = recording.run().all_workers();
    assert!(
        workers[0].output[0]
            .text
            .contains(&workers[0].pid.to_string())
    );
}

#[test]
fn four_processes_print_four_numbers() {
    let _guard = watchdog("numbers");
    let recording = recording("numbers", Params::default());
    let tables = report(&recording).tables;
    assert_eq!(
        column(&tables[0], "number"),
        [7, 14, 21, 28].map(Value::Count)
    );
    let mut arrived = column(&tables[0], "arrived");
    arrived.sort_by_key(count);
    assert_eq!(arrived, [1, 2, 3, 4].map(Value::Count));
    let mut pids: Vec<u32> = column(&tables[0], "PID").iter().map(pid).collect();
    pids.sort_unstable();
    pids.dedup();
    assert_eq!(pids.len(), 4, "each is a process of its own");
    assert_eq!(column(&tables[0], "exitcode"), [0; 4].map(Value::Count));
    let lines = recording
        .run()
        .all_workers()
        .iter()
        .map(|worker| worker.output.len())
        .sum::<usize>();
    assert_eq!(lines, 4);
}

#[test]
fn a_child_has_the_folder_of_its_parent_but_not_its_variables_threads_and_locks() {
    let _guard = watchdog("inherit");
    let recording = recording("inherit", Params::default());
    let seen = |name: &str, labels: &[(&str, &str)]| recording.run().last_observed(name, labels);
    let methods = recording.run().label_values("lock_held", "method");
    assert_eq!(
        methods.contains(&"forkserver".to_owned()),
        cfg!(target_os = "linux")
    );
    for method in &methods {
        let thing = |name| seen("inherited", &[("thing", name), ("method", method)]);
        assert_eq!(thing("global"), Some(Value::Flag(false)), "{method}");
        let file = cfg!(unix).then_some(Value::Flag(false));
        assert_eq!(thing("file"), file, "{method}");
        let is_spawned = method == "spawn";
        assert_eq!(thing("folder"), Some(Value::Flag(is_spawned)), "{method}");
        let held = seen("lock_held", &[("method", method)]);
        assert_eq!(held, Some(Value::Flag(false)), "{method}");
        let runs = seen("thread_runs", &[("method", method)]);
        assert_ne!(runs, Some(Value::Flag(true)), "{method}");
    }
    assert!(report(&recording).summary.notes.is_empty());
}

#[test]
fn a_caller_learns_of_each_failure_except_one_that_never_ends_or_ends_the_program() {
    let _guard = watchdog("failures");
    let recording = recording("failures", Params::default());
    let text = |name: &str, way: &str, failure: &str| {
        let labels = [("way", way), ("failure", failure)];
        match recording.run().last_observed(name, &labels) {
            Some(Value::Text(text)) => text,
            other => panic!("{name} of {way}, {failure}: {other:?}"),
        }
    };
    let outcome = |way: &str, failure: &str| text("outcome", way, failure);
    for failure in ["error", "panic"] {
        for way in ["Pool", "threads"] {
            assert_eq!(outcome(way, failure), "its error", "{way}, {failure}");
            assert!(text("error", way, failure).contains("deliberate"));
        }
    }
    for failure in ["exit", "killed"] {
        assert_eq!(outcome("Pool", failure), "worker died");
        assert_eq!(outcome("threads", failure), "program ends");
    }
    for way in ["Pool", "threads"] {
        assert_eq!(outcome(way, "never ends"), "no answer");
    }
    let rest = &report(&recording).tables[1];
    for failure in ["error", "panic", "exit", "killed", "never ends"] {
        let row = row(rest, &[failure, "Pool"]);
        assert_eq!(
            row[2..5],
            [Value::Count(4), Value::Count(4), Value::Flag(true)]
        );
    }
}

#[test]
fn orders_add_up_and_whole_writes_stay_whole() {
    let _guard = watchdog("numbers --repeat");
    let params = Params {
        repeat: Some(10),
        ..Params::default()
    };
    let tables = report(&recording("numbers", params)).tables;
    let times: i64 = column(&tables[1], "times").iter().map(count).sum();
    assert_eq!(times, 10);
    assert_eq!(tables[2].rows[0][1..], [40, 40, 0, 0, 0].map(Value::Count));
}

#[test]
fn without_a_buffer_every_text_and_every_line_end_still_arrives() {
    let _guard = watchdog("numbers --unbuffered");
    let params = Params {
        repeat: Some(20),
        unbuffered: true,
        ..Params::default()
    };
    let tables = report(&recording("numbers", params)).tables;
    let count = |kind| count(&column(&tables[2], kind)[0]);
    assert_eq!(count("lines"), 80, "as many line ends as processes");
    assert_eq!(count("whole") + count("glued") + count("empty"), 80);
    assert_eq!(count("torn"), 0, "one write is never put inside another");
    assert!(
        count("empty") >= count("glued"),
        "every glued text lacks a line end"
    );
}

#[test]
fn a_pool_squares_the_numbers_in_order() {
    let _guard = watchdog("squares");
    let recording = recording("squares", Params::default());
    for (tasks, sent) in [("5", 1), ("17", 2), ("100", 7)] {
        let seen = recording
            .run()
            .last_observed("chunk_sent", &[("tasks", tasks)]);
        assert_eq!(seen, Some(Value::Count(sent)), "{tasks}");
    }
    let tables = report(&recording).tables;
    assert_eq!(
        column(&tables[1], "number"),
        [1, 2, 3, 4, 5].map(Value::Count)
    );
    assert_eq!(
        column(&tables[1], "square"),
        [1, 4, 9, 16, 25].map(Value::Count)
    );
    let mut places: Vec<i64> = column(&tables[1], "finished as")
        .iter()
        .map(count)
        .collect();
    places.sort_unstable();
    assert_eq!(places, [1, 2, 3, 4, 5]);
    let Value::Text(made) = &row(&tables[0], &["make the pool"])[1] else {
        panic!("a text")
    };
    for worker in column(&tables[1], "worker PID") {
        assert!(made.contains(&pid(&worker).to_string()), "{made}");
    }
    let Value::Text(joined) = &row(&tables[0], &["join"])[1] else {
        panic!("a text")
    };
    assert_eq!(joined, "4 workers ended, exit codes 0, 0, 0, 0");
}

/// The tables of the four calls of `pool`. A machine that is suspended for the length of a task can make an
/// async call look as if it had waited; then the demo is run again.
fn pool_tables() -> Vec<Table> {
    let at_once = |tables: &Vec<Table>| {
        column(&tables[0], "waits?") == [true, false, true, false].map(Value::Flag)
    };
    let mut runs = (0..5).map(|_| report(&recording("pool", Params::default())).tables);
    runs.find(at_once)
        .expect("an async call returns before its tasks are done")
}

#[test]
fn the_async_calls_return_before_a_task_is_done() {
    let _guard = watchdog("pool");
    let tables = pool_tables();
    assert_eq!(
        column(&tables[0], "results"),
        ["1 4 9 16"; 4].map(Value::from)
    );
    let finished: Vec<f64> = column(&tables[0], "finished after")
        .iter()
        .filter_map(Value::number)
        .collect();
    assert!(
        finished[0] >= 0.4,
        "four calls, one after the other: {finished:?}"
    );
    assert!(
        finished[1..].iter().all(|seconds| *seconds >= 0.2),
        "two at a time: {finished:?}"
    );
    let tasks: i64 = column(&tables[1], "tasks").iter().map(count).sum();
    assert_eq!((tables[1].rows.len(), tasks), (2, 16));
    assert_eq!(
        column(&tables[2], "processes started"),
        [2, 40].map(Value::Count)
    );
}

#[test]
fn a_crash_stays_in_its_process_and_takes_all_its_threads() {
    let _guard = watchdog("crash");
    let recording = recording("crash", Params::default());
    let report = report(&recording);
    let table = &report.tables[0];
    assert_eq!(table.rows.len(), 15);
    let exitcode = |crash, place| row(table, &[crash, place])[4].clone();
    for (crash, code) in [("abort", -6), ("segfault", -11), ("kill", -9)] {
        for place in ["thread", "process", "pool"] {
            assert_eq!(
                exitcode(crash, place),
                Value::Count(code),
                "{crash} in a {place}"
            );
        }
    }
    for crash in ["error", "panic"] {
        assert_eq!(
            exitcode(crash, "thread"),
            "None".into(),
            "its process lives on"
        );
        assert_eq!(exitcode(crash, "process"), Value::Count(1));
        assert_eq!(exitcode(crash, "pool"), "None".into());
    }
    let lives = |crash, place| row(table, &[crash, place])[5..].to_vec();
    let (yes, no) = (["live on", "lives on"], ["die", "dies"]);
    for crash in ["abort", "segfault", "kill"] {
        assert_eq!(lives(crash, "thread"), no.map(Value::from), "{crash}");
        assert_eq!(lives(crash, "process"), yes.map(Value::from), "{crash}");
        assert_eq!(lives(crash, "pool"), yes.map(Value::from), "{crash}");
    }
    assert_eq!(lives("panic", "thread"), yes.map(Value::from));
    let died = |crash, place| row(table, &[crash, place])[2].clone();
    assert_eq!(died("panic", "thread"), "thread".into());
    assert_eq!(died("segfault", "thread"), "process".into());
    assert_eq!(died("segfault", "pool"), "worker".into());
}

#[test]
fn a_pool_replaces_the_worker_that_died_and_goes_on() {
    let _guard = watchdog("crash");
    let recording = recording("crash", Params::default());
    let pool = &report(&recording).tables[1];
    assert_eq!(column(pool, "others"), ["6 of 6"; 5].map(Value::from));
    assert_eq!(
        column(pool, "goes on?"),
        [
            Value::Flag(true),
            Value::Flag(true),
            Value::Flag(true),
            Value::Flag(true),
            Value::Flag(true)
        ]
    );
    let replaced = column(pool, "new worker");
    assert_eq!(
        replaced[..2],
        ["none", "none"].map(Value::from),
        "an Err or a panic costs no worker"
    );
    let known: Vec<u32> = recording
        .run()
        .all_workers()
        .iter()
        .map(|worker| worker.pid)
        .collect();
    assert!(replaced[2..].iter().all(|new| known.contains(&pid(new))));
}

#[test]
fn what_a_crashing_child_says_is_an_event() {
    let _guard = watchdog("crash");
    let recording = recording("crash", Params::default());
    let workers = recording.run().all_workers();
    let said = |name: &str| {
        let worker = workers.iter().find(|worker| worker.name == name).unwrap();
        worker
            .output
            .iter()
            .map(|line| line.text.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(said("Host-of-panic").contains("deliberate panic"));
    assert!(said("Victim-of-panic").contains("deliberate panic"));
    assert!(said("Victim-of-error").contains("deliberate error"));
}

/// A run that is stopped as soon as its first worker has started.
fn stopped(demo: &str) -> (Recording, forklore::mp::Context) {
    let mut services = demo_services(Pythons::none());
    let mp = services.mp.clone();
    let (asked, ends) = (services.stop.clone(), mp.clone());
    services.observer = Some(Box::new(move |event| {
        if matches!(event.what, EventKind::WorkerStarted { .. }) {
            asked.request_stop("interrupted by Ctrl-C");
            ends.stop_all();
        }
    }));
    let params = Params::default();
    (
        lab::run_demo(catalog::find_demo(demo).unwrap(), params, services),
        mp,
    )
}

#[test]
fn a_stopped_run_leaves_no_child_and_keeps_what_it_has() {
    for demo in ["process", "numbers", "squares", "pool", "crash"] {
        let _guard = watchdog(demo);
        let (recording, mp) = stopped(demo);
        let why = RunStatus::Partial("interrupted by Ctrl-C".to_owned());
        assert_eq!(recording.run().status(), why, "{demo}");
        assert!(eventually(|| mp.live_children().is_empty()), "{demo}");
        assert!(!recording.run().all_workers().is_empty());
        // A report of half a run must not panic.
        report(&recording);
    }
}
