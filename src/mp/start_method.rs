//! How processes start, as Python's start methods.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a context starts its processes; Python's `set_start_method`.
///
/// Python's third method, `fork`, copies the program itself with all its threads' locks as they are at that moment. There
/// is none such here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StartMethod {
    /// Each process is this program, started again.
    #[default]
    Spawn,
    /// A small process, started with the first worker, forks each worker: it costs a fraction of a new start. Workers
    /// have the environment and the working folder that it was started with. They end if it ends. Only on Linux.
    ForkServer,
}

impl StartMethod {
    /// Python's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spawn => "spawn",
            Self::ForkServer => "forkserver",
        }
    }
}

impl fmt::Display for StartMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
