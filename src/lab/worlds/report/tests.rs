use super::*;
use crate::{
    lab::testing::{column, machine},
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
            params: Params::default().into(),
            interpreter: interpreter.map(Box::new),
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
            times: times.into(),
        });
    }
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
