//! The calls of a pool: how long the caller waits, and which worker does which task when.

use crate::{
    record::{Run, Value, Worker},
    report::{
        DemoPart, LaneState, Picture, PictureShape, TimelineLane, TimelineSpan, demo_parts,
        tables::sort_by_name,
    },
};

/// The lane of whoever makes the calls.
const CALLER: &str = "the caller";

/// One picture for each part that recorded when its tasks ran.
pub fn call_timelines(run: &Run) -> Vec<Picture> {
    let parts = demo_parts(run).into_iter();
    let pictures = parts.filter_map(|part| {
        let lanes = part_lanes(part);
        let title = format!("Who does which task when ({})", part.environment_name());
        let note = "Each call from its own start. The figures are the numbers of the tasks.";
        (!lanes.is_empty())
            .then(|| Picture::new(title, PictureShape::Timeline(lanes)).with_note(note))
    });
    pictures.collect()
}

fn part_lanes(part: DemoPart) -> Vec<TimelineLane> {
    let mut workers = part.run.all_workers();
    sort_by_name(&mut workers);
    let calls = part.run.label_values("task_began", "call").into_iter();
    let lanes = calls.flat_map(|call| {
        let caller = caller_lane(&part.run, &call);
        let of_workers = workers.iter().map(|worker| TimelineLane {
            group: call.clone(),
            name: worker.name.clone(),
            spans: task_spans(&part.run, &call, worker),
        });
        let with_tasks = of_workers.filter(|lane| !lane.spans.is_empty());
        caller.into_iter().chain(with_tasks).collect::<Vec<_>>()
    });
    lanes.collect()
}

/// The caller waits until the call returns.
fn caller_lane(run: &Run, call: &str) -> Option<TimelineLane> {
    let returned = run.last_observed("returned_after", &[("call", call)])?;
    Some(TimelineLane {
        group: call.to_owned(),
        name: CALLER.to_owned(),
        spans: vec![TimelineSpan::new(
            LaneState::Waiting,
            0.0,
            returned.number()?,
        )],
    })
}

/// The tasks of a call that this worker did.
fn task_spans(run: &Run, call: &str, worker: &Worker) -> Vec<TimelineSpan> {
    let done = run.observations("done_by").into_iter();
    let own = done
        .filter(|done| done.has_labels(&[("call", call)]) && *done.value == Value::Pid(worker.pid));
    let spans = own.filter_map(|done| {
        let task = done.labels.get("task")?;
        let labels = [("call", call), ("task", task)];
        let seconds = |name| run.last_observed(name, &labels)?.number();
        let (from_s, length_s) = (seconds("task_began")?, seconds("task_took")?);
        Some(
            TimelineSpan::new(LaneState::Task, from_s, from_s + length_s).labelled(task.to_owned()),
        )
    });
    let mut spans: Vec<TimelineSpan> = spans.collect();
    spans.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    spans
}
