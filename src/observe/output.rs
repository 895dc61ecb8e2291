//! A program's output, cut into lines for each process and stream, and kept within bounds.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::mp::{OutputLine, Process};

/// The most lines, and the most bytes of them, that a recording keeps from the beginning of the output.
const MOST_LINES: usize = 10_000;
const MOST_BYTES: usize = 4 << 20;
/// The same for the end of the output: a result is often the last line.
const MOST_LAST_LINES: usize = 1_000;
const MOST_LAST_BYTES: usize = 1 << 20;

/// A longer line is cut.
const LONGEST_LINE: usize = 64 * 1024;

/// The most lines of the system's pipes that may be pending, and the most bytes of them.
const MOST_WAITING: usize = 20_000;
const MOST_WAITING_BYTES: usize = 8 << 20;

/// Collects the unfinished lines of each process and stream.
#[derive(Debug, Default)]
pub struct LineSplitter {
    unfinished: HashMap<(u32, bool), String>,
}

impl LineSplitter {
    /// Takes a piece of text; calls `to` with each line that it completes.
    pub fn push_text(&mut self, pid: u32, stderr: bool, text: &str, mut to: impl FnMut(String)) {
        let mut pieces = text.split('\n').peekable();
        while let Some(piece) = pieces.next() {
            let line = self.unfinished.entry((pid, stderr)).or_default();
            let mut piece = piece;
            while line.len() + piece.len() > LONGEST_LINE {
                let cut = piece.floor_char_boundary(LONGEST_LINE - line.len());
                // A character may take more bytes than are left.
                if cut == 0 && line.is_empty() {
                    break;
                }
                line.push_str(&piece[..cut]);
                to(std::mem::take(line));
                piece = &piece[cut..];
            }
            line.push_str(piece);
            if pieces.peek().is_some() {
                to(std::mem::take(line));
            }
        }
    }

    /// Calls `to` with the unfinished lines of a process that prints no more.
    pub fn finish_process(&mut self, pid: u32, mut to: impl FnMut(bool, String)) {
        for stderr in [false, true] {
            let rest = self.unfinished.remove(&(pid, stderr));
            if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
                to(stderr, rest);
            }
        }
    }

    /// The PIDs of the processes with an unfinished line.
    pub fn unfinished_pids(&self) -> Vec<u32> {
        let mut pids: Vec<u32> = self.unfinished.keys().map(|(pid, _)| *pid).collect();
        pids.sort_unstable();
        pids.dedup();
        pids
    }
}

/// A printed line, with its process, its stream, its number in the stream (from 1) and its time.
#[derive(Debug, Clone)]
pub struct PrintedLine {
    pub life: usize,
    pub stderr: bool,
    pub number: usize,
    pub text: String,
    pub at_ns: u64,
}

/// The lines that a recording keeps: the first ones and the last ones.
#[derive(Debug, Default)]
pub struct KeptLines {
    first: Vec<PrintedLine>,
    first_bytes: usize,
    last: VecDeque<PrintedLine>,
    last_bytes: usize,
    /// The number of lines in between that are not kept.
    pub dropped: usize,
}

impl KeptLines {
    /// Whether this line can be added to the first ones.
    pub fn has_room(&self, line: &str) -> bool {
        // After a dropped line, a later one must not seem to follow the first ones.
        let is_open = self.last.is_empty() && self.dropped == 0;
        is_open && self.first.len() < MOST_LINES && self.first_bytes + line.len() <= MOST_BYTES
    }

    /// Keeps a line. After the first ones, each new line displaces the oldest of the last ones.
    pub fn add(&mut self, line: PrintedLine) {
        if self.has_room(&line.text) {
            self.first_bytes += line.text.len();
            self.first.push(line);
            return;
        }
        self.last_bytes += line.text.len();
        self.last.push_back(line);
        while self.last.len() > MOST_LAST_LINES || self.last_bytes > MOST_LAST_BYTES {
            let dropped = self.last.pop_front();
            self.last_bytes -= dropped.map_or(0, |line| line.text.len());
            self.dropped += 1;
        }
    }

    /// All kept lines, in the order in which they were printed.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &PrintedLine> {
        self.first.iter().chain(&self.last)
    }

    /// The kept lines from the end of a longer output.
    pub fn last(&self) -> impl Iterator<Item = &PrintedLine> {
        self.last.iter()
    }
}

/// A line from the system's own pipes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLine {
    pub stderr: bool,
    pub text: String,
}

/// Passes lines from the thread that reads the system's pipes to the observer.
#[derive(Debug, Clone, Default)]
pub struct LineInbox {
    waiting: Arc<Mutex<PendingLines>>,
}

#[derive(Debug, Default)]
struct PendingLines {
    lines: VecDeque<RawLine>,
    bytes: usize,
    /// The number of lines for which there was no room, on standard output and standard error.
    dropped: [usize; 2],
}

impl LineInbox {
    /// Collects the output of a process that is not started yet, and of its whole group.
    pub fn attach_to(process: &mut Process) -> Self {
        let inbox = Self::default();
        let to = inbox.clone();
        process.on_output(move |line| to.push_line(line));
        inbox
    }

    fn push_line(&self, line: &OutputLine) {
        let mut waiting = self.lock_pending();
        waiting.bytes += line.text.len();
        waiting.lines.push_back(RawLine {
            stderr: line.stderr,
            text: line.text.clone(),
        });
        // The last lines are the most useful, so the oldest are dropped.
        while waiting.lines.len() > MOST_WAITING || waiting.bytes > MOST_WAITING_BYTES {
            let Some(oldest) = waiting.lines.pop_front() else {
                return;
            };
            waiting.bytes -= oldest.text.len();
            waiting.dropped[usize::from(oldest.stderr)] += 1;
        }
    }

    /// Takes the pending lines, and the number of lines of each stream that were dropped before them.
    pub fn take_lines(&self) -> (VecDeque<RawLine>, [usize; 2]) {
        let mut waiting = self.lock_pending();
        waiting.bytes = 0;
        let dropped = std::mem::take(&mut waiting.dropped);
        (std::mem::take(&mut waiting.lines), dropped)
    }

    fn lock_pending(&self) -> MutexGuard<'_, PendingLines> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[(u32, &str)]) -> (Vec<String>, Vec<String>) {
        let mut cutter = LineSplitter::default();
        let mut lines = Vec::new();
        for (pid, text) in pieces {
            cutter.push_text(*pid, false, text, |line| lines.push(line));
        }
        let mut rest = Vec::new();
        for pid in cutter.unfinished_pids() {
            cutter.finish_process(pid, |_, line| rest.push(line));
        }
        (lines, rest)
    }

    #[test]
    fn each_process_has_lines_of_its_own() {
        let (lines, rest) = cut(&[(1, "on"), (2, "two\nt"), (1, "e\n\n"), (2, "hree")]);
        assert_eq!(lines, ["two", "one", ""]);
        assert_eq!(rest, ["three"]);
    }

    #[test]
    fn an_endless_line_is_cut() {
        let long = "é".repeat(LONGEST_LINE);
        let (lines, rest) = cut(&[(1, "x"), (1, &long)]);
        assert!(lines.iter().all(|line| line.len() <= LONGEST_LINE));
        let all: usize = lines.iter().chain(&rest).map(String::len).sum();
        assert_eq!(all, 1 + 2 * LONGEST_LINE);
    }

    fn kept(texts: impl Iterator<Item = String>) -> KeptLines {
        let mut kept = KeptLines::default();
        for (number, text) in (1..).zip(texts) {
            kept.add(PrintedLine {
                life: 0,
                stderr: false,
                number,
                text,
                at_ns: 0,
            });
        }
        kept
    }

    #[test]
    fn the_first_lines_and_the_last_ones_are_kept() {
        let all = MOST_LINES + MOST_LAST_LINES + 5;
        let kept = kept((0..all).map(|_| "x".to_owned()));
        assert_eq!(kept.dropped, 5);
        let numbers: Vec<usize> = kept.all().map(|line| line.number).collect();
        let expected: Vec<usize> = (1..=MOST_LINES).chain(MOST_LINES + 6..=all).collect();
        assert_eq!(numbers, expected);
        assert_eq!(kept.last().count(), MOST_LAST_LINES);
    }

    #[test]
    fn many_bytes_are_kept_from_the_beginning_and_fewer_from_the_end() {
        let kept = kept((0..1_000).map(|_| "x".repeat(LONGEST_LINE)));
        let bytes: usize = kept.all().map(|line| line.text.len()).sum();
        assert_eq!(bytes, MOST_BYTES + MOST_LAST_BYTES);
        assert_eq!(kept.dropped + kept.all().count(), 1_000);
    }

    #[test]
    fn lines_that_nobody_takes_make_room_for_later_ones() {
        let inbox = LineInbox::default();
        for number in 0..MOST_WAITING + 3 {
            inbox.push_line(&OutputLine {
                process: "sh".into(),
                pid: 1,
                stderr: number == 0,
                cut: false,
                text: number.to_string(),
            });
        }
        let (lines, dropped) = inbox.take_lines();
        assert_eq!((lines.len(), dropped), (MOST_WAITING, [2, 1]));
        let last = lines.back().map(|line| line.text.clone());
        assert_eq!(last, Some((MOST_WAITING + 2).to_string()));
    }
}
