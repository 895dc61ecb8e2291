//! Starts a program: a worker process replaces itself with the program.

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

/// The program that a worker executes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessPlan {
    exe: OsString,
    arguments: Vec<OsString>,
    folder: Option<OsString>,
    environment: EnvironmentVariables,
    /// Whether variables of our own environment are added where the plan's environment does not set them.
    on_top_of_ours: bool,
    input: Option<InputFile>,
    output: Option<[PathBuf; 2]>,
    told_at: Option<PathBuf>,
}

/// A file that a program reads as its standard input, from a position on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its path.
    pub path: PathBuf,
    /// Where reading begins, if the file is seekable.
    pub position: Option<u64>,
}

impl ProcessPlan {
    /// Runs this program with these arguments, and with only this environment. Its standard input is empty.
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
            output: None,
            told_at: None,
        }
    }

    /// Sets the working directory.
    #[must_use]
    pub fn in_folder(self, folder: &Path) -> Self {
        Self {
            folder: Some(folder.into()),
            ..self
        }
    }

    /// Adds our own environment, except for variables that the plan sets.
    #[must_use]
    pub fn inherit_environment(self) -> Self {
        Self {
            on_top_of_ours: true,
            ..self
        }
    }

    /// Sets the standard input.
    #[must_use]
    pub fn with_input(self, input: Option<InputFile>) -> Self {
        Self { input, ..self }
    }

    /// Sets the files, or named pipes, for standard output and standard error. Without them, the worker's own are used.
    #[must_use]
    pub fn with_output(self, paths: [PathBuf; 2]) -> Self {
        Self {
            output: Some(paths),
            ..self
        }
    }

    /// Writes a line of JSON to this pipe when the program is about to start: the time, the process, and the
    /// processor time that the worker has used so far, which the system counts as the program's.
    #[must_use]
    pub fn with_start_event(self, pipe: &Path) -> Self {
        Self {
            told_at: Some(pipe.to_owned()),
            ..self
        }
    }

    /// A process that executes the program once it is started.
    pub fn into_process(self, mp: &mp::Context, name: &str) -> mp::Process {
        let mut process = mp.process(become_program, (self,));
        process.set_name(name).set_daemon(true);
        process
    }
}

/// All functions of this module that a worker may run.
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
    // The file may be gone by now. Then the input is empty, as without a file.
    if let Some(input) = plan.input
        && let Ok(file) = open_input(&input)
    {
        command.stdin(Stdio::from(file));
    }
    if let Some([out, err]) = &plan.output {
        command.stdout(open_output(out)?).stderr(open_output(err)?);
    }
    reset_interrupts();
    if let Some(pipe) = &plan.told_at {
        // Without this event, the program's figures include a little of the worker's processor time.
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

fn open_output(path: &Path) -> io::Result<File> {
    // A pipe has no end to append to, and the flag would be visible to the program.
    let file = File::options().write(true).append(!cfg!(unix)).open(path)?;
    // Each write to a pipe stays a piece of its own, so that the reader can keep the order of all writes.
    #[cfg(target_os = "linux")]
    rustix::fs::fcntl_setfl(&file, rustix::fs::OFlags::DIRECT)?;
    Ok(file)
}

/// A script's background processes ignore interrupts, and child processes inherit that. A program that is
/// observed or measured should behave as it does elsewhere. A signal with a handler gets its default action
/// back when the program is executed.
fn reset_interrupts() {
    use signal_hook::{consts, flag};
    #[cfg(unix)]
    let signals = [consts::SIGINT, consts::SIGQUIT];
    #[cfg(not(unix))]
    let signals = [consts::SIGINT];
    for signal in signals {
        // If the system refuses, the program runs anyway.
        let _ = flag::register(signal, std::sync::Arc::default());
    }
}
