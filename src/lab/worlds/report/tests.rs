use super::*;
use crate::{
    lab::testing::{column, free_threaded, machine, observed, with_gil},
    record::{Event, EventKind, Interpreter, Params, Recording, TrialTimes, WorkerId, WorkerKind},
};

struct Maker {
    events: Vec<Event>,
    runs: u32,
}

impl Maker {
    fn begin(&mut self, demo: &str, interpreter: Option<Interpreter>) {
        self.add(EventKind::RunStarted {
            demo: demo.to_owned(),
            params: Params::default(),
            interpreter,
        });
    }

    /// Adds an event of the run that began last.
    fn add(&mut self, what: EventKind) {
        if matches!(what, EventKind::RunStarted { .. }) {
            self.runs += 1;
        }
        let (at_ns, run) = (self.events.len() as u64, self.runs - 1);
        self.events.push(Event { at_ns, run, what });
    }

    fn trial(&mut self, backend: Backend, kind: WorkerKind, speedup: f64, pids: &[u32]) {
        let times = TrialTimes {
            work_s: 1.0 / speedup,
            cpu_s: Some(1.0),
            ..TrialTimes::default()
        };
        self.timed_trial(backend, kind, times, pids);
    }

    fn timed_trial(&mut self, backend: Backend, kind: WorkerKind, times: TrialTimes, pids: &[u32]) {
        let trial = Some(0);
        self.add(EventKind::TrialStarted { backend, trial });
        for &pid in pids {
            let worker = WorkerId(self.events.len() as u32);
            self.add(EventKind::WorkerStarted {
                worker,
                name: format!("Worker-{pid}"),
                kind,
                backend: Some(backend),
                trial,
                pid,
                tid: None,
                ppid: None,
            });
        }
        self.add(EventKind::TrialFinished {
            backend,
            trial,
            times,
        });
    }

    fn counted(&mut self, backend: &str, memory: &str, form: &str, lost: i64) {
        let labels = [
            ("backend", backend),
            ("memory", memory),
            ("lock", "no"),
            ("form", form),
        ];
        self.add(observed("expected", &labels, Value::Count(1000)));
        self.add(observed("seen", &labels, Value::Count(1000 - lost)));
    }

    fn crashed(&mut self, place: &str, lives: bool) {
        let labels = [("crash", "segfault"), ("where", place)];
        self.add(observed("program_lives", &labels, Value::Flag(lives)));
    }
}

fn worlds() -> Recording {
    let mut maker = Maker {
        events: Vec::new(),
        runs: 0,
    };
    let pythons = [(with_gil(), 0.98), (free_threaded(), 1.88)];
    maker.begin("worlds", None);
    maker.begin("parallel", None);
    maker.trial(Backend::Serial, WorkerKind::Main, 1.0, &[10]);
    maker.trial(Backend::Threads, WorkerKind::Thread, 1.95, &[10, 10]);
    maker.trial(Backend::GilThreads, WorkerKind::Thread, 0.99, &[10, 10]);
    maker.trial(Backend::Processes, WorkerKind::Process, 1.9, &[11, 12]);
    for (python, threads) in &pythons {
        maker.begin("parallel", Some(python.clone()));
        maker.trial(Backend::PythonSerial, WorkerKind::Main, 1.0, &[20]);
        maker.trial(
            Backend::PythonThreads,
            WorkerKind::Thread,
            *threads,
            &[20, 20],
        );
        maker.trial(
            Backend::PythonProcesses,
            WorkerKind::Process,
            1.85,
            &[21, 22],
        );
        maker.add(EventKind::BackendSkipped {
            backend: Backend::PythonInterpreters,
            why: "there are none before 3.12".to_owned(),
        });
    }
    maker.begin("race", None);
    maker.counted("threads", "shared", "", 400);
    maker.counted("gil-threads", "shared", "counter += 1", 0);
    maker.counted("gil-threads", "shared", "counter += one()", 300);
    maker.counted("processes", "shared", "", 500);
    maker.counted("processes", "private", "", 0);
    for (python, _) in &pythons {
        maker.begin("race", Some(python.clone()));
        maker.counted("python-threads", "shared", "counter += one()", 250);
    }
    maker.begin("crash", None);
    maker.crashed("thread", false);
    maker.crashed("process", true);
    Recording::new(machine(), maker.events)
}

#[test]
fn one_row_a_backend_and_interpreter() {
    let recording = worlds();
    let tables = build_report(&recording.run());
    let table = &tables[0];
    assert_eq!(
        column(table, "world"),
        [
            "Rust threads",
            "GIL model",
            "Rust processes",
            "3.11 threads",
            "3.11 processes",
            "3.11 interpreters",
            "3.13t threads",
            "3.13t processes",
            "3.13t interpreters",
        ]
        .map(Value::from)
    );
    assert_eq!(
        column(table, "lock")[..5],
        ["none", "a GIL", "none", "a GIL", "a GIL each"].map(Value::from)
    );
    assert_eq!(column(table, "lock")[6], "no GIL".into());
    assert_eq!(column(table, "PIDs")[..3], [1, 1, 2].map(Value::Count));
    assert_eq!(
        column(table, "memory")[..3],
        ["shared", "shared", "private"].map(Value::from)
    );
}

#[test]
fn counters_and_crashes_come_from_the_same_interpreter() {
    let recording = worlds();
    let tables = build_report(&recording.run());
    let lost = column(&tables[0], "lost");
    assert_eq!(lost[..4], [0.4, 0.3, 0.0, 0.25].map(Value::Share));
    assert!(matches!(lost[4], Value::Missing(_)), "nobody counted");
    let crash = column(&tables[0], "crash");
    assert_eq!(crash[..3], ["dies", "dies*", "lives"].map(Value::from));
    let notes = tables[0].notes.join("\n");
    assert!(
        notes.contains("* Not tried: these workers live in one process"),
        "{notes}"
    );
    assert!(matches!(crash[3], Value::Missing(_)), "nobody crashed");
    let missing = &column(&tables[0], "speed-up")[5];
    assert_eq!(*missing, Value::missing("there are none before 3.12"));
}

#[test]
fn a_figure_that_other_programs_may_have_lowered_is_not_shown() {
    let worlds = |processes: f64, cores: u32| {
        let mut maker = Maker {
            events: Vec::new(),
            runs: 0,
        };
        maker.begin("worlds", None);
        maker.begin("parallel", None);
        maker.trial(Backend::Serial, WorkerKind::Main, 1.0, &[10]);
        maker.trial(Backend::Threads, WorkerKind::Thread, 0.99, &[10, 10]);
        maker.trial(
            Backend::Processes,
            WorkerKind::Process,
            processes,
            &[11, 12],
        );
        let mut recording = Recording::new(machine(), maker.events);
        recording.machine.cores_usable = cores;
        let table = build_report(&recording.run()).remove(0);
        (column(&table, "cores used"), table.notes.join("\n"))
    };
    // The processes got two cores, so the threads could have got them too.
    assert_eq!(worlds(2.0, 2).0, [0.99, 2.0].map(Value::Ratio));
    let (cells, notes) = worlds(1.1, 2);
    assert_eq!(cells, ["too noisy", "too noisy"].map(Value::from));
    assert!(notes.contains("Too noisy: other programs"), "{notes}");
    assert!(matches!(worlds(1.0, 1).0[0], Value::Missing(_)));
}

/// Two cores of which other programs took one and a half: threads without a lock, under the GIL, and processes.
fn crowded_worlds() -> Table {
    let mut maker = Maker {
        events: Vec::new(),
        runs: 0,
    };
    maker.begin("worlds", None);
    maker.begin("parallel", None);
    let times = |work_s: f64, switches: u64| TrialTimes {
        work_s,
        cpu_s: Some(0.2),
        run_queue_s: Some(0.8 * work_s),
        voluntary_switches: Some(switches),
        ..TrialTimes::default()
    };
    let (threads, processes) = (WorkerKind::Thread, WorkerKind::Process);
    maker.timed_trial(Backend::Serial, WorkerKind::Main, times(0.8, 0), &[10]);
    maker.timed_trial(Backend::Threads, threads, times(0.4, 0), &[10, 10]);
    maker.timed_trial(Backend::GilThreads, threads, times(0.4, 80), &[10, 10]);
    maker.timed_trial(Backend::Processes, processes, times(0.7, 0), &[11, 12]);
    build_report(&Recording::new(machine(), maker.events).run()).remove(0)
}

#[test]
fn who_can_run_at_once_shows_on_a_busy_machine_too() {
    let table = crowded_worlds();
    let can_run = column(&table, "can run");
    assert_eq!(can_run, ["at once", "by turns", "at once"].map(Value::from));
    // Load made the lone thread late. Threads that take turns are no faster for it.
    let speedups = column(&table, "speed-up");
    assert_eq!(
        speedups,
        [Value::Ratio(2.0), "too noisy".into(), "too noisy".into()]
    );
}

#[test]
fn without_figures_the_table_is_empty() {
    let recording = crate::lab::testing::recording("worlds", Params::default(), Vec::new());
    assert!(build_report(&recording.run())[0].rows.is_empty());
}
