//! Reports of recordings made by hand.

mod threads;

use super::*;
use crate::record::{
    Backend, Event, EventKind, Interpreter, Labels, Params, Recording, ResourceUsage, RunStatus,
    TrialTimes, Value, WorkerId, WorkerKind, testing::test_machine,
};

const MS: u64 = 1_000_000;

/// A recording in the making.
struct Made {
    events: Vec<Event>,
}

impl Made {
    fn new() -> Self {
        let mut made = Self { events: Vec::new() };
        let interpreter = Interpreter {
            name: "3.11".to_owned(),
            implementation: "CPython".to_owned(),
            version: "3.11.7".to_owned(),
            gil: true,
            start_method: "fork".to_owned(),
            ..Interpreter::default()
        };
        made.at(
            0,
            EventKind::RunStarted {
                demo: "try".to_owned(),
                params: Params::default().into(),
                interpreter: Some(interpreter.into()),
            },
        );
        made.at(
            0,
            EventKind::TrialStarted {
                backend: Backend::Try,
                trial: Some(0),
            },
        );
        made.observed(0, "fact.program", &[], Value::text("squares.py 4"));
        made
    }

    fn at(&mut self, ms: u64, what: EventKind) {
        self.events.push(Event {
            at_ns: ms * MS,
            run: 0,
            what,
        });
    }

    fn observed(&mut self, ms: u64, name: &str, labels: &[(&str, &str)], value: Value) {
        let labels: Labels = labels.iter().copied().collect();
        let name = name.to_owned();
        self.at(
            ms,
            EventKind::Observed {
                name,
                labels,
                value,
            },
        );
    }

    fn started(&mut self, ms: u64, number: u32, name: &str, parent: u32, kind: WorkerKind) {
        let pid = if kind == WorkerKind::Thread {
            parent
        } else {
            4000 + number
        };
        self.at(
            ms,
            EventKind::WorkerStarted {
                worker: WorkerId(number),
                name: name.to_owned(),
                kind,
                backend: Some(Backend::Try),
                trial: Some(0),
                pid,
                tid: (kind == WorkerKind::Thread).then_some(4000 + number),
                ppid: Some(parent),
            },
        );
    }

    fn is(&mut self, number: u32, kind: &str, name: &str, method: &str) {
        let pid = (4000 + number).to_string();
        let labels = [
            ("kind", kind),
            ("name", name),
            ("pid", &pid),
            ("method", method),
        ];
        self.observed(900, "process", &labels, Value::text(name));
    }

    fn printed(&mut self, ms: u64, number: u32, text: &str, stderr: bool) {
        self.at(
            ms,
            EventKind::Output {
                worker: WorkerId(number),
                stderr,
                text: text.to_owned(),
            },
        );
    }

    fn ended(&mut self, ms: u64, number: u32, exitcode: Option<i32>, cpu_s: f64) {
        let usage = ResourceUsage {
            cpu_s: Some(cpu_s),
            cores: vec![0, 1],
            resident_bytes: Some(12 << 20),
            tasks: u64::from(number),
            ..ResourceUsage::default()
        };
        let worker = WorkerId(number);
        self.at(
            ms,
            EventKind::WorkFinished {
                worker,
                usage: usage.into(),
            },
        );
        self.at(
            ms,
            EventKind::WorkerExited {
                worker,
                exitcode,
                usage: None,
            },
        );
    }

    fn finish(mut self, ms: u64, cpu_s: f64) -> Recording {
        self.observed(ms, "wall", &[], Value::Seconds(ms as f64 / 1e3));
        self.observed(ms, "cpu", &[], Value::Seconds(cpu_s));
        self.observed(ms, "watching", &[("part", "hooks")], Value::Seconds(0.006));
        self.observed(ms, "watching", &[("part", "looks")], Value::Seconds(0.004));
        let times = TrialTimes {
            work_s: ms as f64 / 1e3,
            total_s: ms as f64 / 1e3,
            cpu_s: Some(cpu_s),
            ..TrialTimes::default()
        };
        self.at(
            ms,
            EventKind::TrialFinished {
                backend: Backend::Try,
                trial: Some(0),
                times: times.into(),
            },
        );
        self.at(
            ms,
            EventKind::RunFinished {
                outcome: RunStatus::Complete,
            },
        );
        Recording::new(test_machine(2, 2), self.events)
    }
}

/// A main process with two children, of which one started another program; the second was killed.
fn family() -> Recording {
    let mut made = Made::new();
    made.started(0, 0, "MainProcess", 3999, WorkerKind::Main);
    made.started(100, 1, "Process-1", 4000, WorkerKind::Process);
    made.started(110, 2, "Process-2", 4000, WorkerKind::Process);
    made.started(200, 3, "sort", 4001, WorkerKind::Process);
    made.printed(300, 1, "1 squared is 1", false);
    made.printed(310, 2, "oh no", true);
    made.ended(400, 3, Some(0), 0.05);
    made.ended(500, 1, Some(0), 0.39);
    made.ended(600, 2, Some(-9), 0.1);
    made.printed(900, 0, "done", false);
    made.is(0, "main", "MainProcess", "");
    made.is(1, "child", "Process-1", "fork");
    made.is(2, "child", "Process-2", "fork");
    made.is(3, "program", "sort", "");
    for (pid, joined) in [("4001", true), ("4002", false)] {
        let labels = [("kind", "child"), ("pid", pid)];
        made.observed(900, "joined", &labels, Value::Flag(joined));
    }
    made.ended(1000, 0, Some(0), 0.06);
    made.finish(1000, 0.6)
}

fn titled<'t>(tables: &'t [Table], title: &str) -> &'t Table {
    let found = tables.iter().find(|table| table.title == title);
    found.unwrap_or_else(|| panic!("no table `{title}` in {tables:#?}"))
}

fn column(table: &Table, name: &str) -> Vec<Value> {
    let at = table.columns.iter().position(|column| column.name == name);
    let at = at.unwrap_or_else(|| panic!("`{}` has no column `{name}`", table.title));
    table.rows.iter().map(|row| row[at].clone()).collect()
}

#[test]
fn the_first_line_tells_how_it_went_and_what_watching_cost() {
    let recording = family();
    let tables = build_report(&recording.run());
    assert_eq!(
        tables[0].title,
        "squares.py 4 ran 1.00 s on 0.6 cores; 4 processes; exit 0"
    );
    assert!(tables[0].rows.is_empty() && tables[0].columns.is_empty());
    let notes = tables[0].notes.join("\n");
    assert!(notes.contains("CPython 3.11.7"), "{notes}");
    assert!(
        notes.contains("0.010 s of processor time, 1.7 %"),
        "{notes}"
    );
    assert_eq!(repeat_command(&recording.run()), "try squares.py 4");
}

#[test]
fn children_stand_below_their_parents() {
    let tables = build_report(&family().run());
    let tree = titled(&tables, "Processes");
    let names = ["MainProcess", "  Process-1", "    sort", "  Process-2"];
    assert_eq!(column(tree, "process"), names.map(Value::text));
    assert_eq!(
        column(tree, "parent"),
        [3999, 4000, 4001, 4000].map(Value::Pid)
    );
    assert_eq!(
        column(tree, "started by"),
        [
            Value::Nothing,
            "fork".into(),
            "command".into(),
            "fork".into()
        ]
    );
    assert_eq!(column(tree, "exit"), [0, 0, 0, -9].map(Value::Count));
    assert_eq!(
        column(tree, "joined"),
        [
            Value::Nothing,
            Value::Flag(true),
            Value::Nothing,
            Value::Flag(false)
        ]
    );
    let notes = tree.notes.join("\n");
    assert!(
        notes.contains("signal") && notes.contains("waited for"),
        "{notes}"
    );
}

#[test]
fn work_and_waiting_are_shares_of_a_life() {
    let tables = build_report(&family().run());
    let workers = titled(&tables, "What each process did");
    let Value::Share(busy) = column(workers, "working")[1] else {
        panic!("no share: {workers:?}");
    };
    assert!((busy - 0.975).abs() < 1e-9, "{busy}");
    let Value::Share(idle) = column(workers, "not working")[1] else {
        panic!("no share: {workers:?}");
    };
    assert!((idle - 0.025).abs() < 1e-9, "{idle}");
    assert!(
        workers.columns.iter().all(|column| column.name != "tasks"),
        "without a pool nobody has tasks"
    );
}

#[test]
fn a_bar_is_as_long_as_a_life_and_stands_in_words_beside() {
    let tables = build_report(&family().run());
    let lived = titled(&tables, "Who lived when");
    let bars = column(lived, "life");
    assert_eq!(bars[0], "░".repeat(24).into());
    let Value::Text(bar) = &bars[1] else {
        panic!("no bar: {bars:?}");
    };
    assert_eq!(bar.chars().count(), 24);
    assert!(
        bar.starts_with("··█") && bar.ends_with("████············"),
        "{bar}"
    );
    let words = &column(lived, "in words")[1];
    assert_eq!(*words, "0.10 s to 0.50 s, worked 98 %".into());
}

#[test]
fn every_line_has_its_process() {
    let tables = build_report(&family().run());
    let printed = titled(&tables, "What it printed");
    assert_eq!(
        column(printed, "process"),
        ["Process-1", "Process-2", "MainProcess"].map(Value::from)
    );
    assert_eq!(column(printed, "PID"), [4001, 4002, 4000].map(Value::Pid));
    assert_eq!(
        column(printed, "stream"),
        ["out", "err", "out"].map(Value::from)
    );
}

#[test]
fn one_process_that_prints_much_is_cut_in_the_middle() {
    let mut made = Made::new();
    made.started(0, 0, "MainProcess", 3999, WorkerKind::Main);
    for number in 0..100 {
        made.printed(number, 0, &format!("line {number}"), false);
    }
    made.ended(200, 0, Some(1), 0.1);
    let tables = build_report(&made.finish(200, 0.1).run());
    assert!(
        tables[0].title.ends_with("1 process; exit 1"),
        "{}",
        tables[0].title
    );
    let printed = titled(&tables, "What it printed");
    assert_eq!(printed.columns.len(), 1, "nobody else printed");
    let lines = column(printed, "text");
    assert_eq!(lines.len(), 16);
    assert_eq!(lines[10], "… and 85 more lines …".into());
    assert_eq!(lines[15], "line 99".into());
    assert!(
        !tables.iter().any(|table| table.title == "Who lived when"),
        "one life needs no picture"
    );
}

#[test]
fn a_gil_that_was_switched_on_is_told() {
    let mut made = Made::new();
    if let EventKind::RunStarted {
        interpreter: Some(python),
        ..
    } = &mut made.events[0].what
    {
        (python.free_threaded, python.gil) = (true, false);
    }
    made.started(0, 0, "MainProcess", 3999, WorkerKind::Main);
    made.ended(200, 0, Some(0), 0.1);
    let said = |made: Made| format!("{:?}", build_report(&made.finish(200, 0.1).run())[0].notes);
    let mut switched = Made {
        events: made.events.clone(),
    };
    switched.observed(200, "gil", &[("pid", "4000")], Value::Flag(true));
    assert!(said(made).contains("free-threaded, no GIL"));
    assert!(said(switched).contains("free-threaded build with its GIL on"));
}

#[test]
fn a_program_that_ended_well_when_its_time_was_over_says_so() {
    for (exitcode, end) in [
        (0, "ended at its time limit, exit 0"),
        (-15, "ended at its time limit"),
    ] {
        let mut made = Made::new();
        made.started(0, 0, "MainProcess", 3999, WorkerKind::Main);
        made.ended(200, 0, Some(exitcode), 0.1);
        made.observed(200, "timed_out", &[], Value::Flag(true));
        let title = build_report(&made.finish(200, 0.1).run())[0].title.clone();
        assert!(title.ends_with(end), "{title}");
    }
}

#[test]
fn lines_that_a_recording_leaves_out_are_counted_in_the_gap() {
    let mut made = Made::new();
    made.started(0, 0, "MainProcess", 3999, WorkerKind::Main);
    for number in 0..100 {
        made.printed(number, 0, &format!("line {number}"), false);
    }
    made.ended(200, 0, Some(0), 0.1);
    for (stream, count) in [("out", 12_000), ("err", 1)] {
        let labels = [("stream", stream), ("pid", "4000")];
        made.observed(200, "lines", &labels, Value::Count(count));
    }
    let tables = build_report(&made.finish(200, 0.1).run());
    let lines = column(titled(&tables, "What it printed"), "text");
    assert_eq!(lines[10], "… and 11986 more lines …".into());
    assert_eq!(lines.len(), 16);
}

#[test]
fn pools_show_tasks_and_threads_those_of_the_program() {
    let mut made = Made::new();
    made.started(0, 0, "MainProcess", 3999, WorkerKind::Main);
    made.started(10, 7, "ForkPoolWorker-1", 4000, WorkerKind::Process);
    made.started(10, 8, "counter", 4000, WorkerKind::Thread);
    made.started(10, 9, "Thread-2 (_handle_tasks)", 4000, WorkerKind::Thread);
    made.is(7, "pool", "ForkPoolWorker-1", "fork");
    let labels = [("kind", "main"), ("name", "MainProcess"), ("pid", "4000")];
    made.observed(10, "thread", &labels, Value::text("counter"));
    for number in [8, 9] {
        made.ended(50, number, None, 0.01);
    }
    made.ended(100, 7, Some(0), 0.05);
    made.ended(120, 0, Some(0), 0.05);
    let tables = build_report(&made.finish(120, 0.1).run());
    let workers = titled(&tables, "What each process did");
    assert_eq!(column(workers, "tasks"), [Value::Nothing, Value::Count(7)]);
    assert_eq!(
        column(titled(&tables, "Processes"), "started by")[1],
        "fork, pool".into()
    );
    let threads = titled(&tables, "Threads");
    assert_eq!(column(threads, "thread"), [Value::from("counter")]);
    assert_eq!(column(threads, "in"), [Value::from("MainProcess")]);
    assert!(
        threads
            .notes
            .join("\n")
            .contains("1 thread of Python's own")
    );
    assert!(
        tables[0].title.contains("1 further thread;"),
        "{}",
        tables[0].title
    );
}

#[test]
fn a_program_that_was_ended_at_its_limit_says_so_and_lacks_what_was_not_seen() {
    let mut made = Made::new();
    made.started(0, 0, "MainProcess", 3999, WorkerKind::Main);
    made.started(10, 1, "Process-1", 4000, WorkerKind::Process);
    made.ended(2000, 0, Some(-9), 0.1);
    made.observed(2000, "timed_out", &[], Value::Flag(true));
    let tables = build_report(&made.finish(2000, 0.1).run());
    assert!(
        tables[0].title.ends_with("ended at its time limit"),
        "{}",
        tables[0].title
    );
    let workers = titled(&tables, "What each process did");
    assert!(matches!(column(workers, "CPU")[1], Value::Missing(_)));
}

#[test]
fn hundreds_of_processes_are_told_by_the_first_and_a_sum() {
    let mut made = Made::new();
    made.started(0, 0, "MainProcess", 3999, WorkerKind::Main);
    for number in 1..200 {
        let name = format!("Process-{number}");
        made.started(1, number, &name, 4000, WorkerKind::Process);
        made.ended(2, number, Some(0), 0.0);
    }
    made.ended(30, 0, Some(0), 0.0);
    let tables = build_report(&made.finish(30, 0.0).run());
    let tree = titled(&tables, "Processes");
    assert_eq!(tree.rows.len(), MOST_ROWS);
    assert!(tree.notes.join("\n").contains("… and 160 more processes."));
}

#[test]
fn what_began_before_anybody_and_a_recording_of_nothing_are_no_faults() {
    let empty = Made::new().finish(1, 0.0);
    assert_eq!(build_report(&empty.run())[0].title, "The program never ran");
    let mut orphan = Made::new();
    orphan.started(0, 5, "sort", 1, WorkerKind::Process);
    assert!(!build_report(&orphan.finish(1, 0.0).run()).is_empty());
}
