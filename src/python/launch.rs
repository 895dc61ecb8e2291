//! How a program is started: a worker of ours becomes it.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use serde::{Deserialize, Serialize};

use super::environment::EnvironmentVariables;
use crate::{
    measure,
    mp::{self, Failure, Target},
};

/// What a worker becomes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessPlan {
    exe: OsString,
    arguments: Vec<OsString>,
    folder: Option<OsString>,
    environment: EnvironmentVariables,
    /// Whether our own environment is kept below that one.
    on_top_of_ours: bool,
    input: Option<InputFile>,
    told_at: Option<PathBuf>,
}

/// A file that a program reads as its standard input, from a place on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its path.
    pub path: PathBuf,
    /// Where reading begins, where the file has places.
    pub position: Option<u64>,
}

impl ProcessPlan {
    /// That program, with these arguments and nothing but this environment. Its standard input is empty.
    pub fn new(
        exe: &Path,
        arguments: impl IntoIterator<Item = OsString>,
        environment: EnvironmentVariables,
    ) -> Self {
        Self {
            exe: exe.into(),
            arguments: arguments.into_iter().collect(),
            folder: None,
            environment,
            on_top_of_ours: false,
            input: None,
            told_at: None,
        }
    }

    /// In that folder.
    #[must_use]
    pub fn in_folder(self, folder: &Path) -> Self {
        Self {
            folder: Some(folder.into()),
            ..self
        }
    }

    /// With our own environment too, as far as the other does not replace it.
    #[must_use]
    pub fn inherit_environment(self) -> Self {
        Self {
            on_top_of_ours: true,
            ..self
        }
    }

    /// With that standard input.
    #[must_use]
    pub fn with_input(self, input: Option<InputFile>) -> Self {
        Self { input, ..self }
    }

    /// The moment at which the program takes over is told at that pipe, as a line of JSON: when, who, and the
    /// processor time that the worker had used by then, which the system counts as the program's.
    #[must_use]
    pub fn with_start_event(self, pipe: &Path) -> Self {
        Self {
            told_at: Some(pipe.to_owned()),
            ..self
        }
    }

    /// A process, not started yet, that will become it.
    pub fn into_process(self, mp: &mp::Context, name: &str) -> mp::Process {
        let mut process = mp.process(become_program, (self,));
        process.set_name(name).set_daemon(true);
        process
    }
}

/// Every function that a worker of this room may run.
pub fn worker_targets() -> Vec<Target> {
    vec![Target::new(become_program)]
}

fn become_program(plan: ProcessPlan) -> Result<(), Failure> {
    let mut command = Command::new(plan.exe);
    command.args(plan.arguments);
    if !plan.on_top_of_ours {
        command.env_clear();
    }
    command.envs(plan.environment);
    if let Some(folder) = plan.folder {
        command.current_dir(folder);
    }
    // Whoever gave it may have taken it away: then it is empty, as it is without one.
    if let Some(input) = plan.input
        && let Ok(file) = open_input(&input)
    {
        command.stdin(Stdio::from(file));
    }
    reset_interrupts();
    if let Some(pipe) = &plan.told_at {
        // Without it the program's figures have a little of the worker's in them.
        let _ = write_start_event(pipe);
    }
    Err(mp::exec(&mut command))
}

fn write_start_event(pipe: &Path) -> io::Result<()> {
    let mut pipe = File::options().append(true).open(pipe)?;
    let cpu = measure::own_cpu().unwrap_or_default().as_nanos();
    let (now, pid) = (measure::clock::now_ns(), process::id());
    let line = format!("{{\"t\":{now},\"p\":{pid},\"e\":\"began\",\"cpu_ns\":{cpu}}}\n");
    pipe.write_all(line.as_bytes())
}

fn open_input(input: &InputFile) -> io::Result<File> {
    let mut file = File::open(&input.path)?;
    if let Some(position) = input.position {
        file.seek(SeekFrom::Start(position))?;
    }
    Ok(file)
}

/// Whoever is started in the background of a script ignores interrupts, and hands that on; a program that is
/// watched or measured is to be as it is elsewhere. A signal with a handler gets its usual meaning back when the
/// program takes over.
fn reset_interrupts() {
    use signal_hook::{consts, flag};
    #[cfg(unix)]
    let signals = [consts::SIGINT, consts::SIGQUIT];
    #[cfg(not(unix))]
    let signals = [consts::SIGINT];
    for signal in signals {
        // Should the system refuse, the program runs all the same.
        let _ = flag::register(signal, std::sync::Arc::default());
    }
}
