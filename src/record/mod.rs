//! The events of a run as data: kept in order, saved and loaded.
//!
//! This room depends on no room above it. Demos append through a [`Recorder`]; reports query a [`Recording`] (or one
//! [`Run`] of it).

mod builtin;
mod event;
mod file;
mod hook_event;
mod interpreter;
mod machine;
mod memory_use;
pub mod metrics;
mod named_enum;
mod observation_index;
mod packed;
mod params;
mod recorder;
mod recording;
mod run;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod thread_sample;
mod tolerant;
mod value;
mod version1;
mod work_spans;
mod worker;

pub use builtin::{BUILTIN_RECORDINGS, BuiltinRecording, find_builtin};
pub use event::{
    Backend, Event, EventKind, ResourceUsage, RunStatus, TrialTimes, WorkerId, WorkerKind,
};
pub use file::{LoadError, SaveError, check_place, file_beside, open_plain_file, read_plain_file};
pub use hook_event::{
    HookEvent, PickleFailure, PoolCall, PoolClosure, PoolCreation, PoolTasks, ProcessExit,
    ProcessJoin, ProcessStart, RaisedError, RunCall, StartFailure, ThreadEnd, ThreadStart,
    ThreadsLeft, UnseenError, WaitStart,
};
pub use interpreter::Interpreter;
pub use machine::{BuildProfile, Machine};
pub use memory_use::{CopyChange, KeptMemory, MemoryChange, RandomDraw, UnlockedUpdate};
pub(crate) use named_enum::named_enum;
pub use packed::{Labels, PackedValue};
pub use params::Params;
pub use recorder::{EventObserver, Recorder};
pub use recording::Recording;
pub use run::{Observation, Run};
pub use thread_sample::{HeldLock, ObjectName, ThreadSample};
pub use value::Value;
pub use work_spans::{CoreSpan, WaitKind, WaitSpan, WorkSpans};
pub use worker::{RecordedLine, Worker};
