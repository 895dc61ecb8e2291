//! What children print: one thread reads it all and hands it on, line by line.
//!
//! The thread starts with the first child and ends a moment after the last one's output has ended. It never
//! holds more of a line than [`LONGEST_LINE`], so that a flood costs time but no memory.

use std::{
    fmt,
    io::{self, PipeReader, PipeWriter, Read, Write},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use super::{Error, child::ChildProcess, platform};

/// A longer line is cut, and marked so.
const LONGEST_LINE: usize = 64 * 1024;

/// How long the thread stays when there is nothing left to read.
const LINGER: Duration = Duration::from_secs(1);

/// A line that a child printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputLine {
    /// The child's name.
    pub process: Arc<str>,
    /// The child's PID.
    pub pid: u32,
    /// Whether it went to standard error.
    pub stderr: bool,
    /// The text, without the line's end.
    pub text: String,
    /// Whether the line was longer, and the rest of it follows as the next.
    pub cut: bool,
}

/// Receives a child's output.
pub(crate) type OutputHandler = Arc<dyn Fn(&OutputLine) + Send + Sync>;

/// Where a child's output goes.
#[derive(Clone, Default)]
pub(crate) struct OutputSink {
    /// `None`: the output goes to our own standard output and error, line by line.
    pub(crate) handler: Option<OutputHandler>,
}

impl fmt::Debug for OutputSink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sink")
            .field("handled", &self.handler.is_some())
            .finish()
    }
}

impl OutputSink {
    fn deliver_line(&mut self, line: &OutputLine) {
        let Some(handler) = &self.handler else {
            print_line(line);
            return;
        };
        if catch_unwind(AssertUnwindSafe(|| handler(line))).is_err() {
            // Its panic was printed; the output of other children must go on.
            self.handler = None;
        }
    }
}

fn print_line(line: &OutputLine) {
    let text = line.text.clone() + "\n";
    // It fails if our own output is closed or full. The next write of the program itself reports that.
    let _ = if line.stderr {
        io::stderr().write_all(text.as_bytes())
    } else {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    };
}

/// Waits until all of a child's output has been delivered.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutputWaitGroup {
    open: Arc<(Mutex<usize>, Condvar)>,
}

impl OutputWaitGroup {
    /// Waits at most `limit`; then whatever still comes is not waited for.
    pub(crate) fn wait(&self, limit: Duration) {
        let (open, changed) = &*self.open;
        changed.wait_while_for(&mut open.lock(), |open| *open > 0, limit);
    }

    fn add_pipe(&self) {
        *self.open.0.lock() += 1;
    }

    fn remove_pipe(&self) {
        let mut open = self.open.0.lock();
        *open = open.saturating_sub(1);
        self.open.1.notify_all();
    }
}

/// One pipe being read.
struct OutputSource {
    pipe: PipeReader,
    sink: OutputSink,
    /// The line so far, without its end. Its `text` is filled when it is delivered.
    line: OutputLine,
    unfinished: Vec<u8>,
    drained: OutputWaitGroup,
    child: std::sync::Weak<ChildProcess>,
    /// Since when the child has been known to be gone while the pipe is still open.
    ended: Option<Instant>,
}

impl OutputSource {
    /// Reads once. `false` at the end.
    fn read_available(&mut self, buffer: &mut [u8]) -> bool {
        match self.pipe.read(buffer) {
            Ok(0) => false,
            Ok(count) => {
                self.take_bytes(&buffer[..count]);
                true
            }
            Err(error) => error.kind() == io::ErrorKind::Interrupted,
        }
    }

    fn take_bytes(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = LONGEST_LINE - self.unfinished.len();
            let within = &bytes[..bytes.len().min(room)];
            let newline = within.iter().position(|&byte| byte == b'\n');
            let taken = newline.unwrap_or(within.len());
            self.unfinished.extend_from_slice(&within[..taken]);
            bytes = &bytes[taken + usize::from(newline.is_some())..];
            if newline.is_some() {
                self.deliver_buffered(false);
            } else if self.unfinished.len() == LONGEST_LINE {
                self.deliver_buffered(true);
            }
        }
    }

    fn deliver_buffered(&mut self, cut: bool) {
        self.line.text = String::from_utf8_lossy(&self.unfinished).into_owned();
        self.line.cut = cut;
        self.unfinished.clear();
        self.sink.deliver_line(&self.line);
    }

    fn finish_reading(mut self) {
        if !self.unfinished.is_empty() {
            self.deliver_buffered(false);
        }
        self.drained.remove_pipe();
    }

    /// The child is gone, and another process has kept its pipe open for too long.
    fn is_abandoned(&mut self) -> bool {
        let gone = self
            .child
            .upgrade()
            .is_none_or(|child| child.try_wait().is_some());
        let since = *self.ended.get_or_insert_with(Instant::now);
        if !gone {
            self.ended = None;
        }
        gone && since.elapsed() > LINGER
    }
}

/// The one thread's inbox.
struct SourceInbox {
    new: Vec<OutputSource>,
    waker: Option<PipeWriter>,
}

static INBOX: Mutex<SourceInbox> = Mutex::new(SourceInbox {
    new: Vec::new(),
    waker: None,
});

/// Hands the read ends of a child's pipes to the thread that reads them.
pub(crate) fn add_child_pipes(
    child: &Arc<ChildProcess>,
    sink: &OutputSink,
    out: Option<PipeReader>,
    err: PipeReader,
) -> Result<(), Error> {
    let source = |(pipe, stderr)| OutputSource {
        pipe,
        sink: sink.clone(),
        line: OutputLine {
            process: child.name().clone(),
            pid: child.pid(),
            stderr,
            text: String::new(),
            cut: false,
        },
        unfinished: Vec::new(),
        drained: child.output_wait_group().clone(),
        child: Arc::downgrade(child),
        ended: None,
    };
    let mut inbox = INBOX.lock();
    if inbox.waker.is_none() {
        inbox.waker = Some(start_thread()?);
    }
    let pipes = out.map(|out| (out, false)).into_iter().chain([(err, true)]);
    for pipe in pipes {
        child.output_wait_group().add_pipe();
        inbox.new.push(source(pipe));
    }
    if let Some(waker) = &mut inbox.waker {
        platform::wake_poller(waker);
    }
    Ok(())
}

fn start_thread() -> Result<PipeWriter, Error> {
    let failed = |source| Error::from_system("cannot start the thread that reads output", source);
    let (woken, waker) = platform::wake_pipe().map_err(failed)?;
    thread::Builder::new()
        .name("mp-output".into())
        .spawn(move || read_all(woken))
        .map_err(failed)?;
    Ok(waker)
}

fn read_all(mut woken: PipeReader) {
    let mut sources: Vec<OutputSource> = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let ready = wait_for_sources(&sources, &woken);
        let (pipes, new) = ready.split_at(sources.len());
        let (idle, arrived) = (!ready.contains(&true), new == [true]);
        for (source, is_ready) in mem::take(&mut sources).into_iter().zip(pipes) {
            sources.extend(serve_source(source, *is_ready, idle, &mut buffer));
        }
        if arrived {
            // One byte a wake-up; a failure would only mean that we look once too often.
            let _ = woken.read(&mut [0; 64]);
            sources.append(&mut INBOX.lock().new);
        } else if idle && sources.is_empty() {
            let mut inbox = INBOX.lock();
            if inbox.new.is_empty() {
                inbox.waker = None;
                return;
            }
        }
    }
}

fn serve_source(
    mut source: OutputSource,
    is_ready: bool,
    idle: bool,
    buffer: &mut [u8],
) -> Option<OutputSource> {
    let at_end = if is_ready {
        !source.read_available(buffer)
    } else {
        idle && source.is_abandoned()
    };
    if at_end {
        source.finish_reading();
        return None;
    }
    Some(source)
}

fn wait_for_sources(sources: &[OutputSource], woken: &PipeReader) -> Vec<bool> {
    let pipes = sources.iter().map(|source| platform::borrow(&source.pipe));
    let all: Vec<_> = pipes.chain([platform::borrow(woken)]).collect();
    platform::poll_readable(&all, LINGER)
}
