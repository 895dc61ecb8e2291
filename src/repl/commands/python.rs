//! Which Python a learner would get: the first on the path that tells its version in time.

use std::{
    env,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long an interpreter may take to tell its version: a slow disk, a version manager's wrapper.
const PATIENCE: Duration = Duration::from_secs(3);

const NAMES: [&str; 2] = ["python3", "python"];

/// An interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Python {
    /// Where it is.
    pub path: PathBuf,
    /// What it calls itself: `Python 3.11.7`.
    pub version: String,
}

/// The first interpreter on the path.
pub fn find() -> Option<Python> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    find_in(&folders)
}

fn find_in(folders: &[PathBuf]) -> Option<Python> {
    let places = NAMES.iter().flat_map(|name| {
        folders
            .iter()
            .map(move |folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
    });
    places.filter(|path| path.is_file()).find_map(|path| {
        let version = version(&path)?;
        Some(Python { path, version })
    })
}

fn version(path: &Path) -> Option<String> {
    let mut child = Command::new(path)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let ended_well = ends_well_in_time(&mut child);
    if !ended_well {
        // It may have ended by itself by now; then there is nothing to kill.
        let _ = child.kill();
        let _ = child.wait();
        return None;
    }
    let mut said = String::new();
    // A version is short; a program that says more is none of ours.
    child
        .stdout
        .take()?
        .take(200)
        .read_to_string(&mut said)
        .ok()?;
    let version = said.lines().next()?.trim();
    version.starts_with("Python ").then(|| version.to_owned())
}

fn ends_well_in_time(child: &mut Child) -> bool {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(5)),
            Err(_) => return false,
        }
    }
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn folder_with(test: &str, script: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("forklore-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("python3");
        fs::write(&path, script).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        folder
    }

    #[test]
    fn an_interpreter_is_known_by_its_version() {
        let good = folder_with("python-good", "#!/bin/sh\necho Python 3.99.1\n");
        // A process that another test starts right now may hold the script open for a moment: "text file busy".
        let found = (0..100).find_map(|_| {
            find_in(std::slice::from_ref(&good)).or_else(|| {
                thread::sleep(Duration::from_millis(50));
                None
            })
        });
        assert_eq!(found.expect("found").version, "Python 3.99.1");
        let _ = fs::remove_dir_all(good);
    }

    #[test]
    fn what_fails_or_is_something_else_is_passed_over() {
        let broken = folder_with("python-broken", "#!/bin/sh\nexit 127\n");
        let other = folder_with("python-other", "#!/bin/sh\necho something else\n");
        assert_eq!(
            find_in(&[broken.clone(), other.clone(), PathBuf::from("/nowhere")]),
            None
        );
        let _ = (fs::remove_dir_all(broken), fs::remove_dir_all(other));
    }
}
