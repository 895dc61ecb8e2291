//! Real Pythons: finds interpreters, asks what they are, and runs programs under them.
//!
//! A program tells what it measures as events in our own format, so a recording does not care who measured. Every
//! interpreter runs as an [`mp::Process`](crate::mp::Process) that became it: one door ends them all, and they
//! end with us. Nothing here trusts an interpreter: each wait is bounded, and so is all that it says.

mod ask;
#[cfg_attr(unix, path = "channel/unix.rs")]
#[cfg_attr(not(unix), path = "channel/other.rs")]
mod channel;
mod choice;
mod config;
mod dedupe;
mod environment;
mod error;
mod error_lines;
mod events;
mod folder;
mod interpreter_info;
mod launch;
mod locations;
mod output;
mod program;
mod pythons;
mod script;
mod wait;

pub use ask::PATIENCE;
pub use choice::{ChosenPython, PythonChoice};
pub use config::ProgramConfig;
pub use error::ProgramError;
pub use launch::worker_targets;
pub use locations::{PythonSource, SearchEnvironment};
pub use program::DemoProgram;
pub use pythons::{FoundPython, Pythons};
pub use script::{LessonScript, ScriptOutput};
pub(crate) use {
    channel::EventChannel,
    environment::EnvironmentVariables,
    folder::ProgramFolder,
    launch::{InputFile, ProcessPlan},
    wait::{WaitResult, wait_for_exit},
};

/// The oldest Python that the demos' programs are written for.
pub const OLDEST: (u32, u32) = (3, 8);

/// What to do where there is no Python.
pub const HOW_TO_GET_ONE: &str =
    "install Python 3.8 or newer, or name one with `--python PATH` or FORKLORE_PYTHON";
