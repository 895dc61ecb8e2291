//! How a process ended, in Python's terms.

use std::{fmt, process::ExitStatus, time::Duration};

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessExit {
    /// It exited with that code.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
    /// Its exit status was collected elsewhere.
    Unknown,
}

impl ProcessExit {
    /// Python's `exitcode`: the code, or the signal's number negated.
    pub fn code(self) -> i32 {
        match self {
            Self::Code(code) => code,
            Self::Signal(signal) => -signal,
            Self::Unknown => 255,
        }
    }

    /// Whether it ended well.
    pub fn is_success(self) -> bool {
        self == Self::Code(0)
    }
}

impl From<ExitStatus> for ProcessExit {
    fn from(status: ExitStatus) -> Self {
        if let Some(code) = status.code() {
            return Self::Code(code);
        }
        super::platform::signal_of(status).map_or(Self::Unknown, Self::Signal)
    }
}

impl fmt::Display for ProcessExit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Code(code) => write!(formatter, "exit code {code}"),
            Self::Signal(signal) => match super::platform::signal_name(signal) {
                Some(name) => write!(formatter, "killed by signal {signal} ({name})"),
                None => write!(formatter, "killed by signal {signal}"),
            },
            Self::Unknown => formatter.write_str("exit status unknown"),
        }
    }
}

/// What a process had used when it ended. A field is `None` where the platform does not report it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExitUsage {
    /// CPU time of all its threads, user and system, exact.
    pub cpu: Option<Duration>,
    /// How often its first thread gave up the core by itself (it waited for something).
    pub voluntary_switches: Option<u64>,
    /// How often its first thread was taken off the core.
    pub involuntary_switches: Option<u64>,
}
