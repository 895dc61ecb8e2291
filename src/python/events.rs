//! Converts a program's output to events of a recording, checked and limited, line by line.

use std::collections::HashMap;

use super::error_lines::quote_line;
use crate::record::{EventKind, Recorder, WorkerId};

/// A longer line is no event.
const LONGEST_LINE: usize = 1 << 20;

/// No demo needs more events.
const MOST_EVENTS: usize = 50_000;

/// The most bytes of all events together.
const MOST_BYTES: usize = 32 << 20;

/// Reads a program's events and adds them to a recording.
pub struct EventReader {
    recorder: Recorder,
    line: Vec<u8>,
    /// The line is too long; the rest of it is skipped.
    is_too_long: bool,
    /// Maps the program's worker numbers to ours.
    workers: HashMap<u32, WorkerId>,
    taken: usize,
    /// The number of bytes that may still follow.
    room: usize,
    dropped: usize,
    wrong: usize,
    first_wrong: Option<String>,
}

impl EventReader {
    /// A reader that adds events to this run of a recording.
    pub fn new(recorder: Recorder) -> Self {
        Self {
            recorder,
            line: Vec::new(),
            is_too_long: false,
            workers: HashMap::new(),
            taken: 0,
            room: MOST_BYTES,
            dropped: 0,
            wrong: 0,
            first_wrong: None,
        }
    }

    /// Adds bytes that were read; they may contain incomplete lines.
    pub fn push_bytes(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.extend_line(&bytes[..end]);
            self.end_line();
            bytes = &bytes[end + 1..];
        }
        self.extend_line(bytes);
    }

    /// Ends reading. Errors in the events are recorded as notes. `name` is the Python's name. Returns the
    /// number of events that were recorded.
    pub fn finish(mut self, name: &str) -> usize {
        if !self.line.is_empty() || self.is_too_long {
            self.end_line();
        }
        if let Some(first) = &self.first_wrong {
            let lines = self.wrong;
            let text = match lines {
                1 => {
                    format!(
                        "the program under Python {name} printed a line that is no event: {first}"
                    )
                }
                _ => format!(
                    "the program under Python {name} printed {lines} lines that are no events, the first: {first}"
                ),
            };
            self.recorder.emit(EventKind::Noted { text });
        }
        if self.dropped > 0 {
            let text = format!(
                "the program under Python {name} sent {} more events than a recording takes",
                self.dropped
            );
            self.recorder.emit(EventKind::Noted { text });
        }
        self.taken
    }

    fn extend_line(&mut self, bytes: &[u8]) {
        if self.is_too_long {
            return;
        }
        if self.line.len() + bytes.len() > LONGEST_LINE {
            self.is_too_long = true;
            return;
        }
        self.line.extend_from_slice(bytes);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.is_too_long) {
            self.refuse_line(&line);
            return;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let left = self.room.checked_sub(line.len());
        let (Some(left), true) = (left, self.taken < MOST_EVENTS) else {
            self.room = 0;
            self.dropped += 1;
            return;
        };
        self.room = left;
        let event = serde_json::from_slice(&line).ok();
        match event.and_then(|what| self.renumber_worker(what)) {
            Some(what) => {
                self.taken += 1;
                self.recorder.emit(what);
            }
            None => self.refuse_line(&line),
        }
    }

    fn refuse_line(&mut self, line: &[u8]) {
        self.wrong += 1;
        self.first_wrong
            .get_or_insert_with(|| format!("`{}`", quote_line(&String::from_utf8_lossy(line))));
    }

    /// The event with our number for its worker. `None` for an event that a program must not send, and for a
    /// worker that never started.
    fn renumber_worker(&mut self, mut what: EventKind) -> Option<EventKind> {
        match &mut what {
            EventKind::RunStarted { .. }
            | EventKind::RunFinished { .. }
            | EventKind::Hook { .. } => return None,
            EventKind::WorkerStarted { worker, .. } => {
                let ours = self.recorder.next_worker();
                self.workers.insert(worker.0, ours);
                *worker = ours;
            }
            EventKind::WorkerReady { worker, .. }
            | EventKind::WorkFinished { worker, .. }
            | EventKind::WorkSpans { worker, .. }
            | EventKind::Output { worker, .. }
            | EventKind::WorkerExited { worker, .. } => *worker = *self.workers.get(&worker.0)?,
            EventKind::Resolved { .. }
            | EventKind::BackendSkipped { .. }
            | EventKind::TrialStarted { .. }
            | EventKind::TrialFinished { .. }
            | EventKind::Observed { .. }
            | EventKind::CoreLoad { .. }
            | EventKind::Progress { .. }
            | EventKind::Noted { .. } => {}
        }
        Some(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTED: &str = r#"{"event": "worker_started", "worker": 0, "name": "Thread-1", "kind": "thread",
        "backend": "python-threads", "trial": null, "pid": 7, "tid": 8, "ppid": 6}"#;

    /// The events that a recording gets from these bytes when they arrive in pieces of `piece` bytes.
    fn recorded(bytes: &[u8], piece: usize) -> Vec<EventKind> {
        let recorder = Recorder::new(None);
        recorder.next_worker();
        let mut events = EventReader::new(recorder.clone());
        for piece in bytes.chunks(piece) {
            events.push_bytes(piece);
        }
        events.finish("3.11");
        let events = recorder.events();
        events.into_iter().map(|event| event.what).collect()
    }

    fn one_line(event: &str) -> String {
        event.replace('\n', " ")
    }

    fn noted(what: &EventKind) -> &str {
        match what {
            EventKind::Noted { text } => text,
            other => panic!("no note: {other:?}"),
        }
    }

    #[test]
    fn a_programs_workers_get_numbers_of_ours() {
        let text = format!(
            "{}\n{}",
            one_line(STARTED),
            r#"{"event": "output", "worker": 0, "stderr": false, "text": "hello"}"#
        );
        for piece in [1, 7, 1000] {
            let events = recorded(text.as_bytes(), piece);
            assert!(
                matches!(
                    events[0],
                    EventKind::WorkerStarted {
                        worker: WorkerId(1),
                        ..
                    }
                ),
                "{events:?}"
            );
            assert!(
                matches!(
                    events[1],
                    EventKind::Output {
                        worker: WorkerId(1),
                        ..
                    }
                ),
                "{events:?}"
            );
            assert_eq!(events.len(), 2);
        }
    }

    #[test]
    fn what_is_no_event_is_counted_and_told_once() {
        let text = "nonsense \u{1b}[31m\n{\"event\": \"unheard_of\"}\n\n\
            {\"event\": \"run_finished\", \"outcome\": {\"kind\": \"complete\"}}\n\
            {\"event\": \"worker_ready\", \"worker\": 9, \"startup_s\": 0.1}\n\
            {\"event\": \"noted\", \"text\": \"fine\"}\n";
        let events = recorded(text.as_bytes(), 5);
        assert_eq!(noted(&events[0]), "fine");
        assert!(
            noted(&events[1]).contains("4 lines that are no events, the first: `nonsense [31m`")
        );
        assert_eq!(events.len(), 2);
    }

    #[test]
    fn an_endless_line_costs_no_memory_and_the_next_one_counts() {
        let mut text = vec![b'x'; 3 * LONGEST_LINE];
        text.extend_from_slice(b"\n{\"event\": \"noted\", \"text\": \"after\"}\n");
        let events = recorded(&text, 4096);
        assert_eq!(noted(&events[0]), "after");
        assert!(noted(&events[1]).contains("no event: `xxx"));
    }

    #[test]
    fn a_flood_is_cut_off_and_counted() {
        let line = b"{\"event\": \"noted\", \"text\": \"again\"}\n";
        let events = recorded(&line.repeat(MOST_EVENTS + 3), 65_536);
        assert_eq!(events.len(), MOST_EVENTS + 1);
        assert!(noted(&events[MOST_EVENTS]).contains("sent 3 more events"));
    }

    #[test]
    fn large_events_are_cut_off_by_their_size() {
        let line = format!(
            "{{\"event\": \"noted\", \"text\": \"{}\"}}\n",
            "x".repeat(LONGEST_LINE / 2)
        );
        let events = recorded(line.repeat(100).as_bytes(), 65_536);
        assert!((60..65).contains(&events.len()), "{}", events.len());
    }
}
