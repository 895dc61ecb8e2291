//! `try`: the learner's own program, watched while it runs.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::runs;
use crate::{
    observe,
    record::{RunStatus, WorkerKind},
    repl::{
        language::{command_error::CommandError, shared_command::TryArgs},
        python_choice,
        session::Session,
        settings::Settings,
    },
    text::find_nearest,
    tutor::{RunOutcome, never_stop},
};

/// `try [FLAGS] SCRIPT [ARGUMENTS]`.
pub fn try_program(session: &mut Session, asked: &TryArgs, settings: &Settings) -> Result<()> {
    let settings = &asked.python.apply_to(settings);
    runs::check_save(&asked.save)?;
    let program = program_from_words(session, asked, settings)?;
    let ran = session
        .runner
        .watch_program(program, settings.watch_options(), never_stop())
        .map_err(CommandError::from)?;
    let outcome = check_outcome(&ran);
    runs::show_run(session, ran, &asked.save, settings)?;
    outcome?;
    Ok(())
}

/// The report shows the errors of a program; only the command's own result is left to decide.
fn check_outcome(ran: &RunOutcome) -> Result<(), CommandError> {
    let run = ran.recording.run();
    if ran.is_interrupted {
        return Err(CommandError::Interrupted);
    }
    let workers = run.all_workers();
    let main = workers
        .iter()
        .find(|worker| worker.kind == WorkerKind::Main);
    let failed = main.is_some_and(|main| main.exitcode.is_some_and(|code| code != 0));
    if failed || run.status() != RunStatus::Complete {
        return Err(CommandError::Shown);
    }
    Ok(())
}

/// Finds the program that the words name: a Python script, or any other program.
fn program_from_words(
    session: &mut Session,
    asked: &TryArgs,
    settings: &Settings,
) -> Result<observe::ObservedProgram, CommandError> {
    let Some((first, mut arguments)) = asked.words.split_first() else {
        return Err(CommandError::usage("<SCRIPT> is missing"));
    };
    let words = &settings.defaults.python;
    let mut find_python = || python_choice::python_for_script(&mut *session.runner, words);
    let names_python = !asked.python.python.is_empty();
    let target = if first == "-m" {
        let module = arguments.split_first();
        let (name, rest) = module.ok_or_else(|| {
            CommandError::usage("`-m` needs the name of a module: `try -m my_module`")
        })?;
        arguments = rest;
        TryTarget::Module(name.clone())
    } else {
        classify_word(first, names_python)?
    };
    let command = match target {
        TryTarget::Script(path) => observe::ProgramCommand::Script {
            path,
            python: find_python()?,
        },
        TryTarget::Module(name) => observe::ProgramCommand::Module {
            name,
            python: find_python()?,
        },
        TryTarget::Other(program) => observe::ProgramCommand::Other {
            argv: vec![program.into_os_string()],
        },
    };
    Ok(observe::ObservedProgram {
        command,
        arguments: arguments.to_vec(),
        folder: None,
        limit: None,
        options: observe::WatchOptions {
            keeps_detached: asked.keep_detached,
            keeps_all_lines: asked.save.save.is_some(),
        },
    })
}

/// The program that a word names.
#[derive(Debug, PartialEq, Eq)]
enum TryTarget {
    Script(PathBuf),
    Module(OsString),
    Other(PathBuf),
}

/// What a word names. With `names_python`, a Python was chosen that runs every Python script.
fn classify_word(word: &OsStr, names_python: bool) -> Result<TryTarget, CommandError> {
    let shown = word.to_string_lossy();
    if shown.starts_with('-') {
        return Err(CommandError::usage(format!(
            "`try` has no flag `{shown}`: flags of `try` come first, then the script, then the script's own"
        )));
    }
    let path = Path::new(word);
    if path.is_dir() {
        return Err(CommandError::usage(in_folder(path)));
    }
    if !path.exists() {
        return find_command(path).ok_or_else(|| CommandError::usage(missing_file_message(path)));
    }
    // An installed command names its Python in its first line, with the environment that has its modules.
    let starts_itself = is_executable(path) && !has_python_ending(path) && !names_python;
    if is_python(path)? && !starts_itself {
        return Ok(TryTarget::Script(path.to_owned()));
    }
    if !is_executable(path) {
        return Err(CommandError::usage(format!(
            "`{shown}` is no Python script (`.py`), and it is not executable; `chmod +x {shown}` makes it so, or name \
             the program that runs it: `try -- bash {shown}`"
        )));
    }
    // A bare name would be searched in other folders.
    let here = path.parent().is_none_or(|folder| folder == Path::new(""));
    Ok(TryTarget::Other(if here {
        Path::new(".").join(path)
    } else {
        path.to_owned()
    }))
}

/// Whether it is a Python script, by its name or by its first line.
fn is_python(path: &Path) -> Result<bool, CommandError> {
    let unreadable =
        |error| CommandError::failed(format!("`{}` cannot be read: {error}", path.display()));
    let mut file = fs::File::open(path).map_err(unreadable)?;
    if has_python_ending(path) {
        return Ok(true);
    }
    let mut start = [0; 128];
    let read = std::io::Read::read(&mut file, &mut start).map_err(unreadable)?;
    let start = String::from_utf8_lossy(&start[..read]);
    let first = start.lines().next().unwrap_or_default();
    Ok(first.starts_with("#!") && first.contains("python"))
}

fn has_python_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    matches!(ending, Some("py" | "pyw" | "pyz"))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("exe"))
}

/// A bare name without a file here: a command, unless adding `.py` gives a script.
fn find_command(path: &Path) -> Option<TryTarget> {
    let is_bare = path.components().count() == 1 && path.file_name().is_some();
    if !is_bare || path.with_extension("py").exists() {
        return None;
    }
    let folders = env::var_os("PATH")?;
    let mut places = env::split_paths(&folders).map(|folder| folder.join(path));
    let found = places.any(|place| place.is_file() && is_executable(&place));
    found.then(|| TryTarget::Other(path.to_owned()))
}

fn missing_file_message(path: &Path) -> String {
    let shown = path.display();
    match nearest_file(path) {
        Some(near) => format!(
            "there is no file `{shown}`; did you mean `{}`?",
            near.display()
        ),
        None => format!("there is no file `{shown}`; name a Python script, or any other program"),
    }
}

/// A file in the same folder with nearly the same name.
fn nearest_file(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let names = files_of(folder.unwrap_or(Path::new(".")));
    let with_ending = format!("{name}.py");
    let found = match names.iter().find(|known| **known == with_ending) {
        Some(known) => known.as_str(),
        None => find_nearest(name, names.iter().map(String::as_str))?,
    };
    Some(path.with_file_name(found))
}

/// The names of a folder's files, Python scripts first.
fn files_of(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort_by_cached_key(|name| (!is_script(name), name.clone()));
    names
}

fn is_script(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|ending| ending == "py")
}

fn in_folder(path: &Path) -> String {
    let shown = path.display();
    let script = files_of(path).into_iter().find(|name| is_script(name));
    match script {
        Some(script) => format!(
            "`{shown}` is a folder; name the script in it, such as `{}`",
            path.join(script).display()
        ),
        None => format!("`{shown}` is a folder, and there is no Python script in it"),
    }
}
