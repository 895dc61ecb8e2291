//! A program's output, cut into lines for each process and stream, and kept within bounds.

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead, Read},
};

use super::sources::OutputPiece;

/// The most lines, and the most bytes of them, that a recording keeps from the beginning of the output.
const MOST_LINES: usize = 10_000;
const MOST_BYTES: usize = 2 << 20;
/// The same for the end of the output: a result is often the last line.
const MOST_LAST_LINES: usize = 1_000;
const MOST_LAST_BYTES: usize = 1 << 20;

/// A longer line is cut.
const LONGEST_LINE: usize = MOST_LAST_BYTES;

/// The most bytes of an unfinished line that are shown: those at its end.
const LONGEST_PROGRESS: usize = 1_000;

/// Collects the unfinished line of each pipe.
#[derive(Debug, Default)]
pub struct LineSplitter {
    unfinished: HashMap<u64, UnfinishedLine>,
    /// The pipe that was read last.
    last: u64,
}

#[derive(Debug)]
struct UnfinishedLine {
    piece: OutputPiece,
    bytes: Vec<u8>,
}

impl LineSplitter {
    /// Takes what was read from a pipe; calls `to` with each line that it completes.
    pub fn push_bytes(&mut self, piece: OutputPiece, mut bytes: &[u8], mut to: impl FnMut(String)) {
        self.last = piece.pipe;
        let empty = || UnfinishedLine {
            piece,
            bytes: Vec::new(),
        };
        let line = &mut self
            .unfinished
            .entry(piece.pipe)
            .or_insert_with(empty)
            .bytes;
        while let Some(first) = bytes.first() {
            if line.len() >= LONGEST_LINE && *first != b'\n' {
                to(take_whole_characters(line));
            }
            let room = LONGEST_LINE.saturating_sub(line.len()).max(1);
            // Reading from memory cannot fail.
            let _ = bytes.by_ref().take(room as u64).read_until(b'\n', line);
            if line.pop_if(|last| *last == b'\n').is_some() {
                to(to_text(std::mem::take(line)));
            }
        }
    }

    /// Skips lines that are not among the last `most` of what was read from a pipe. Returns the rest, and the number of
    /// skipped lines.
    pub fn skip_lines<'b>(&mut self, pipe: u64, bytes: &'b [u8], most: usize) -> (&'b [u8], usize) {
        let (mut rest, mut ends) = (bytes, Vec::new());
        loop {
            // Reading from memory cannot fail.
            let _ = rest.skip_until(b'\n');
            let end = bytes.len() - rest.len();
            if end == 0 || bytes[end - 1] != b'\n' || ends.last() == Some(&end) {
                break;
            }
            ends.push(end);
        }
        let skipped = ends.len().saturating_sub(most);
        if skipped == 0 {
            return (bytes, 0);
        }
        if let Some(line) = self.unfinished.get_mut(&pipe) {
            line.bytes.clear();
        }
        (&bytes[ends[skipped - 1]..], skipped)
    }

    /// The unfinished last line of a pipe that has ended.
    pub fn finish_pipe(&mut self, pipe: u64) -> Option<(OutputPiece, String)> {
        let line = self.unfinished.remove(&pipe)?;
        (!line.bytes.is_empty()).then(|| (line.piece, to_text(line.bytes)))
    }

    /// All pipes that have an entry.
    pub fn pipes(&self) -> Vec<u64> {
        self.unfinished.keys().copied().collect()
    }

    /// The unfinished line of the pipe that was read last.
    pub fn last_unfinished(&self) -> Option<String> {
        let line = self.unfinished.get(&self.last)?;
        let start = line.bytes.len().saturating_sub(LONGEST_PROGRESS);
        let text = String::from_utf8_lossy(&line.bytes[start..]).into_owned();
        (!text.is_empty()).then_some(text)
    }
}

fn to_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Takes the text up to a character that is cut off at the end, which stays.
fn take_whole_characters(bytes: &mut Vec<u8>) -> String {
    let last = bytes.utf8_chunks().last();
    let is_cut_off =
        |end: &&[u8]| str::from_utf8(end).is_err_and(|error| error.error_len().is_none());
    let cut_off = last.map(|chunk| chunk.invalid()).filter(is_cut_off);
    let rest = bytes.split_off(bytes.len() - cut_off.map_or(0, <[u8]>::len));
    to_text(std::mem::replace(bytes, rest))
}

/// A printed line, with its process, its stream, its number in the stream (from 1) and its time.
#[derive(Debug, Clone)]
pub struct PrintedLine {
    pub process: usize,
    pub stderr: bool,
    pub number: usize,
    pub text: String,
    pub at_ns: u64,
}

/// The lines that a recording keeps: the first ones and the last ones.
#[derive(Debug, Default)]
pub struct KeptLines {
    /// Whether there is room for every line.
    pub keeps_all: bool,
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
        self.keeps_all
            || is_open
                && self.first.len() < MOST_LINES
                && self.first_bytes + line.len() <= MOST_BYTES
    }

    /// The number of further lines that can displace all kept ones but the first; `None` if there is still room.
    pub fn most_to_keep(&self) -> Option<usize> {
        (!self.last.is_empty()).then_some(MOST_LAST_LINES)
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

    /// The kept lines that would be kept without `keeps_all`.
    pub fn bounded(&self) -> impl Iterator<Item = &PrintedLine> {
        let until = self.first.len().saturating_sub(MOST_LAST_LINES);
        let is_within = move |place: usize| place < MOST_LINES || place >= until;
        let first = self.first.iter().enumerate();
        let first = first.filter(move |(place, _)| is_within(*place));
        first.map(|(_, line)| line).chain(&self.last)
    }

    /// The kept lines from the end of a longer output.
    pub fn last(&self) -> impl Iterator<Item = &PrintedLine> {
        self.last.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of these pieces from pipes, and the unfinished ones.
    fn cut(pieces: &[(u64, &[u8])]) -> (Vec<String>, Vec<String>) {
        let mut cutter = LineSplitter::default();
        let mut lines = Vec::new();
        for &(pipe, bytes) in pieces {
            let piece = OutputPiece {
                pipe,
                owner: None,
                stderr: false,
                size: bytes.len(),
            };
            cutter.push_bytes(piece, bytes, |line| lines.push(line));
        }
        let rest = cutter.pipes().into_iter();
        let rest = rest.filter_map(|pipe| Some(cutter.finish_pipe(pipe)?.1));
        (lines, rest.collect())
    }

    #[test]
    fn each_pipe_has_lines_of_its_own() {
        let (lines, rest) = cut(&[(1, b"on"), (2, b"two\nt"), (1, b"e\n\n"), (2, b"hree")]);
        assert_eq!(lines, ["two", "one", ""]);
        assert_eq!(rest, ["three"]);
    }

    #[test]
    fn characters_stay_whole_however_they_are_read() {
        let text = "aé€😀\n".as_bytes();
        for size in 1..text.len() {
            let pieces: Vec<(u64, &[u8])> = text.chunks(size).map(|piece| (1, piece)).collect();
            assert_eq!(cut(&pieces).0, ["aé€😀"]);
        }
        assert_eq!(cut(&[(1, b"a\xff\n")]).0, ["a\u{fffd}"]);
    }

    #[test]
    fn a_very_long_line_is_cut_between_characters() {
        let long = format!("x{}", "é".repeat(LONGEST_LINE / 2));
        let end = "y".repeat(LONGEST_LINE);
        let (lines, rest) = cut(&[(1, long.as_bytes()), (1, end.as_bytes()), (1, b"\n")]);
        assert_eq!(lines.concat(), long + &end);
        assert_eq!((lines.len(), rest.len()), (3, 0));
        let whole = "y".repeat(LONGEST_LINE) + "\n";
        assert_eq!(cut(&[(1, whole.as_bytes())]).0.len(), 1);
    }

    #[test]
    fn skipped_lines_are_counted_and_the_last_ones_stay_whole() {
        let mut cutter = LineSplitter::default();
        let piece = OutputPiece {
            pipe: 1,
            owner: None,
            stderr: false,
            size: 1,
        };
        cutter.push_bytes(piece, b"on", |line| panic!("{line}"));
        let bytes = b"e\ntwo\n\nfour\nfi";
        assert_eq!(cutter.skip_lines(1, bytes, 4), (&bytes[..], 0));
        let (rest, skipped) = cutter.skip_lines(1, bytes, 2);
        assert_eq!(skipped, 2);
        let mut lines = Vec::new();
        cutter.push_bytes(piece, rest, |line| lines.push(line));
        assert_eq!(lines, ["", "four"]);
        assert_eq!(cutter.last_unfinished().as_deref(), Some("fi"));
    }

    fn kept(texts: impl Iterator<Item = String>) -> KeptLines {
        let mut kept = KeptLines::default();
        for (number, text) in (1..).zip(texts) {
            kept.add(PrintedLine {
                process: 0,
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
}
