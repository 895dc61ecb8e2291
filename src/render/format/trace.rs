//! The timelines of a run in the JSON of Chrome's trace viewer, which <https://ui.perfetto.dev> opens: each group of lanes
//! is a process there, and each lane a thread.

use std::io;

use serde_json::{Map, Value, json};

use super::{FormatContent, FormatReader, FormatSpec, GENERATOR};
use crate::{
    render::Style,
    report::{Document, Picture, TimelineLane, TimelineSpan},
};

pub(super) static FORMAT: FormatSpec = FormatSpec {
    name: "trace",
    reader: FormatReader::Program,
    is_object: true,
    content: FormatContent::Timelines,
    write: write_document,
};

fn write_document(
    document: &Document<'_>,
    _style: Style,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut events = Vec::new();
    let mut groups = 0;
    for picture in document.pictures {
        add_picture(picture, &mut groups, &mut events);
    }
    let ran_on = document.run.map(|run| run.ran_on.as_str());
    let trace = json!({
        "displayTimeUnit": "ms",
        "otherData": { "generator": GENERATOR, "ran_on": ran_on },
        "traceEvents": events,
    });
    serde_json::to_writer_pretty(&mut *to, &trace)?;
    to.write_all(b"\n")
}

/// Adds the lanes of a timeline; `groups` counts the processes so far.
fn add_picture(picture: &Picture, groups: &mut u32, events: &mut Vec<Value>) {
    let mut last = None;
    for (lane, thread) in picture.lanes().unwrap_or_default().iter().zip(1..) {
        if last != Some(&lane.group) {
            last = Some(&lane.group);
            *groups += 1;
            let title = picture.title.as_str();
            let name = match lane.group.as_str() {
                "" => title.to_owned(),
                group => format!("{group} · {title}"),
            };
            events.push(name_event("process_name", (*groups, 0), &name));
        }
        events.push(name_event("thread_name", (*groups, thread), &lane.name));
        events.extend(span_events(lane, (*groups, thread)));
    }
}

/// An event that names a process or a thread.
fn name_event(what: &str, (process, thread): (u32, u32), name: &str) -> Value {
    json!({ "ph": "M", "name": what, "pid": process, "tid": thread, "args": { "name": name } })
}

fn span_events(lane: &TimelineLane, place: (u32, u32)) -> impl Iterator<Item = Value> {
    lane.spans.iter().map(move |span| span_event(span, place))
}

/// A stretch as a complete event, in microseconds.
fn span_event(span: &TimelineSpan, (process, thread): (u32, u32)) -> Value {
    let shares = span.parts.iter().filter(|_| span.parts.len() > 1);
    let shares: Map<String, Value> = shares
        .map(|(state, share)| (state.name().to_owned(), json!(share)))
        .collect();
    let state = span.main_state().name();
    let name = match span.label.as_str() {
        "" => state.to_owned(),
        label => format!("{state} {label}"),
    };
    json!({
        "ph": "X",
        "name": name,
        "cat": state,
        "pid": process,
        "tid": thread,
        "ts": span.from_s * 1e6,
        "dur": span.length_s() * 1e6,
        "args": shares,
    })
}
