//! Where the threads of a watched Python were when we asked.

use serde::{Deserialize, Serialize};

/// Where a thread was, and for what it waited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadSample {
    /// The number of the sample in its process, from 1.
    pub sample: u32,
    /// The system's number of the thread; the first thread has that of its process.
    #[serde(default)]
    pub tid: Option<u32>,
    /// Its name; none for the first thread of a process.
    #[serde(default)]
    pub thread: Option<String>,
    /// The place in the program's own code: file, line and function.
    #[serde(default)]
    pub file: Option<String>,
    /// See `file`.
    #[serde(default)]
    pub line: Option<u32>,
    /// See `file`.
    #[serde(default)]
    pub function: Option<String>,
    /// Whether the thread has left the program's code: Python itself waits at its end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_exit: bool,
    /// The kind of the wait: `Lock`, `Queue.get`, `Process.join`, …; none where the thread is at no wait that is known.
    #[serde(default)]
    pub on: Option<String>,
    /// What it waits for, by a name of its own (`Process-1`) or as its line writes it (`self.lock`).
    #[serde(default)]
    pub of: Option<String>,
    /// Which object that is, the same in all processes that share it.
    #[serde(default)]
    pub object: Option<String>,
    /// Whether the wait has a time limit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bounded: bool,
    /// What is special about the object: `terminated`, `writer-open`, `unfinished-3`, `pid-17`, …
    #[serde(default)]
    pub state: Option<String>,
    /// Nanoseconds since the thread last ran. We add this, from the system; the hooks do not tell it.
    #[serde(default)]
    pub idle_ns: Option<u64>,
}

/// A lock that was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLock {
    /// The number of the sample.
    pub sample: u32,
    /// The thread that has it, where its code says so.
    #[serde(default)]
    pub tid: Option<u32>,
    /// Which lock.
    pub object: String,
    /// How many times this process acquired it more often than it released it, where that is counted.
    #[serde(default)]
    pub count: Option<i64>,
}

/// The name of an object for which a thread may wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectName {
    /// The number of the sample.
    pub sample: u32,
    /// Which object.
    pub object: String,
    /// A variable that means it: `accounts['ann'].lock`.
    #[serde(default)]
    pub name: Option<String>,
    /// How far inside that variable is: 0 in the main module, then by depth of the call.
    #[serde(default)]
    pub rank: Option<u32>,
    /// The place where the object was made: `file:line`.
    #[serde(default)]
    pub made: Option<String>,
}
