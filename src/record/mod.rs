//! What happened, as data: the events of a run, kept in order, saved and loaded.
//!
//! This room knows nobody above it. Demos append through a [`Recorder`]; reports ask a [`Recording`]
//! (or one [`Run`] of it) questions.

mod event;
mod machine;
mod params;
mod recorder;
mod recording;
mod value;

pub use event::{Backend, Event, Outcome, Times, Usage, What, WorkerId, WorkerKind};
pub use machine::Machine;
pub use params::Params;
pub use recorder::{Observer, Recorder};
pub use recording::{Recording, Run};
pub use value::{Labels, Value};
