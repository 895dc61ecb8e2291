//! What a program prints: cut into lines for each process and stream, and kept within bounds.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::mp::{OutputLine, Process};

/// So many lines go into a recording, and so many bytes of them.
const MOST_LINES: usize = 10_000;
const MOST_BYTES: usize = 4 << 20;

/// A longer line is cut.
const LONGEST_LINE: usize = 64 * 1024;

/// So many lines of the system's pipes wait for us, and so many bytes of them.
const MOST_WAITING: usize = 20_000;
const MOST_WAITING_BYTES: usize = 8 << 20;

/// Lines that are not at their end, of each process and stream.
#[derive(Debug, Default)]
pub struct Cutter {
    unfinished: HashMap<(u32, bool), String>,
}

impl Cutter {
    /// Takes a piece of text; the lines that it ends go to `to`.
    pub fn take(&mut self, pid: u32, stderr: bool, text: &str, mut to: impl FnMut(String)) {
        let mut pieces = text.split('\n').peekable();
        while let Some(piece) = pieces.next() {
            let line = self.unfinished.entry((pid, stderr)).or_default();
            let mut piece = piece;
            while line.len() + piece.len() > LONGEST_LINE {
                let cut = piece.floor_char_boundary(LONGEST_LINE - line.len());
                // A character may be wider than the room that is left.
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

    /// What a process left without an end, if it prints no more.
    pub fn finish(&mut self, pid: u32, mut to: impl FnMut(bool, String)) {
        for stderr in [false, true] {
            let rest = self.unfinished.remove(&(pid, stderr));
            if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
                to(stderr, rest);
            }
        }
    }

    /// The processes that left something.
    pub fn left(&self) -> Vec<u32> {
        let mut pids: Vec<u32> = self.unfinished.keys().map(|(pid, _)| *pid).collect();
        pids.sort_unstable();
        pids.dedup();
        pids
    }
}

/// How much more a recording takes.
#[derive(Debug, Default)]
pub struct Room {
    lines: usize,
    bytes: usize,
    /// Lines that there was no room for.
    pub dropped: usize,
}

impl Room {
    /// Whether there is room for this line.
    pub fn takes(&mut self, line: &str) -> bool {
        // Once one was dropped, no later one looks as if it had followed.
        let fits =
            self.dropped == 0 && self.lines < MOST_LINES && self.bytes + line.len() <= MOST_BYTES;
        if fits {
            self.lines += 1;
            self.bytes += line.len();
        } else {
            self.dropped += 1;
        }
        fits
    }
}

/// A line that came through the system's own pipes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLine {
    pub stderr: bool,
    pub text: String,
}

/// Lines from the thread that reads the system's pipes to the one that watches.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: VecDeque<RawLine>,
    bytes: usize,
    dropped: usize,
}

impl Inbox {
    /// Takes what that process, which is not started yet, and all of its group will print.
    pub fn of(process: &mut Process) -> Self {
        let inbox = Self::default();
        let to = inbox.clone();
        process.on_output(move |line| to.put(line));
        inbox
    }

    fn put(&self, line: &OutputLine) {
        let mut waiting = self.lock();
        let is_full = waiting.lines.len() >= MOST_WAITING || waiting.bytes >= MOST_WAITING_BYTES;
        if is_full {
            waiting.dropped += 1;
            return;
        }
        waiting.bytes += line.text.len();
        waiting.lines.push_back(RawLine {
            stderr: line.stderr,
            text: line.text.clone(),
        });
    }

    /// What has come, and how many lines more there was no room for.
    pub fn empty(&self) -> (VecDeque<RawLine>, usize) {
        let mut waiting = self.lock();
        waiting.bytes = 0;
        let dropped = std::mem::take(&mut waiting.dropped);
        (std::mem::take(&mut waiting.lines), dropped)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[(u32, &str)]) -> (Vec<String>, Vec<String>) {
        let mut cutter = Cutter::default();
        let mut lines = Vec::new();
        for (pid, text) in pieces {
            cutter.take(*pid, false, text, |line| lines.push(line));
        }
        let mut rest = Vec::new();
        for pid in cutter.left() {
            cutter.finish(pid, |_, line| rest.push(line));
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

    #[test]
    fn there_is_room_for_the_first_lines_only() {
        let mut room = Room::default();
        let taken = (0..MOST_LINES + 5).filter(|_| room.takes("x")).count();
        assert_eq!((taken, room.dropped), (MOST_LINES, 5));
        let mut room = Room::default();
        assert!(!room.takes(&"x".repeat(MOST_BYTES + 1)));
        assert!(!room.takes("a later one"));
    }
}
