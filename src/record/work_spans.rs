//! When a worker was on which core, and when it waited for what: stretches with their beginnings and ends.

use serde::{Deserialize, Serialize};

/// What a worker waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitKind {
    /// A lock that another worker held.
    Lock,
    /// A message: a queue or a pipe was empty, or full.
    Message,
    /// The GIL.
    Gil,
}

/// A stretch in which a worker ran on one core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreSpan {
    /// The core.
    pub core: u32,
    /// When it was seen there first, in nanoseconds since the recording began.
    pub from_ns: u64,
    /// When it was seen there last, without a pause in between.
    pub until_ns: u64,
}

/// A stretch in which a worker waited, once or several times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitSpan {
    /// For what.
    pub what: WaitKind,
    /// Its name: `queue`.
    pub name: String,
    /// When the first wait began, in nanoseconds since the recording began.
    pub from_ns: u64,
    /// When the last wait ended.
    pub until_ns: u64,
    /// How long it waited of this time; less than all of it where there were several waits.
    pub waited_ns: u64,
    /// The number of waits.
    pub count: u64,
}

/// The stretches of one worker, in the order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkSpans {
    /// On which core it ran.
    pub cores: Vec<CoreSpan>,
    /// What it waited for.
    pub waits: Vec<WaitSpan>,
}

impl WorkSpans {
    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.cores.is_empty() && self.waits.is_empty()
    }

    /// The same with every moment converted.
    #[must_use]
    pub fn convert_times(mut self, convert: impl Fn(u64) -> u64) -> Self {
        for span in &mut self.cores {
            (span.from_ns, span.until_ns) = (convert(span.from_ns), convert(span.until_ns));
        }
        for span in &mut self.waits {
            (span.from_ns, span.until_ns) = (convert(span.from_ns), convert(span.until_ns));
        }
        self
    }
}
