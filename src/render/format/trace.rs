//! The timelines of a run in the JSON of Chrome's trace viewer, which <https://ui.perfetto.dev> opens: each group of
//! lanes is a process there, and each lane a thread. Perfetto identifies a thread by its number alone, and leaves out
//! a stretch that overlaps another one of its lane, even by a nanosecond.

use std::io;

use serde_json::{Map, Value, json};

use super::{FormatContent, FormatReader, FormatSpec, GENERATOR};
use crate::{
    render::Style,
    report::{Document, Picture, TimelineSpan},
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
    let mut trace = TraceEvents::default();
    for picture in document.pictures {
        trace.add_picture(picture);
    }
    let ran_on = document.run.map(|run| run.ran_on.as_str());
    let trace = json!({
        "displayTimeUnit": "ms",
        "otherData": { "generator": GENERATOR, "ran_on": ran_on },
        "traceEvents": trace.events,
    });
    serde_json::to_writer_pretty(&mut *to, &trace)?;
    to.write_all(b"\n")
}

/// The numbers of threads begin here: a thread that has its process's number would be its main thread.
const FIRST_THREAD: u32 = 1001;

/// The events so far, with the numbers of processes and threads.
#[derive(Default)]
struct TraceEvents {
    events: Vec<Value>,
    processes: u32,
    threads: u32,
}

impl TraceEvents {
    /// Adds the lanes of a timeline.
    fn add_picture(&mut self, picture: &Picture) {
        let mut last = None;
        for lane in picture.lanes().unwrap_or_default() {
            let is_new = last.replace(&lane.group) != Some(&lane.group);
            self.processes += u32::from(is_new);
            let place = (self.processes, FIRST_THREAD + self.threads);
            self.threads += 1;
            if is_new {
                let title = picture.title.as_str();
                let name = match lane.group.as_str() {
                    "" => title.to_owned(),
                    group => format!("{group} · {title}"),
                };
                self.events.push(name_event("process_name", place, &name));
            }
            self.events
                .push(name_event("thread_name", place, &lane.name));
            let spans = lane.spans.iter();
            self.events
                .extend(spans.map(|span| span_event(span, place)));
        }
    }
}

/// An event that names a process or a thread.
fn name_event(what: &str, (process, thread): (u32, u32), name: &str) -> Value {
    json!({ "ph": "M", "name": what, "pid": process, "tid": thread, "args": { "name": name } })
}

/// A stretch as a complete event, in microseconds.
fn span_event(span: &TimelineSpan, (process, thread): (u32, u32)) -> Value {
    let shares = span.parts.iter().filter(|_| span.parts.len() > 1);
    let shares: Map<String, Value> = shares
        .map(|(state, share)| (state.name().to_owned(), json!(share)))
        .collect();
    let state = span.main_state().name();
    // Whole nanoseconds: a stretch ends exactly where the next one begins.
    let [from_ns, until_ns] = [span.from_s, span.until_s].map(|at_s| (at_s * 1e9).round() as u64);
    let name = span.main_state().name_with(span.main_label());
    json!({
        "ph": "X",
        "name": name,
        "cat": state,
        "pid": process,
        "tid": thread,
        "ts": to_microseconds(from_ns),
        "dur": to_microseconds(until_ns.saturating_sub(from_ns)),
        "args": shares,
    })
}

/// Microseconds that Perfetto, which cuts off what is less than a nanosecond, reads as these nanoseconds.
fn to_microseconds(ns: u64) -> f64 {
    (ns as f64 + 0.25) / 1e3
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::report::{LaneState, PictureShape, TimelineLane};

    #[test]
    fn perfetto_finds_threads_by_their_numbers_and_no_stretch_overlaps_the_next() {
        let spans = (0..2000).map(|at| {
            let from_s = f64::from(at) * 0.001_234_567_89;
            let state = [LaneState::Computing, LaneState::Waiting][at as usize % 2];
            TimelineSpan::new(state, from_s, f64::from(at + 1) * 0.001_234_567_89)
        });
        let lane = |group: &str| TimelineLane {
            group: group.to_owned(),
            name: "Thread-1".to_owned(),
            spans: spans.clone().collect(),
        };
        let lanes = ["threads", "gil-threads"].map(lane).to_vec();
        let mut trace = TraceEvents::default();
        trace.add_picture(&Picture::new("Work", PictureShape::Timeline(lanes)));
        let mut ends: BTreeMap<u64, u64> = BTreeMap::new();
        let mut places = BTreeSet::new();
        for event in &trace.events {
            let number = |key: &str| event[key].as_u64().expect("a number");
            places.insert((number("pid"), number("tid")));
            if event["ph"] != "X" {
                continue;
            }
            // As Perfetto's importer reads them.
            let [from, length] = ["ts", "dur"].map(|key| {
                let microseconds = event[key].as_f64().expect("a number");
                (microseconds * 1000.0) as u64
            });
            let end = ends.insert(number("tid"), from + length);
            assert!(end.is_none_or(|end| end == from), "{event}: {end:?}");
        }
        assert_eq!((ends.len(), places.len()), (2, 2));
    }
}
