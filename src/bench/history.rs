//! What was done at the bench, as a recording: workers that started and ended, what they printed, and the learner's
//! commands as observations.

use std::collections::BTreeSet;

use parking_lot::Mutex;

use super::{BENCH, task::WorkerPlace};
use crate::record::{
    Event, EventKind, Labels, Machine, Recorder, Recording, RunStatus, Value, WorkerId, WorkerKind,
};

/// What a command did to a worker: see `catalog` for the names of observations.
pub(super) struct BenchFact<'f> {
    pub(super) what: &'static str,
    pub(super) name: &'f str,
    pub(super) place: WorkerPlace,
    /// A label of its own: `signal="SIGTERM"`.
    pub(super) detail: Option<(&'static str, &'f str)>,
    pub(super) value: Value,
}

/// A worker that started.
pub(super) struct StartedWorker<'w> {
    pub(super) name: &'w str,
    pub(super) place: WorkerPlace,
    pub(super) pid: u32,
    pub(super) tid: Option<u32>,
}

/// The history of a bench. It begins with its first worker, and again with the first one after it was cleared.
#[derive(Default)]
pub(super) struct BenchHistory {
    state: Mutex<HistoryState>,
}

#[derive(Default)]
struct HistoryState {
    recorder: Option<Recorder>,
    is_over: bool,
    /// The events of earlier histories.
    earlier: usize,
    /// The states that the learner has seen, each once.
    seen: BTreeSet<(String, &'static str)>,
}

impl BenchHistory {
    /// The recorder of this history, which begins now if it has not.
    pub(super) fn recorder(&self) -> Recorder {
        let mut state = self.state.lock();
        if state.is_over {
            *state = HistoryState {
                earlier: state.length(),
                ..HistoryState::default()
            };
        }
        let recorder = state.recorder.get_or_insert_with(|| {
            let recorder = Recorder::new(None);
            recorder.emit(EventKind::RunStarted {
                demo: BENCH.to_owned(),
                params: Box::default(),
                interpreter: None,
            });
            recorder
        });
        recorder.clone()
    }

    /// Records a worker that lives, under a number that was reserved for it.
    pub(super) fn add_worker(&self, worker: WorkerId, started: &StartedWorker<'_>) {
        // An earlier worker may have had that name.
        let is_of_another = |(name, _): &(String, _)| name != started.name;
        self.state.lock().seen.retain(is_of_another);
        self.recorder().emit(EventKind::WorkerStarted {
            worker,
            name: started.name.to_owned(),
            kind: match started.place {
                WorkerPlace::Process => WorkerKind::Process,
                WorkerPlace::Thread => WorkerKind::Thread,
            },
            backend: None,
            trial: None,
            pid: started.pid,
            tid: started.tid,
            ppid: Some(std::process::id()),
        });
    }

    /// Records that a worker was collected.
    pub(super) fn add_exit(&self, worker: WorkerId, exitcode: Option<i32>) {
        let usage = None;
        self.recorder().emit(EventKind::WorkerExited {
            worker,
            exitcode,
            usage,
        });
    }

    /// Records a fact.
    pub(super) fn add_fact(&self, fact: BenchFact<'_>) {
        let worker = [("name", fact.name), ("kind", fact.place.name())];
        let labels: Labels = worker.into_iter().chain(fact.detail).collect();
        self.recorder().emit(EventKind::Observed {
            name: fact.what.to_owned(),
            labels,
            value: fact.value,
        });
    }

    /// Records that the learner saw a worker in a state, if that is new.
    pub(super) fn add_seen(&self, name: &str, place: WorkerPlace, state: &'static str) {
        if self.state.lock().seen.insert((name.to_owned(), state)) {
            self.add_fact(BenchFact {
                what: "seen",
                name,
                place,
                detail: Some(("state", state)),
                value: Value::text(state),
            });
        }
    }

    /// From now on, every state counts as new again.
    pub(super) fn forget_seen(&self) {
        self.state.lock().seen.clear();
    }

    /// Ends this history: the next worker begins another one.
    pub(super) fn end(&self) {
        self.state.lock().is_over = true;
    }

    /// How many events there were so far, those of earlier histories included.
    pub(super) fn length(&self) -> usize {
        self.state.lock().length()
    }

    /// The history from this event on, as a recording; `None` if no worker was ever started.
    pub(super) fn to_recording(&self, first: usize, machine: Machine) -> Option<Recording> {
        let state = self.state.lock();
        let events = state.recorder.as_ref()?.events();
        let first = first.saturating_sub(state.earlier);
        let at_ns = events.last().map_or(0, |event| event.at_ns);
        let mut events = events.into_iter().enumerate();
        let begins = events.next().map(|(_, event)| event);
        let rest = events
            .filter(|(at, _)| *at >= first)
            .map(|(_, event)| event);
        let end = Event {
            at_ns,
            run: 0,
            what: EventKind::RunFinished {
                outcome: RunStatus::Complete,
            },
        };
        let events = begins.into_iter().chain(rest).chain([end]);
        Some(Recording::new(machine, events.collect()))
    }
}

impl HistoryState {
    fn length(&self) -> usize {
        let recorded = self
            .recorder
            .as_ref()
            .map_or(0, |recorder| recorder.events().len());
        self.earlier + recorded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::testing::test_machine;

    fn signal<'f>(name: &'f str, signal: &'f str) -> BenchFact<'f> {
        BenchFact {
            what: "signal",
            name,
            place: WorkerPlace::Process,
            detail: Some(("signal", signal)),
            value: Value::text(signal),
        }
    }

    #[test]
    fn a_part_of_the_history_is_a_recording_of_its_own() {
        let history = BenchHistory::default();
        assert_eq!(history.to_recording(0, test_machine(2, 2)), None);
        history.add_fact(signal("a", "SIGTERM"));
        let mark = history.length();
        history.add_fact(signal("b", "SIGKILL"));
        let count = |first: usize| {
            let recording = history.to_recording(first, test_machine(2, 2)).unwrap();
            let run = recording.run();
            assert_eq!((run.demo(), run.status()), (BENCH, RunStatus::Complete));
            run.observations("signal").len()
        };
        assert_eq!((count(0), count(mark), count(mark + 1)), (2, 1, 0));
    }

    #[test]
    fn a_state_that_was_seen_counts_again_for_a_new_worker_and_a_new_task() {
        let history = BenchHistory::default();
        let start = |name| {
            let (place, pid, tid) = (WorkerPlace::Process, 1, None);
            let worker = history.recorder().next_worker();
            history.add_worker(
                worker,
                &StartedWorker {
                    name,
                    place,
                    pid,
                    tid,
                },
            );
        };
        let count = || {
            history.add_seen("a", WorkerPlace::Process, "ready");
            let recording = history.to_recording(0, test_machine(2, 2)).unwrap();
            recording.run().observations("seen").len()
        };
        start("a");
        assert_eq!((count(), count()), (1, 1));
        start("b");
        assert_eq!(count(), 1);
        start("a");
        assert_eq!(count(), 2);
        history.forget_seen();
        assert_eq!(count(), 3);
    }

    #[test]
    fn a_cleared_bench_begins_another_history() {
        let history = BenchHistory::default();
        history.add_seen("a", WorkerPlace::Process, "ready");
        history.add_seen("a", WorkerPlace::Process, "ready");
        assert_eq!(history.length(), 2, "a beginning and one fact");
        history.end();
        assert_eq!(history.length(), 2, "it can still be shown");
        let mark = history.length();
        history.add_seen("b", WorkerPlace::Process, "ready");
        let next = history.to_recording(mark, test_machine(2, 2)).unwrap();
        let seen = next.run().observations("seen");
        assert_eq!(seen.len(), 1, "only that of the next one");
        assert!(seen[0].has_labels(&[("name", "b")]));
    }
}
