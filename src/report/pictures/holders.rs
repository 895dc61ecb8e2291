//! Who held the lock when: the turns of `handoff`.

use std::collections::BTreeSet;

use crate::{
    record::Run,
    report::{DemoPart, LaneState, Picture, PictureShape, TimelineLane, TimelineSpan, demo_parts},
};

/// So much of the run is drawn: a few turns of the usual 5 ms.
const SHOWN_S: f64 = 0.06;

/// The threads of each backend, with the stretches in which each ran.
pub fn lock_timeline(run: &Run) -> Option<Picture> {
    let parts = demo_parts(run).into_iter();
    let lanes: Vec<TimelineLane> = parts.flat_map(part_lanes).collect();
    let title = format!("Which thread runs when: the first {:.0} ms", SHOWN_S * 1e3);
    (!lanes.is_empty()).then(|| Picture::new(title, PictureShape::Timeline(lanes)))
}

fn part_lanes(part: DemoPart) -> Vec<TimelineLane> {
    let backends = part.run.label_values("hold", "backend").into_iter();
    let lanes = backends.flat_map(|backend| {
        let threads = part.run.label_values("hold", "thread");
        // In the order of their numbers, whichever ran first.
        let threads: BTreeSet<String> = threads.into_iter().collect();
        let group = part.world_of(&backend);
        let lanes = threads.into_iter().map(move |thread| TimelineLane {
            group: group.clone(),
            spans: turn_spans(part, &backend, &thread),
            name: format!("thread {thread}"),
        });
        lanes.filter(|lane| {
            lane.spans
                .iter()
                .any(|span| span.main_state() == LaneState::Computing)
        })
    });
    lanes.collect()
}

/// The stretches in which a thread ran, and between them those in which it did not.
fn turn_spans(part: DemoPart, backend: &str, thread: &str) -> Vec<TimelineSpan> {
    let labels = [("backend", backend), ("thread", thread)];
    let began = part.run.number_series("began", &labels).into_iter();
    let lengths = part.run.number_series("hold", &labels);
    // Where there is no lock, a thread that does not run has no core.
    let has_lock = match part.interpreter() {
        Some(interpreter) => interpreter.gil,
        None => part.world_of(backend) == crate::report::GIL_MODEL,
    };
    let pause = if has_lock {
        LaneState::GilWait
    } else {
        LaneState::CoreWait
    };
    let mut spans = Vec::new();
    let mut at_s = 0.0;
    for (from_s, length_s) in began.zip(lengths) {
        if from_s >= SHOWN_S {
            break;
        }
        if from_s > at_s {
            spans.push(TimelineSpan::new(pause, at_s, from_s));
        }
        at_s = (from_s + length_s).min(SHOWN_S);
        spans.push(TimelineSpan::new(LaneState::Computing, from_s, at_s));
    }
    if at_s < SHOWN_S {
        spans.push(TimelineSpan::new(pause, at_s, SHOWN_S));
    }
    spans
}
