//! Starts a watched program as a shell would, with our hooks in the search path of its Pythons.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs::{self, File},
    io::{ErrorKind, IsTerminal},
    path::{Path, PathBuf, absolute},
};

use super::{
    ObserveError, ObservedProgram, ProgramCommand, hook_message, hooks,
    sources::{messages_path, output_paths},
};
use crate::{
    python::{EnvironmentVariables, InputFile, ProcessPlan, ProgramFolder},
    text::quote_for_shell,
};

/// A prepared launch: the process plan and the names to show.
pub struct LaunchPlan {
    pub plan: ProcessPlan,
    /// The name of its main process.
    pub name: String,
    /// The name of the file that it executes.
    pub command: String,
    /// The command as it is shown, nearly as it was typed.
    pub shown: String,
    /// Whether its standard input is empty because ours is a terminal.
    pub has_no_input: bool,
}

impl LaunchPlan {
    /// Prepares a launch, and reports errors that can be found before anything runs.
    pub fn from_program(
        program: &ObservedProgram,
        private: &HookFolder,
        can_lend: bool,
    ) -> Result<Self, ObserveError> {
        if let Some(folder) = &program.folder
            && !folder.is_dir()
        {
            return Err(ObserveError::NoFolder(folder.clone()));
        }
        let (exe, mut words) = match &program.command {
            ProgramCommand::Script { path, python } => {
                check_script(path)?;
                // In another folder, a relative path would name another file.
                let path = match &program.folder {
                    Some(_) => absolute(path).unwrap_or_else(|_| path.clone()),
                    None => path.clone(),
                };
                (python.path.clone(), vec![path.into_os_string()])
            }
            ProgramCommand::Module { name, python } => {
                (python.path.clone(), vec!["-m".into(), name.clone()])
            }
            ProgramCommand::Other { argv } => {
                let (first, rest) = argv.split_first().ok_or(ObserveError::Nothing)?;
                (find_program(first)?, rest.to_vec())
            }
        };
        words.extend(program.arguments.iter().cloned());
        let (name, shown) = name_process(program, &words);
        let command = match &program.command {
            ProgramCommand::Script { .. } | ProgramCommand::Module { .. } => exe
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            ProgramCommand::Other { .. } => name.clone(),
        };
        let (input, has_no_input) = our_input(can_lend);
        let plan = ProcessPlan::new(&exe, words, private.hook_environment())
            .inherit_environment()
            .with_input(input)
            .with_output(output_paths(private.path()))
            .with_start_event(&messages_path(private.path()));
        let plan = match &program.folder {
            Some(folder) => plan.in_folder(&absolute(folder).unwrap_or_else(|_| folder.clone())),
            None => plan,
        };
        Ok(Self {
            plan,
            name,
            command,
            shown,
            has_no_input,
        })
    }
}

fn name_process(program: &ObservedProgram, words: &[OsString]) -> (String, String) {
    let (name, first) = match &program.command {
        ProgramCommand::Script { .. } | ProgramCommand::Module { .. } => {
            ("MainProcess".to_owned(), None)
        }
        ProgramCommand::Other { argv } => {
            let first = argv.first().cloned().unwrap_or_default();
            let base = Path::new(&first).file_name().unwrap_or(&first);
            (base.to_string_lossy().into_owned(), Some(first))
        }
    };
    let all = first.iter().chain(words);
    let shown: Vec<String> = all
        .map(|word| quote_for_shell(&word.to_string_lossy()))
        .collect();
    (name, shown.join(" "))
}

fn check_script(path: &Path) -> Result<(), ObserveError> {
    let unreadable = |source| ObserveError::Unreadable {
        path: path.to_owned(),
        source,
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(ObserveError::Missing(path.to_owned()))
        }
        Err(error) => Err(unreadable(error)),
        // For Python, a folder with a `__main__.py` is a program.
        Ok(file) if file.is_dir() && !path.join("__main__.py").is_file() => {
            Err(ObserveError::Folder(path.to_owned()))
        }
        Ok(file) if file.is_file() => File::open(path).map(drop).map_err(unreadable),
        // A pipe can be read only once, and Python has to read it.
        Ok(_) => Ok(()),
    }
}

/// Finds the file of a program in the same way as a shell.
fn find_program(name: &OsStr) -> Result<PathBuf, ObserveError> {
    let path = Path::new(name);
    if name.is_empty() {
        return Err(ObserveError::Nothing);
    }
    if path.components().count() > 1 {
        return match fs::metadata(path) {
            Ok(file) if file.is_dir() => Err(ObserveError::Folder(path.to_owned())),
            Ok(file) if is_executable(&file) => Ok(absolute(path).unwrap_or_else(|_| path.into())),
            Ok(_) => Err(ObserveError::NotExecutable(path.to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(ObserveError::Missing(path.to_owned()))
            }
            Err(source) => Err(ObserveError::Unreadable {
                path: path.to_owned(),
                source,
            }),
        };
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let mut files = env::split_paths(&folders).flat_map(|folder| {
        let plain = folder.join(path);
        let with_suffix = plain.with_extension(env::consts::EXE_EXTENSION);
        [plain, with_suffix]
    });
    files
        .find(|file| fs::metadata(file).is_ok_and(|file| file.is_file() && is_executable(&file)))
        .ok_or_else(|| ObserveError::Unknown(name.to_string_lossy().into_owned()))
}

#[cfg(unix)]
fn is_executable(file: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    true
}

/// Our own standard input for the program, and whether it is a terminal that is not passed on.
fn our_input(can_lend: bool) -> (Option<InputFile>, bool) {
    if std::io::stdin().is_terminal() && !(can_lend && cfg!(target_os = "linux")) {
        return (None, true);
    }
    if !cfg!(target_os = "linux") {
        return (None, false);
    }
    // The worker opens the input again, at our position if it is a file.
    let own = std::process::id();
    let position = fs::read_to_string("/proc/self/fdinfo/0").unwrap_or_default();
    let position = position
        .lines()
        .find_map(|line| line.strip_prefix("pos:")?.trim().parse().ok())
        .filter(|&position| position > 0);
    let path = format!("/proc/{own}/fd/0").into();
    (Some(InputFile { path, position }), false)
}

/// The private folder of a run, with the hooks and the pipes.
pub struct HookFolder {
    /// Its path without links, as the hooks see the paths of their open files.
    path: PathBuf,
    _folder: ProgramFolder,
}

impl HookFolder {
    /// Creates the folder, and writes the hooks into it.
    pub fn create() -> Result<Self, ObserveError> {
        let folder = ProgramFolder::create()?;
        let path = fs::canonicalize(folder.path()).unwrap_or_else(|_| folder.path().to_owned());
        let below = path.join("hooks");
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| crate::python::ProgramError::Folder { path, source }
        };
        hooks::write_into(&below).map_err(failed(&below))?;
        Ok(Self {
            path,
            _folder: folder,
        })
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The variables that are added to the learner's environment.
    fn hook_environment(&self) -> EnvironmentVariables {
        let mut folders = vec![self.path.join("hooks")];
        let theirs = env::var_os("PYTHONPATH").filter(|paths| !paths.is_empty());
        if let Some(theirs) = &theirs {
            folders.extend(env::split_paths(theirs));
        }
        let path = env::join_paths(&folders).unwrap_or_else(|_| folders[0].clone().into());
        vec![
            (hook_message::PIPE.into(), messages_path(&self.path).into()),
            ("PYTHONPATH".into(), path),
        ]
    }
}
