//! The output of a process, up to a limit.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::mp::{OutputLine, Process};

/// A line, and whether it came from the error stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedLine {
    pub stderr: bool,
    pub text: String,
}

/// The output of a process. The first lines are kept up to a number of bytes; the others are counted.
#[derive(Debug, Clone)]
pub struct CapturedOutput {
    state: Arc<Mutex<CaptureState>>,
}

#[derive(Debug)]
struct CaptureState {
    lines: Vec<CapturedLine>,
    room: usize,
    dropped: usize,
}

impl CapturedOutput {
    /// Keeps at most `bytes` bytes of the output of `process`, which must not be started yet.
    pub fn capture_from(process: &mut Process, bytes: usize) -> Self {
        let state = CaptureState {
            lines: Vec::new(),
            room: bytes,
            dropped: 0,
        };
        let said = Self {
            state: Arc::new(Mutex::new(state)),
        };
        let to = said.clone();
        process.on_output(move |line| to.push_line(line));
        said
    }

    fn push_line(&self, line: &OutputLine) {
        let mut state = self.state.lock();
        // An empty line counts as one byte.
        let Some(left) = state.room.checked_sub(line.text.len() + 1) else {
            state.room = 0;
            state.dropped += 1;
            return;
        };
        state.room = left;
        state.lines.push(CapturedLine {
            stderr: line.stderr,
            text: line.text.clone(),
        });
    }

    /// The lines so far.
    pub fn lines(&self) -> Vec<CapturedLine> {
        self.state.lock().lines.clone()
    }

    /// The number of lines that exceeded the limit.
    pub fn dropped(&self) -> usize {
        self.state.lock().dropped
    }
}
