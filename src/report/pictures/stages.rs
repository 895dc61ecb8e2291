//! Where the time of one task goes: its data on the way to the worker, the work, and the result on the way back.

use crate::{
    record::Run,
    report::{
        DemoPart, LaneState, Picture, PictureShape, TimelineLane, TimelineSpan, demo_parts, stats,
    },
    text::units::{BYTES, format_with_unit},
};

/// The stages of a task as demos record them, in their order.
pub const STAGES: [(&str, LaneState); 3] = [
    ("sending", LaneState::Sending),
    ("computing", LaneState::Computing),
    ("returning", LaneState::Returning),
];

/// One lane for each size of the data; the median of each stage.
pub fn stage_timeline(run: &Run) -> Option<Picture> {
    let parts = demo_parts(run).into_iter();
    let lanes: Vec<TimelineLane> = parts.flat_map(part_lanes).collect();
    let note = "Sending is everything from the call to the start of the task: serializing, writing, reading and \
                deserializing, and the worker's waking up.";
    (!lanes.is_empty()).then(|| {
        Picture::new(
            "Where the time of one task goes, by the size of its data",
            PictureShape::Timeline(lanes),
        )
        .with_note(note)
    })
}

fn part_lanes(part: DemoPart) -> Vec<TimelineLane> {
    let sizes = part.run.label_values("stage", "size").into_iter();
    let lanes = sizes.map(|size| TimelineLane {
        group: part.environment_name(),
        name: format_with_unit(BYTES, size.parse().unwrap_or_default()),
        spans: stage_spans(&part.run, &size),
    });
    lanes.filter(|lane| !lane.spans.is_empty()).collect()
}

fn stage_spans(run: &Run, size: &str) -> Vec<TimelineSpan> {
    let mut at_s = 0.0;
    let spans = STAGES.into_iter().filter_map(|(stage, state)| {
        let series = run.number_series("stage", &[("size", size), ("stage", stage)]);
        let from_s = at_s;
        at_s += stats::median(&series)?;
        Some(TimelineSpan::new(state, from_s, at_s))
    });
    spans.collect()
}
