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
        let times = TrialTimes {
            work_s: 1.0 / speedup,
            cpu_s: Some(1.0),
            ..TrialTimes::default()
        };
        self.add(EventKind::TrialFinished {
            backend,
            trial,
            times,
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

#[test]
fn without_figures_the_table_is_empty() {
    let recording = crate::lab::testing::recording("worlds", Params::default(), Vec::new());
    assert!(build_report(&recording.run())[0].rows.is_empty());
}
