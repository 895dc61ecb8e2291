//! How an interpreter is started: a worker of ours becomes it.

use std::{ffi::OsString, path::Path, process::Command};

use serde::{Deserialize, Serialize};

use super::environment::Environment;
use crate::mp::{self, Failure, Target};

/// What a worker becomes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    exe: OsString,
    arguments: Vec<OsString>,
    folder: Option<OsString>,
    environment: Environment,
}

impl Plan {
    /// That interpreter, with these arguments and nothing but this environment.
    pub fn new(
        exe: &Path,
        arguments: impl IntoIterator<Item = OsString>,
        environment: Environment,
    ) -> Self {
        Self {
            exe: exe.into(),
            arguments: arguments.into_iter().collect(),
            folder: None,
            environment,
        }
    }

    /// In that folder.
    #[must_use]
    pub fn within(self, folder: &Path) -> Self {
        Self {
            folder: Some(folder.into()),
            ..self
        }
    }

    /// A process, not started yet, that will become it.
    pub fn process(self, mp: &mp::Context, name: &str) -> mp::Process {
        let mut process = mp.process(become_python, (self,));
        process.set_name(name).set_daemon(true);
        process
    }
}

/// Every function that a worker of this room may run.
pub fn targets() -> Vec<Target> {
    vec![Target::new(become_python)]
}

fn become_python(plan: Plan) -> Result<(), Failure> {
    let mut command = Command::new(plan.exe);
    command
        .args(plan.arguments)
        .env_clear()
        .envs(plan.environment);
    if let Some(folder) = plan.folder {
        command.current_dir(folder);
    }
    Err(mp::exec(&mut command))
}
