//! Real Pythons: finds interpreters, queries them, and runs programs under them.
//!
//! A program sends its measurements as events in Forklore's own format, so a recording of it is like any other.
//! Every interpreter runs as an [`mp::Process`](crate::mp::Process) that executes it, so all are killed in the
//! same way, and they end when Forklore ends. Interpreters are not trusted: each wait and each output is
//! limited.

mod answer_cache;
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

pub use answer_cache::AnswerCache;
pub use ask::PATIENCE;
pub use choice::{ChosenPython, NEWEST, PythonChoice};
pub use config::ProgramConfig;
pub use error::ProgramError;
pub use folder::remove_stale_folders;
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

/// The oldest Python that the demos' programs support.
pub const OLDEST: (u32, u32) = (3, 8);

/// How to get a Python where there is none.
pub const HOW_TO_GET_ONE: &str =
    "install Python 3.8 or newer, or name one with `--python PATH` or FORKLORE_PYTHON";
