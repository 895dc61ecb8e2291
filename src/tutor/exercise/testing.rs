//! Recordings of programs that were never run, for the tests.

use crate::record::{
    Backend, Event, EventKind, Interpreter, Params, Recording, RunStatus, TrialTimes, Value,
    WorkerId, WorkerKind,
    testing::{observed, test_machine},
};

/// A program, as the observer saw it.
#[derive(Clone)]
pub(super) struct MadeUpRun {
    pub(super) children: u32,
    pub(super) joined: u32,
    pub(super) exit: i32,
    pub(super) wall_s: f64,
    pub(super) cpu_s: f64,
    pub(super) lines: Vec<&'static str>,
    pub(super) usable: u32,
    pub(super) timed_out: bool,
}

impl Default for MadeUpRun {
    fn default() -> Self {
        Self {
            children: 4,
            joined: 4,
            exit: 0,
            wall_s: 1.0,
            cpu_s: 1.0,
            lines: vec!["one", "two"],
            usable: 2,
            timed_out: false,
        }
    }
}

impl MadeUpRun {
    fn observations(&self) -> Vec<EventKind> {
        let mut whats = Vec::new();
        for child in 0..self.children {
            let pid = (200 + child).to_string();
            let labels = [("kind", "child"), ("pid", pid.as_str())];
            whats.push(observed(
                "process",
                &labels,
                Value::text(format!("Process-{child}")),
            ));
            whats.push(observed("pid", &labels, Value::Pid(200 + child)));
            whats.push(observed(
                "joined",
                &labels,
                Value::Flag(child < self.joined),
            ));
        }
        for line in &self.lines {
            let labels = [("stream", "out"), ("kind", "main")];
            whats.push(observed("line", &labels, Value::text(*line)));
        }
        let exit = Value::Count(i64::from(self.exit));
        whats.push(observed("exitcode", &[("kind", "main")], exit));
        whats.push(observed("timed_out", &[], Value::Flag(self.timed_out)));
        whats.push(observed("wall", &[], Value::Seconds(self.wall_s)));
        let at_once = Value::Count(i64::from(self.children));
        whats.push(observed("at_once", &[("kind", "child")], at_once));
        whats
    }

    pub(super) fn recording(&self) -> Recording {
        let backend = Backend::Try;
        let mut whats = vec![
            EventKind::RunStarted {
                demo: "try".to_owned(),
                params: Params::default().into(),
                interpreter: Some(Interpreter::default().into()),
            },
            EventKind::TrialStarted {
                backend,
                trial: Some(0),
            },
            EventKind::WorkerStarted {
                worker: WorkerId(0),
                name: "MainProcess".to_owned(),
                kind: WorkerKind::Main,
                backend: Some(backend),
                trial: Some(0),
                pid: 100,
                tid: None,
                ppid: None,
            },
            observed("process", &[("kind", "main")], Value::text("MainProcess")),
        ];
        whats.extend(self.observations());
        whats.push(EventKind::WorkerExited {
            worker: WorkerId(0),
            exitcode: Some(self.exit),
            usage: None,
        });
        whats.push(EventKind::TrialFinished {
            backend,
            trial: Some(0),
            times: Box::new(TrialTimes {
                startup_s: 0.0,
                work_s: self.wall_s,
                total_s: self.wall_s,
                cpu_s: Some(self.cpu_s),
                ..TrialTimes::default()
            }),
        });
        whats.push(EventKind::RunFinished {
            outcome: RunStatus::Complete,
        });
        let events = whats.into_iter().zip(0..);
        let events = events.map(|(what, at)| Event {
            at_ns: at * 1000,
            run: 0,
            what,
        });
        Recording::new(test_machine(2, self.usable), events.collect())
    }
}
