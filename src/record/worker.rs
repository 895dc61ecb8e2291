//! One worker's life, put together from its events.

use super::{Backend, Event, EventKind, ResourceUsage, WorkSpans, WorkerId, WorkerKind};

/// A line that a worker printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedLine {
    /// The text, without the line's end.
    pub text: String,
    /// Whether it came on the error stream.
    pub stderr: bool,
    /// When it arrived, in nanoseconds since the recording began.
    pub at_ns: u64,
}

/// One process or thread: what is known of it at the end of the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Worker {
    /// Its number: unique in the recording.
    pub id: WorkerId,
    /// Its name, such as `Process-1`.
    pub name: String,
    /// What it is.
    pub kind: WorkerKind,
    /// Under which backend it worked, where the demo compares backends.
    pub backend: Option<Backend>,
    /// In which trial; `None` for a warm-up and where there are no trials.
    pub trial: Option<u32>,
    /// Its process.
    pub pid: u32,
    /// Its thread ID, if the platform gives one.
    pub tid: Option<u32>,
    /// Its process's parent.
    pub ppid: Option<u32>,
    /// Seconds from the request to start it until it stood at the start gate.
    pub startup_s: Option<f64>,
    /// What it used: its own figures, completed by those that the system counted at its end.
    pub usage: ResourceUsage,
    /// When it was on which core and waited for what, as far as that was recorded.
    pub spans: WorkSpans,
    /// The exit code in Python's terms: 0, N, −signal; `None` for a thread, and while the process runs.
    pub exitcode: Option<i32>,
    /// What it printed, in order.
    pub output: Vec<RecordedLine>,
    /// When it started, in nanoseconds since the recording began.
    pub started_ns: u64,
    /// When it was ready to work, if the recording saw that.
    pub ready_ns: Option<u64>,
    /// When it ended, if the recording saw that.
    pub exited_ns: Option<u64>,
}

impl ResourceUsage {
    /// Fills what is missing here with `other`'s figures.
    pub(super) fn complete_with(&mut self, other: &Self) {
        self.work_s = self.work_s.or(other.work_s);
        self.cpu_s = self.cpu_s.or(other.cpu_s);
        self.run_queue_s = self.run_queue_s.or(other.run_queue_s);
        self.private_bytes = self.private_bytes.or(other.private_bytes);
        self.resident_bytes = self.resident_bytes.or(other.resident_bytes);
        self.proportional_bytes = self.proportional_bytes.or(other.proportional_bytes);
        self.voluntary_switches = self.voluntary_switches.or(other.voluntary_switches);
        self.involuntary_switches = self.involuntary_switches.or(other.involuntary_switches);
        if self.cores.is_empty() {
            self.cores.clone_from(&other.cores);
        }
        if self.tasks == 0 {
            self.tasks = other.tasks;
        }
    }
}

impl Worker {
    /// The worker that this event brings to life.
    pub(super) fn from_start(event: &Event) -> Option<Self> {
        let EventKind::WorkerStarted {
            worker,
            name,
            kind,
            backend,
            trial,
            pid,
            tid,
            ppid,
        } = &event.what
        else {
            return None;
        };
        Some(Self {
            id: *worker,
            name: name.clone(),
            kind: *kind,
            backend: *backend,
            trial: *trial,
            pid: *pid,
            tid: *tid,
            ppid: *ppid,
            startup_s: None,
            usage: ResourceUsage::default(),
            spans: WorkSpans::default(),
            exitcode: None,
            output: Vec::new(),
            started_ns: event.at_ns,
            ready_ns: None,
            exited_ns: None,
        })
    }

    /// Adds what an event tells of it.
    pub(super) fn apply_event(&mut self, event: &Event) {
        match &event.what {
            EventKind::WorkerReady { startup_s, .. } => {
                self.startup_s = Some(*startup_s);
                self.ready_ns = Some(event.at_ns);
            }
            EventKind::WorkFinished { usage, .. } => self.usage = usage.unpack(),
            EventKind::WorkSpans { spans, .. } => self.spans = spans.unpack(),
            EventKind::Output { stderr, text, .. } => self.output.push(RecordedLine {
                text: text.clone(),
                stderr: *stderr,
                at_ns: event.at_ns,
            }),
            EventKind::WorkerExited {
                exitcode, usage, ..
            } => {
                self.exitcode = *exitcode;
                self.exited_ns = Some(event.at_ns);
                if let Some(usage) = usage {
                    self.usage.complete_with(&usage.unpack());
                }
            }
            _ => {}
        }
    }
}

impl EventKind {
    /// Which worker an event is about.
    pub(super) fn worker(&self) -> Option<WorkerId> {
        match self {
            Self::WorkerReady { worker, .. }
            | Self::WorkFinished { worker, .. }
            | Self::WorkSpans { worker, .. }
            | Self::Output { worker, .. }
            | Self::WorkerExited { worker, .. } => Some(*worker),
            _ => None,
        }
    }
}
