//! Timelines: what each worker of a recording did, as far as its events tell.

use crate::{
    record::{Backend, Run, Worker},
    report::{
        DemoPart, LaneState, Picture, PictureShape, TimelineLane, TimelineSpan, demo_parts,
        tables::sort_by_name,
    },
};

/// How to read a stretch with several parts.
const SHARES_NOTE: &str =
    "How long a worker computed and waited was measured for its whole work, and not when.";

/// One picture for each part of the demo whose workers' times were recorded.
pub fn worker_timelines(run: &Run) -> Vec<Picture> {
    let parts = demo_parts(run);
    let several = parts.len() > 1;
    let pictures = parts.into_iter().filter_map(|part| {
        let lanes = part_lanes(part);
        let title = "What each worker did";
        let title = if several {
            format!("{title} ({})", part.environment_name())
        } else {
            title.to_owned()
        };
        let has_shares = lanes.iter().flat_map(|lane| &lane.spans);
        let has_shares = has_shares.into_iter().any(|span| span.parts.len() > 1);
        let picture = Picture::new(title, PictureShape::Timeline(lanes));
        let picture = if has_shares {
            picture.with_note(SHARES_NOTE)
        } else {
            picture
        };
        picture
            .lanes()
            .is_some_and(|lanes| !lanes.is_empty())
            .then_some(picture)
    });
    pictures.collect()
}

/// The workers of each backend's last trial, each trial from its own start; or all workers, where nothing is compared.
fn part_lanes(part: DemoPart) -> Vec<TimelineLane> {
    let backends = part.run.backends();
    if backends.is_empty() {
        return group_lanes(&part.run, String::new(), part.run.all_workers());
    }
    let groups = backends.into_iter().map(|backend| {
        let name = match backend {
            Backend::Try => "",
            other => other.name(),
        };
        let name = name.strip_prefix("python-").unwrap_or(name).to_owned();
        group_lanes(&part.run, name, part.run.workers(backend))
    });
    groups.flatten().collect()
}

/// The lanes of workers that started together.
fn group_lanes(run: &Run, group: String, mut workers: Vec<Worker>) -> Vec<TimelineLane> {
    sort_by_name(&mut workers);
    let began = workers.iter().map(start_ns).min().unwrap_or_default();
    let gate = workers.iter().filter_map(|worker| worker.ready_ns).max();
    let clock = GroupClock {
        began,
        gate,
        last: run.events().last().map_or(began, |event| event.at_ns),
    };
    let lanes = workers.iter().map(|worker| TimelineLane {
        group: group.clone(),
        name: worker.name.clone(),
        spans: worker_spans(run, worker, clock),
    });
    lanes.filter(|lane| !lane.spans.is_empty()).collect()
}

/// The moments that all workers of a group share, in nanoseconds since the recording began.
#[derive(Debug, Clone, Copy)]
struct GroupClock {
    /// The start of the first of them.
    began: u64,
    /// When the last of them was ready: then all begin to work.
    gate: Option<u64>,
    /// The last event of their run.
    last: u64,
}

impl GroupClock {
    fn seconds(self, at_ns: u64) -> f64 {
        at_ns.saturating_sub(self.began) as f64 / 1e9
    }
}

/// When its start was asked for.
fn start_ns(worker: &Worker) -> u64 {
    let asked = worker.ready_ns.zip(worker.startup_s);
    let asked = asked.map(|(ready, startup)| ready.saturating_sub((startup * 1e9) as u64));
    asked.unwrap_or(worker.started_ns).min(worker.started_ns)
}

fn worker_spans(run: &Run, worker: &Worker, clock: GroupClock) -> Vec<TimelineSpan> {
    let mut spans = Vec::new();
    let mut at_s = clock.seconds(start_ns(worker));
    let mut go_on = |state, until_s: f64| {
        if until_s > at_s {
            spans.push(TimelineSpan::new(state, at_s, until_s));
            at_s = until_s;
        }
        at_s
    };
    if let Some(ready) = worker.ready_ns {
        go_on(LaneState::StartUp, clock.seconds(ready));
    }
    let ended = worker.exited_ns.map(|ns| clock.seconds(ns));
    let usage = &worker.usage;
    if let (Some(work_s), Some(gate)) = (usage.work_s, clock.gate) {
        let from_s = go_on(LaneState::Ready, clock.seconds(gate));
        let mut work = TimelineSpan::new(LaneState::Computing, from_s, from_s + work_s);
        work.parts = split_work(run, worker, work_s);
        spans.push(work);
        if let Some(ended) = ended.filter(|ended| *ended > from_s + work_s) {
            spans.push(TimelineSpan::new(LaneState::Ending, from_s + work_s, ended));
        }
        return spans;
    }
    let until_s = ended.unwrap_or_else(|| clock.seconds(clock.last));
    if until_s > at_s {
        let mut life = TimelineSpan::new(LaneState::Waiting, at_s, until_s);
        if usage.cpu_s.is_some() {
            life.parts = split_work(run, worker, until_s - at_s);
        }
        spans.push(life);
    }
    spans
}

/// The shares of a stretch in which the worker computed, had no core, and waited; those that were measured.
fn split_work(run: &Run, worker: &Worker, length_s: f64) -> Vec<(LaneState, f64)> {
    let share = |seconds: f64| (seconds / length_s.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
    let Some(computing) = worker.usage.cpu_s.map(share) else {
        return vec![(LaneState::Computing, 1.0)];
    };
    let no_core = worker.usage.run_queue_s.map_or(0.0, share);
    let no_core = no_core.min(1.0 - computing);
    let rest = 1.0 - computing - no_core;
    let gil = gil_wait(run, worker).min(rest);
    let parts = [
        (LaneState::Computing, computing),
        (LaneState::CoreWait, no_core),
        (LaneState::GilWait, gil),
        (LaneState::Waiting, rest - gil),
    ];
    // What is less than the clocks tell is no state of its own.
    let parts = parts.into_iter().filter(|(_, share)| *share >= LEAST_SHARE);
    parts.collect()
}

/// Smaller shares are left out.
const LEAST_SHARE: f64 = 0.005;

/// The share of its work that a thread under the model waited for the lock, which the model itself measures.
fn gil_wait(run: &Run, worker: &Worker) -> f64 {
    let labels = [
        ("backend", Backend::GilThreads.name()),
        ("worker", worker.name.as_str()),
    ];
    let measured = worker.backend == Some(Backend::GilThreads);
    let found = measured.then(|| run.last_observed("gil_wait", &labels));
    found
        .flatten()
        .and_then(|value| value.number())
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{
        Event, EventKind, Params, Recording, ResourceUsage, WorkerId, WorkerKind,
        testing::test_machine,
    };

    /// The first of two processes works for 100 ms once both are ready.
    fn two_processes() -> Recording {
        let started = |worker, name: &str| EventKind::WorkerStarted {
            worker: WorkerId(worker),
            name: name.to_owned(),
            kind: WorkerKind::Process,
            backend: Some(Backend::Processes),
            trial: None,
            pid: 1,
            tid: None,
            ppid: None,
        };
        let ready = |worker, startup_s| EventKind::WorkerReady {
            worker: WorkerId(worker),
            startup_s,
        };
        let usage = ResourceUsage {
            work_s: Some(0.1),
            cpu_s: Some(0.05),
            run_queue_s: Some(0.03),
            ..ResourceUsage::default()
        };
        let run = EventKind::RunStarted {
            demo: "parallel".to_owned(),
            params: Box::new(Params::default()),
            interpreter: None,
        };
        let worker = WorkerId(1);
        let finished = EventKind::WorkFinished {
            worker,
            usage: usage.into(),
        };
        let exited = EventKind::WorkerExited {
            worker,
            exitcode: Some(0),
            usage: None,
        };
        let events = [
            (0, run),
            (5, started(1, "Process-1")),
            (10, ready(1, 0.01)),
            (15, started(2, "Process-2")),
            (30, ready(2, 0.02)),
            (140, exited),
            (150, finished),
        ];
        let events = events.map(|(ms, what)| Event {
            at_ns: ms * 1_000_000,
            run: 0,
            what,
        });
        Recording::new(test_machine(2, 2), events.to_vec())
    }

    #[test]
    fn a_lane_starts_waits_for_the_others_works_and_ends() {
        let recording = two_processes();
        let pictures = worker_timelines(&recording.run());
        let lane = &pictures[0].lanes().expect("a timeline")[0];
        let spans: Vec<(LaneState, f64, f64)> = lane
            .spans
            .iter()
            .map(|span| (span.main_state(), span.from_s, span.until_s))
            .collect();
        let expected = [
            (LaneState::StartUp, 0.0, 0.01),
            (LaneState::Ready, 0.01, 0.03),
            (LaneState::Computing, 0.03, 0.13),
            (LaneState::Ending, 0.13, 0.14),
        ];
        assert_eq!(spans, expected);
        let shares = &lane.spans[2].parts;
        let states: Vec<LaneState> = shares.iter().map(|(state, _)| *state).collect();
        let measured = [
            LaneState::Computing,
            LaneState::CoreWait,
            LaneState::Waiting,
        ];
        assert_eq!(states, measured);
        assert!((shares[1].1 - 0.3).abs() < 1e-9, "{shares:?}");
    }
}
