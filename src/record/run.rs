//! The questions that reports ask one run: pure functions of its events.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{
    Backend, Event, EventKind, Interpreter, Labels, Machine, Params, Recording, RunStatus,
    TrialTimes, Value, Worker, WorkerId,
};

/// The settings of a run that never said any.
static NO_PARAMS: LazyLock<Params> = LazyLock::new(Params::default);

/// One run of a recording: the outermost, or one nested in it.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The recording that it is part of.
    pub recording: &'a Recording,
    /// Its number.
    pub number: u32,
}

/// One figure that a demo measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation<'a> {
    /// When, in nanoseconds since the recording began.
    pub at_ns: u64,
    /// Of what.
    pub labels: &'a Labels,
    /// The figure.
    pub value: &'a Value,
}

impl Observation<'_> {
    /// Whether it carries all of these labels (and perhaps others).
    pub fn has_labels(&self, labels: &[(&str, &str)]) -> bool {
        labels
            .iter()
            .all(|(key, value)| self.labels.get(key) == Some(*value))
    }
}

impl<'a> Run<'a> {
    /// This run's events, in order.
    pub fn events(self) -> impl DoubleEndedIterator<Item = &'a Event> {
        self.recording
            .events()
            .iter()
            .filter(move |event| event.run == self.number)
    }

    /// The demo's name; empty if the recording has none.
    pub fn demo(self) -> &'a str {
        self.events()
            .find_map(|event| match &event.what {
                EventKind::RunStarted { demo, .. } => Some(demo.as_str()),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// The Python that ran it, if this is the part of a demo that one of them runs.
    pub fn interpreter(self) -> Option<&'a Interpreter> {
        self.events().find_map(|event| match &event.what {
            EventKind::RunStarted { interpreter, .. } => interpreter.as_deref(),
            _ => None,
        })
    }

    /// The parts of this very demo that Pythons ran, one run for each interpreter, in order.
    pub fn python_runs(self) -> Vec<Run<'a>> {
        if self.interpreter().is_some() {
            return Vec::new();
        }
        // They come after their demo, and before the demo runs once more.
        let mut runs = self.nested_runs();
        runs.retain(|run| run.demo() == self.demo());
        runs.into_iter()
            .take_while(|run| run.interpreter().is_some())
            .collect()
    }

    /// The settings in force: what the demo resolved, or else what it was asked for.
    pub fn params(self) -> &'a Params {
        self.events()
            .rev()
            .find_map(|event| match &event.what {
                EventKind::Resolved { params } | EventKind::RunStarted { params, .. } => {
                    Some(&**params)
                }
                _ => None,
            })
            .unwrap_or(&NO_PARAMS)
    }

    /// What it ran on.
    pub fn machine(self) -> &'a Machine {
        &self.recording.machine
    }

    /// How it ended. A run whose end is not in the recording is partial.
    pub fn status(self) -> RunStatus {
        let ended = self.events().rev().find_map(|event| match &event.what {
            EventKind::RunFinished { outcome } => Some(outcome.clone()),
            _ => None,
        });
        match ended {
            Some(outcome) => outcome,
            None if self.number == 0 => RunStatus::Partial("its end was not recorded".to_owned()),
            // What stopped the outermost run stopped this one.
            None => match self.recording.run().status() {
                RunStatus::Complete => RunStatus::Partial("its end was not recorded".to_owned()),
                partial @ RunStatus::Partial(_) => partial,
            },
        }
    }

    /// The backends that ran, in the order of tables.
    pub fn backends(self) -> Vec<Backend> {
        let mut seen: Vec<Backend> = self
            .events()
            .filter_map(|event| match &event.what {
                EventKind::TrialStarted { backend, .. }
                | EventKind::TrialFinished { backend, .. } => Some(*backend),
                EventKind::WorkerStarted { backend, .. } => *backend,
                _ => None,
            })
            .collect();
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    /// The backends that could not run, and why, in the order in which they were skipped.
    pub fn skipped_backends(self) -> Vec<(Backend, &'a str)> {
        self.events()
            .filter_map(|event| match &event.what {
                EventKind::BackendSkipped { backend, why } => Some((*backend, why.as_str())),
                _ => None,
            })
            .collect()
    }

    /// The times of a backend's finished trials, in order; warm-ups do not count.
    pub fn trials(self, backend: Backend) -> Vec<TrialTimes> {
        let rounds = self.rounds(backend).into_iter();
        rounds.map(|(_, times)| times).collect()
    }

    /// The same, each with the number of its round.
    pub fn rounds(self, backend: Backend) -> Vec<(u32, TrialTimes)> {
        self.events()
            .filter_map(|event| match &event.what {
                EventKind::TrialFinished {
                    backend: of,
                    trial: Some(round),
                    times,
                } if *of == backend => Some((*round, **times)),
                _ => None,
            })
            .collect()
    }

    /// The workers of a backend's last finished trial; all of that backend's workers if none finished.
    pub fn workers(self, backend: Backend) -> Vec<Worker> {
        let inside = self.last_trial(backend).map(|trial| {
            self.gather_workers(
                trial.iter().filter(|event| event.run == self.number),
                backend,
            )
        });
        match inside {
            Some(workers) if !workers.is_empty() => workers,
            _ => self.gather_workers(self.events(), backend),
        }
    }

    /// The events from the start to the end of a backend's last finished trial.
    fn last_trial(self, backend: Backend) -> Option<&'a [Event]> {
        let events = self.recording.events();
        let of_this_run = |at: usize| events[at].run == self.number;
        let (end, number) = (0..events.len())
            .rev()
            .find_map(|at| match &events[at].what {
                EventKind::TrialFinished {
                    backend: of, trial, ..
                } if *of == backend && trial.is_some() && of_this_run(at) => Some((at, *trial)),
                _ => None,
            })?;
        // The last start before the end: a disturbed trial starts again under the same number.
        let start = (0..end).rev().find(|&at| {
            of_this_run(at)
                && matches!(&events[at].what,
                    EventKind::TrialStarted { backend: of, trial } if *of == backend && *trial == number)
        })?;
        Some(&events[start..=end])
    }

    /// The workers that started under `backend` among `events`, with all their data in the run.
    fn gather_workers(
        self,
        events: impl Iterator<Item = &'a Event>,
        backend: Backend,
    ) -> Vec<Worker> {
        let chosen: HashSet<WorkerId> = events
            .filter_map(|event| match &event.what {
                EventKind::WorkerStarted {
                    worker,
                    backend: Some(of),
                    ..
                } if *of == backend => Some(*worker),
                _ => None,
            })
            .collect();
        self.select_workers(|worker| worker.backend == Some(backend) && chosen.contains(&worker.id))
    }

    /// Every worker of the run, in the order of their starts.
    pub fn all_workers(self) -> Vec<Worker> {
        self.select_workers(|_| true)
    }

    /// The workers that are wanted, as they are known when they start, in the order of their starts.
    pub fn select_workers(self, is_wanted: impl Fn(&Worker) -> bool) -> Vec<Worker> {
        let mut workers: Vec<Worker> = Vec::new();
        let mut places: HashMap<WorkerId, usize> = HashMap::new();
        for event in self.events() {
            if let Some(worker) = Worker::from_start(event) {
                if is_wanted(&worker) {
                    places.insert(worker.id, workers.len());
                    workers.push(worker);
                }
                continue;
            }
            // An event of a worker that never started occurs only in a damaged recording, and is ignored.
            let place = event.what.worker().and_then(|id| places.get(&id));
            if let Some(&place) = place {
                workers[place].apply_event(event);
            }
        }
        workers
    }

    /// Every worker of the run as it is known when it starts, in the order of their starts.
    pub fn started_workers(self) -> impl Iterator<Item = Worker> {
        self.events().filter_map(Worker::from_start)
    }

    /// Everything measured under this name, in order.
    pub fn observations(self, name: &str) -> Vec<Observation<'a>> {
        self.labelled_observations(name, &[])
    }

    /// Everything measured under this name that carries these labels, in order.
    pub fn labelled_observations(
        self,
        name: &str,
        labels: &[(&str, &str)],
    ) -> Vec<Observation<'a>> {
        let mut found: Vec<Observation> = self.find_backwards(name, labels).collect();
        found.reverse();
        found
    }

    fn find_backwards(
        self,
        name: &str,
        labels: &[(&str, &str)],
    ) -> impl Iterator<Item = Observation<'a>> {
        let index = self.recording.observation_index();
        let places = index.find_backwards(self.number, name, labels);
        places
            .filter_map(move |at| self.observation_at(at, name))
            .filter(|found| found.has_labels(labels))
    }

    /// The observation of this name that this event is.
    fn observation_at(self, at: usize, name: &str) -> Option<Observation<'a>> {
        let event = &self.recording.events()[at];
        match &event.what {
            EventKind::Observed {
                name: of,
                labels,
                value,
            } if of == name && event.run == self.number => Some(Observation {
                at_ns: event.at_ns,
                labels,
                value,
            }),
            _ => None,
        }
    }

    /// The last figure of this name that carries these labels.
    pub fn last_observed(self, name: &str, labels: &[(&str, &str)]) -> Option<Value> {
        let last = self.find_backwards(name, labels).next();
        last.map(|observation| observation.value.clone())
    }

    /// The same as a cell, which stays empty without such a figure.
    pub fn last_cell(self, name: &str, labels: &[(&str, &str)]) -> Value {
        self.last_observed(name, labels).unwrap_or(Value::Nothing)
    }

    /// Every number of this name that carries these labels, in order; words and gaps are left out.
    pub fn number_series(self, name: &str, labels: &[(&str, &str)]) -> Vec<f64> {
        let found = self.labelled_observations(name, labels).into_iter();
        found
            .filter_map(|observation| observation.value.number())
            .filter(|number| number.is_finite())
            .collect()
    }

    /// The distinct values of a label, in the order of their appearance.
    pub fn label_values(self, name: &str, key: &str) -> Vec<String> {
        let all = self.observations(name).into_iter();
        let values = all.filter_map(|observation| observation.labels.get(key));
        keep_first(values).map(str::to_owned).collect()
    }

    /// The notes for the reader of the report, in order, each sentence once.
    pub fn notes(self) -> Vec<&'a str> {
        let notes = self.events().filter_map(|event| match &event.what {
            EventKind::Noted { text } => Some(text.as_str()),
            _ => None,
        });
        keep_first(notes).collect()
    }

    /// The last sampled load of each core under a backend, 1.0 = busy all the time.
    pub fn core_load(self, backend: Backend) -> Option<Vec<f32>> {
        self.events().rev().find_map(|event| match &event.what {
            EventKind::CoreLoad { backend: of, load } if *of == backend => Some(load.clone()),
            _ => None,
        })
    }

    /// The runs that began inside this recording after this one, in order.
    pub fn nested_runs(self) -> Vec<Run<'a>> {
        self.recording
            .events()
            .iter()
            .filter(|event| event.run > self.number)
            .filter(|event| matches!(event.what, EventKind::RunStarted { .. }))
            .map(|event| Run {
                recording: self.recording,
                number: event.run,
            })
            .collect()
    }

    /// The last run of this demo inside this one; the parts that Pythons ran are [`pythons`](Self::pythons) of it.
    pub fn find_nested(self, demo: &str) -> Option<Run<'a>> {
        let mut runs = self.nested_runs().into_iter();
        runs.rfind(|run| run.demo() == demo && run.interpreter().is_none())
    }

    /// Seconds from the run's start to its end, or to its last event if it has no end.
    pub fn duration_s(self) -> f64 {
        let mut times = self.events().map(|event| event.at_ns);
        let first = times.next().unwrap_or_default();
        let last = times.next_back().unwrap_or(first);
        last.saturating_sub(first) as f64 / 1e9
    }
}

/// Each text once, where it occurs first.
fn keep_first<'a>(texts: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let mut seen = HashSet::new();
    texts.filter(move |text| seen.insert(*text))
}
