//! Timelines: what each worker of a recording did, as far as its events tell.

use std::collections::BTreeMap;

use crate::{
    record::{Backend, Run, WaitKind, Worker},
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
    let lanes = lanes.chain(core_lanes(&group, &workers, clock));
    lanes.filter(|lane| !lane.spans.is_empty()).collect()
}

/// One lane for each core that these workers were seen on: which of them ran there.
fn core_lanes(group: &str, workers: &[Worker], clock: GroupClock) -> Vec<TimelineLane> {
    let mut cores: BTreeMap<u32, Vec<TimelineSpan>> = BTreeMap::new();
    for worker in workers {
        for seen in &worker.spans.cores {
            let [from_s, until_s] = [seen.from_ns, seen.until_ns].map(|ns| clock.seconds(ns));
            let span = TimelineSpan::new(LaneState::Running, from_s, until_s);
            let spans = cores.entry(seen.core).or_default();
            spans.push(span.labelled(worker.name.as_str()));
        }
    }
    let lanes = cores.into_iter().map(|(core, spans)| TimelineLane {
        group: group.to_owned(),
        name: format!("core {core}"),
        spans: take_turns(spans),
    });
    lanes.collect()
}

/// The stretches in which workers were seen on one core, without overlaps: it runs one at a time, and a worker that was
/// seen there later interrupted the one before.
fn take_turns(mut spans: Vec<TimelineSpan>) -> Vec<TimelineSpan> {
    spans.retain(|span| span.length_s() > 0.0);
    spans.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    let mut turns: Vec<TimelineSpan> = Vec::new();
    for mut span in spans {
        // The last turn may have begun later than this stretch: it went on after an interruption.
        let last_s = turns.last().map_or(span.from_s, |last| last.from_s);
        span.from_s = span.from_s.max(last_s);
        if span.length_s() <= 0.0 {
            continue;
        }
        let last = turns.last_mut().filter(|last| last.until_s > span.from_s);
        let rest = last.map(|last| {
            let until_s = std::mem::replace(&mut last.until_s, span.from_s);
            TimelineSpan {
                from_s: span.until_s,
                until_s,
                ..last.clone()
            }
        });
        turns.push(span);
        turns.extend(rest.filter(|rest| rest.until_s > rest.from_s));
    }
    turns.retain(|turn| turn.length_s() > 0.0);
    turns
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
        let waits = wait_spans(worker, clock, [from_s, from_s + work_s]);
        let mut work = TimelineSpan::new(LaneState::Computing, from_s, from_s + work_s);
        work.parts = split_work(run, worker, work_s, waited_s(&waits));
        spans.extend(put_waits_into(work, waits));
        if let Some(ended) = ended.filter(|ended| *ended > from_s + work_s) {
            spans.push(TimelineSpan::new(LaneState::Ending, from_s + work_s, ended));
        }
        return spans;
    }
    let until_s = ended.unwrap_or_else(|| clock.seconds(clock.last));
    if until_s > at_s {
        let waits = wait_spans(worker, clock, [at_s, until_s]);
        let mut life = TimelineSpan::new(LaneState::Waiting, at_s, until_s);
        if usage.cpu_s.is_some() {
            life.parts = split_work(run, worker, until_s - at_s, waited_s(&waits));
        }
        spans.extend(put_waits_into(life, waits));
    }
    spans
}

/// The waits of a worker that were recorded with their times, within these ends.
fn wait_spans(
    worker: &Worker,
    clock: GroupClock,
    [from_s, until_s]: [f64; 2],
) -> Vec<TimelineSpan> {
    let waits = worker.spans.waits.iter().map(|wait| {
        let state = match wait.what {
            WaitKind::Lock => LaneState::LockWait,
            WaitKind::Message => LaneState::MessageWait,
            WaitKind::Gil => LaneState::GilWait,
        };
        let [from, until] = [wait.from_ns, wait.until_ns].map(|ns| clock.seconds(ns));
        let mut span = TimelineSpan::new(state, from.max(from_s), until.min(until_s));
        let share = (wait.waited_ns as f64 / 1e9 / span.length_s()).min(1.0);
        if wait.count > 1 && share < 1.0 - LEAST_SHARE {
            span.parts = vec![(state, share), (LaneState::Computing, 1.0 - share)];
        }
        match wait.what {
            // The state says it already.
            WaitKind::Gil => span,
            _ => span.labelled(wait.name.as_str()),
        }
    });
    waits.filter(|span| span.length_s() > 0.0).collect()
}

/// How long these waits take together.
fn waited_s(waits: &[TimelineSpan]) -> f64 {
    let waits = waits.iter().map(|span| span.length_s() * span.parts[0].1);
    waits.sum()
}

/// A stretch with the waits that lie in it; what is between them is as the stretch is.
fn put_waits_into(whole: TimelineSpan, waits: Vec<TimelineSpan>) -> Vec<TimelineSpan> {
    let mut spans = Vec::new();
    let mut at_s = whole.from_s;
    let otherwise = whole.main_state();
    let piece = |from_s, until_s| TimelineSpan {
        from_s,
        until_s,
        ..whole.clone()
    };
    for mut wait in waits {
        wait.from_s = wait.from_s.max(at_s);
        if wait.from_s > at_s {
            spans.push(piece(at_s, wait.from_s));
        }
        if wait.until_s > wait.from_s {
            at_s = wait.until_s;
            for (state, _) in wait.parts.iter_mut().skip(1) {
                *state = otherwise;
            }
            spans.push(wait);
        }
    }
    if whole.until_s > at_s {
        spans.push(piece(at_s, whole.until_s));
    }
    spans
}

/// The shares of a stretch in which the worker computed, had no core, and waited; those that were measured. Waits whose
/// times are known, so many seconds, are no part of it.
fn split_work(run: &Run, worker: &Worker, length_s: f64, known_s: f64) -> Vec<(LaneState, f64)> {
    let length_s = (length_s - known_s).max(f64::MIN_POSITIVE);
    let share = |seconds: f64| (seconds / length_s).clamp(0.0, 1.0);
    let Some(computing) = worker.usage.cpu_s.map(share) else {
        return vec![(LaneState::Computing, 1.0)];
    };
    let no_core = worker.usage.run_queue_s.map_or(0.0, share);
    let no_core = no_core.min(1.0 - computing);
    let rest = 1.0 - computing - no_core;
    // Where the times of its waits are known, they are stretches of their own.
    let has_waits = !worker.spans.waits.is_empty();
    let gil = if has_waits {
        0.0
    } else {
        gil_wait(run, worker).min(rest)
    };
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
        CoreSpan, Event, EventKind, Params, Recording, ResourceUsage, WaitSpan, WorkSpans,
        WorkerId, WorkerKind, testing::test_machine,
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
    fn cores_have_lanes_and_waits_have_names() {
        let mut recording = two_processes();
        let ms = |ms: u64| ms * 1_000_000;
        // The work of the first process begins at 30 ms.
        let wait = WaitSpan {
            what: WaitKind::Message,
            name: "queue".to_owned(),
            from_ns: ms(50),
            until_ns: ms(70),
            waited_ns: ms(20),
            count: 1,
        };
        let core = |core, from, until| CoreSpan {
            core,
            from_ns: ms(from),
            until_ns: ms(until),
        };
        let spans = WorkSpans {
            cores: vec![core(1, 30, 50), core(0, 70, 130)],
            waits: vec![wait],
        };
        let other = WorkSpans {
            cores: vec![core(0, 90, 100), core(0, 100, 100)],
            waits: Vec::new(),
        };
        let recorded = [(1, spans), (2, other)].map(|(worker, spans)| Event {
            at_ns: ms(160),
            run: 0,
            what: EventKind::WorkSpans {
                worker: WorkerId(worker),
                spans: spans.into(),
            },
        });
        let events: Vec<Event> = recording.events().iter().cloned().chain(recorded).collect();
        recording = Recording::new(test_machine(2, 2), events);
        let pictures = worker_timelines(&recording.run());
        let lanes = pictures[0].lanes().expect("a timeline");
        let drawn = |name: &str| {
            let lane = lanes.iter().find(|lane| lane.name == name).expect(name);
            let spans = lane.spans.iter().map(|span| {
                let (from_ms, until_ms) = (span.from_s * 1e3, span.until_s * 1e3);
                let state = span.main_state().name();
                format!("{state} {}: {from_ms:.0}–{until_ms:.0}", span.label)
            });
            spans.collect::<Vec<_>>()
        };
        assert_eq!(drawn("core 1"), ["running Process-1: 30–50"]);
        let turns = [
            "running Process-1: 70–90",
            "running Process-2: 90–100",
            "running Process-1: 100–130",
        ];
        assert_eq!(drawn("core 0"), turns);
        let work = &drawn("Process-1")[2..5];
        let expected = [
            "computing : 30–50",
            "waiting for a message queue: 50–70",
            "computing : 70–130",
        ];
        assert_eq!(work, expected);
        // It computed for 50 of the other 80 ms.
        let shares = &lanes[0].spans[2].parts;
        assert!((shares[0].1 - 0.625).abs() < 1e-9, "{shares:?}");
    }

    #[test]
    fn a_core_runs_one_worker_at_a_time_whoever_was_seen_there() {
        let seen = [
            ("A", 0.0, 100.0),
            ("B", 10.0, 20.0),
            ("C", 15.0, 18.0),
            ("D", 15.0, 30.0),
            ("E", 100.0, 110.0),
            ("F", 100.0, 105.0),
        ];
        let spans = seen.map(|(name, from_s, until_s)| {
            TimelineSpan::new(LaneState::Running, from_s, until_s).labelled(name)
        });
        let turns = take_turns(spans.to_vec());
        let drawn: Vec<(&str, f64, f64)> = turns
            .iter()
            .map(|turn| (turn.label.as_str(), turn.from_s, turn.until_s))
            .collect();
        let expected = [
            ("A", 0.0, 10.0),
            ("B", 10.0, 20.0),
            ("D", 20.0, 30.0),
            ("A", 30.0, 100.0),
            ("F", 100.0, 105.0),
            ("E", 105.0, 110.0),
        ];
        assert_eq!(drawn, expected);
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
