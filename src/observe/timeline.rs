//! Builds the final events of a recording: each at its own time, with its final figures.
//!
//! While a program runs, a process is announced as soon as enough is known about it. Its true start and end, its name
//! and its exit code are only known at the end of the run; the recording holds these.

use std::collections::BTreeMap;

use super::{
    observation::ObservationState,
    processes::{ObservedProcess, ObservedThread},
};
use crate::record::{Event, EventKind, ResourceUsage, WorkerId};

/// The final figures of a worker, in place of the announced ones.
struct FinalWorker {
    name: String,
    ppid: Option<u32>,
    first_ns: u64,
    end_ns: u64,
    exitcode: Option<i32>,
    usage: ResourceUsage,
    has_ended: bool,
}

/// The events, ordered by time. `live` are the events that were emitted during the run, the first of which is the start
/// of the run; `last` are the events at its end.
pub fn build_timeline(
    observation: &ObservationState,
    live: Vec<Event>,
    last: Vec<EventKind>,
) -> Vec<Event> {
    let end_ns = observation.now_ns();
    let known = finalize_workers(observation.processes.all(), end_ns);
    let begin_ns = live
        .iter()
        .find(|event| matches!(event.what, EventKind::TrialStarted { .. }))
        .map_or(0, |event| event.at_ns);
    let mut events = Vec::new();
    for mut event in live {
        match &mut event.what {
            EventKind::WorkerExited { .. }
            | EventKind::WorkFinished { .. }
            | EventKind::Progress { .. } => {
                continue;
            }
            EventKind::WorkerStarted {
                worker, name, ppid, ..
            } => {
                if let Some(settled) = known.get(worker) {
                    event.at_ns = event.at_ns.min(settled.first_ns.max(begin_ns));
                    name.clone_from(&settled.name);
                    *ppid = settled.ppid;
                }
            }
            _ => {}
        }
        events.push(event);
    }
    for (worker, settled) in known {
        events.extend(build_end_events(worker, settled));
    }
    events.extend(observation.facts.iter().map(|kept| {
        let (pid, what) = (kept.pid, kept.fact.clone().into());
        build_event(kept.at_ns.max(begin_ns), EventKind::Hook { pid, what })
    }));
    events.extend(observation.lines.last().filter_map(|line| {
        let what = EventKind::Output {
            worker: observation.processes.all().get(line.process)?.worker?,
            stderr: line.stderr,
            text: line.text.clone(),
        };
        Some(build_event(line.at_ns, what))
    }));
    // A wrong time in a message must not put an event after the end.
    for event in &mut events {
        event.at_ns = event.at_ns.min(end_ns);
    }
    events.sort_by_key(|event| event.at_ns);
    events.extend(last.into_iter().map(|what| build_event(end_ns, what)));
    events
}

fn build_event(at_ns: u64, what: EventKind) -> Event {
    Event {
        at_ns,
        run: 0,
        what,
    }
}

fn build_end_events(worker: WorkerId, settled: FinalWorker) -> Vec<Event> {
    let finished = EventKind::WorkFinished {
        worker,
        usage: settled.usage.into(),
    };
    let exited = EventKind::WorkerExited {
        worker,
        exitcode: settled.exitcode,
        usage: None,
    };
    let mut events = vec![build_event(settled.end_ns, finished)];
    if settled.has_ended {
        events.push(build_event(settled.end_ns, exited));
    }
    events
}

fn finalize_workers(processes: &[ObservedProcess], end_ns: u64) -> BTreeMap<WorkerId, FinalWorker> {
    let mut all = BTreeMap::new();
    for process in processes {
        if let Some(worker) = process.worker {
            all.insert(worker, finalize_process(process, end_ns));
        }
        for thread in process.threads.values() {
            if let Some(worker) = thread.worker {
                all.insert(worker, finalize_thread(process, thread, end_ns));
            }
        }
    }
    all
}

fn finalize_process(process: &ObservedProcess, now_ns: u64) -> FinalWorker {
    let end_ns = process.end_ns().unwrap_or(now_ns);
    FinalWorker {
        name: process.display_name().to_owned(),
        ppid: process.parent,
        first_ns: process.first_ns,
        end_ns,
        exitcode: process.exitcode,
        usage: ResourceUsage {
            work_s: Some(seconds_between(process.first_ns, end_ns)),
            cpu_s: process.cpu_s(),
            cores: process.cores.iter().copied().collect(),
            private_bytes: process.private,
            resident_bytes: process.peak,
            tasks: process.tasks.unwrap_or_default(),
            ..ResourceUsage::default()
        },
        has_ended: process.gone_ns.is_some(),
    }
}

fn finalize_thread(process: &ObservedProcess, thread: &ObservedThread, now_ns: u64) -> FinalWorker {
    let of_process = process.end_ns().unwrap_or(now_ns);
    let end_ns = thread.ended_ns.unwrap_or(of_process).min(of_process);
    let end_ns = end_ns.max(thread.first_ns);
    FinalWorker {
        name: thread.name.clone(),
        ppid: process.parent,
        first_ns: thread.first_ns,
        end_ns,
        exitcode: None,
        usage: ResourceUsage {
            work_s: Some(seconds_between(thread.first_ns, end_ns)),
            cpu_s: thread.cpu.map(|cpu| cpu.as_secs_f64()),
            run_queue_s: thread.run_queue.map(|wait| wait.as_secs_f64()),
            voluntary_switches: thread.voluntary_switches,
            cores: thread.cores.iter().copied().collect(),
            ..ResourceUsage::default()
        },
        has_ended: true,
    }
}

fn seconds_between(from_ns: u64, to_ns: u64) -> f64 {
    to_ns.saturating_sub(from_ns) as f64 / 1e9
}
