//! Finds the places where interpreters may be. No process is started here: these are only paths.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use crate::record::named_enum;

named_enum! {
    /// Where an interpreter was found.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum PythonSource {
        /// Named by `--python`.
        Named = "--python",
        /// Named by `FORKLORE_PYTHON`.
        Variable = "FORKLORE_PYTHON",
        /// The active virtual environment.
        VirtualEnvironment = "virtual environment",
        /// The search path.
        Path = "PATH",
        /// A version that pyenv installed.
        Pyenv = "pyenv",
        /// A version that uv installed.
        Uv = "uv",
    }
}

impl PythonSource {
    /// Whether a learner who says `python3` means a Python from this source.
    pub fn is_default(&self) -> bool {
        matches!(self, Self::Variable | Self::VirtualEnvironment | Self::Path)
    }
}

/// A path that may be an interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonCandidate {
    pub path: PathBuf,
    pub source: PythonSource,
}

/// The environment that is searched. Tests use a made-up one.
#[derive(Debug, Clone, Default)]
pub struct SearchEnvironment {
    /// `FORKLORE_PYTHON`.
    pub variable: Option<OsString>,
    /// `VIRTUAL_ENV`.
    pub virtual_env: Option<OsString>,
    /// `PATH`.
    pub path: Option<OsString>,
    /// `HOME`.
    pub home: Option<OsString>,
    /// `PYENV_ROOT`.
    pub pyenv_root: Option<OsString>,
    /// `UV_PYTHON_INSTALL_DIR`.
    pub uv_folder: Option<OsString>,
    /// `XDG_DATA_HOME`.
    pub data_home: Option<OsString>,
}

impl SearchEnvironment {
    /// The environment of this process.
    pub fn from_process() -> Self {
        Self {
            variable: nonempty_variable("FORKLORE_PYTHON"),
            virtual_env: nonempty_variable("VIRTUAL_ENV"),
            path: nonempty_variable("PATH"),
            home: home_folder(),
            pyenv_root: nonempty_variable("PYENV_ROOT"),
            uv_folder: nonempty_variable("UV_PYTHON_INSTALL_DIR"),
            data_home: nonempty_variable("XDG_DATA_HOME"),
        }
    }

    /// Every path that may be an interpreter, the most likely one first.
    pub fn candidates(&self) -> Vec<PythonCandidate> {
        let groups = [
            (PythonSource::Variable, self.in_variable()),
            (
                PythonSource::VirtualEnvironment,
                self.in_virtual_environment(),
            ),
            (PythonSource::Path, self.on_path()),
            (PythonSource::Pyenv, self.of_pyenv()),
            (PythonSource::Uv, self.of_uv()),
        ];
        let of = |(source, paths): (PythonSource, Vec<PathBuf>)| {
            let candidate = move |path| PythonCandidate { path, source };
            paths.into_iter().map(candidate)
        };
        groups.into_iter().flat_map(of).collect()
    }

    /// The Pythons that `FORKLORE_PYTHON` names, as `--python` takes them.
    pub fn variable_words(&self) -> Vec<String> {
        let text = self.variable.as_ref().map(|text| text.to_string_lossy());
        let text = text.unwrap_or_default();
        let words = text.split(',').map(str::trim);
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The path behind `python3` or `python`, as a shell finds it. Such a word names no version.
    pub fn find_command(&self, word: &str) -> Option<String> {
        if !matches!(word, "python3" | "python") {
            return None;
        }
        let program = format!("{word}{}", env::consts::EXE_SUFFIX);
        let folders = env::split_paths(self.path.as_ref()?).filter(|folder| folder.is_absolute());
        let found = keep_files(folders.map(|folder| folder.join(&program)));
        Some(found.first()?.to_str()?.to_owned())
    }

    fn in_variable(&self) -> Vec<PathBuf> {
        let words = self.variable_words();
        let paths = words.iter().filter(|word| is_path(word));
        paths.map(|word| absolute_path(word)).collect()
    }

    fn in_virtual_environment(&self) -> Vec<PathBuf> {
        let Some(root) = &self.virtual_env else {
            return Vec::new();
        };
        keep_files([interpreter_in(Path::new(root))])
    }

    fn on_path(&self) -> Vec<PathBuf> {
        let Some(path) = &self.path else {
            return Vec::new();
        };
        let folders: Vec<PathBuf> = env::split_paths(path)
            .filter(|folder| folder.is_absolute())
            .collect();
        // The Python that `python3` starts comes first, even if others come earlier in the search path.
        let usual = if cfg!(windows) { "python" } else { "python3" };
        let usual = format!("{usual}{}", env::consts::EXE_SUFFIX);
        let first = folders.iter().map(|folder| folder.join(&usual));
        let mut found = keep_files(first);
        for folder in &folders {
            found.extend(other_interpreters_in(folder));
        }
        found
    }

    fn of_pyenv(&self) -> Vec<PathBuf> {
        let root = self.pyenv_root.clone().map(PathBuf::from);
        let Some(root) = root.or_else(|| self.at_home(".pyenv")) else {
            return Vec::new();
        };
        let versions = folders_in(&root.join("versions"));
        keep_files(versions.iter().map(|version| interpreter_in(version)))
    }

    fn of_uv(&self) -> Vec<PathBuf> {
        let named = self.uv_folder.clone().map(PathBuf::from);
        let in_data = || {
            let data = self.data_home.clone().map(PathBuf::from);
            let data = data.or_else(|| self.at_home(".local/share"))?;
            Some(data.join("uv/python"))
        };
        let Some(root) = named.or_else(in_data) else {
            return Vec::new();
        };
        keep_files(
            folders_in(&root)
                .iter()
                .map(|version| interpreter_in(version)),
        )
    }

    fn at_home(&self, below: &str) -> Option<PathBuf> {
        Some(Path::new(self.home.as_ref()?).join(below))
    }
}

fn nonempty_variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn home_folder() -> Option<OsString> {
    nonempty_variable("HOME").or_else(|| nonempty_variable("USERPROFILE"))
}

/// Whether a path belongs to a version manager: a program there starts the selected version.
pub fn is_shim(path: &Path) -> bool {
    path.parent().is_some_and(is_shim_folder)
}

fn is_shim_folder(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == "shims")
}

/// Whether a word of `--python` is a path. Otherwise it is a name.
pub fn is_path(word: &str) -> bool {
    word.contains(['/', '\\']) || word.starts_with('.') && word.len() > 1
}

/// Makes a path absolute, since programs run in a folder of their own. The path of an environment or an
/// installation means its interpreter. No shell expands `~/` at our own prompt, so this does.
pub fn absolute_path(word: &str) -> PathBuf {
    let at_home = |below: &str| Some(Path::new(&home_folder()?).join(below));
    let path = word.strip_prefix("~/").and_then(at_home);
    let path = path.unwrap_or_else(|| PathBuf::from(word));
    let path = std::path::absolute(&path).unwrap_or(path);
    if path.is_dir() {
        interpreter_in(&path)
    } else {
        path
    }
}

/// The interpreter of an installation, or of a virtual environment.
fn interpreter_in(root: &Path) -> PathBuf {
    if cfg!(windows) {
        let of_environment = root.join("Scripts").join("python.exe");
        return if of_environment.is_file() {
            of_environment
        } else {
            root.join("python.exe")
        };
    }
    let three = root.join("bin/python3");
    if three.is_file() {
        three
    } else {
        root.join("bin/python")
    }
}

fn keep_files(paths: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    paths.into_iter().filter(|path| path.is_file()).collect()
}

/// The subfolders of a folder, sorted by name.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = entry_paths(folder)
        .filter(|path| path.is_dir())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| !name.to_string_lossy().starts_with('.'))
        })
        .collect();
    folders.sort();
    folders
}

/// `python3.11`, `python3.13t`, `pypy3`, … in a folder of the search path.
fn other_interpreters_in(folder: &Path) -> Vec<PathBuf> {
    // A folder of shims has one for every version, and most of them only report that they are not selected. The
    // versions are found elsewhere.
    if is_shim_folder(folder) {
        return Vec::new();
    }
    let is_python = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| is_interpreter_name(&name))
    };
    let mut found: Vec<PathBuf> = entry_paths(folder)
        .filter(is_python)
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found
}

fn entry_paths(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path())
}

fn is_interpreter_name(name: &str) -> bool {
    let name = name.strip_suffix(env::consts::EXE_SUFFIX).unwrap_or(name);
    if matches!(name, "pypy3" | "python3") {
        return true;
    }
    let version = name
        .strip_prefix("python3.")
        .or_else(|| name.strip_prefix("pypy3."));
    version
        .map(|version| version.strip_suffix('t').unwrap_or(version))
        .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_interpreters_have_interpreters_names() {
        for name in ["python3", "python3.9", "python3.13t", "pypy3", "pypy3.10"] {
            assert!(is_interpreter_name(name), "{name}");
        }
        for name in [
            "python3-config",
            "python3.11-config",
            "python3.",
            "python3.x",
            "python2.7",
            "python",
            "ipython3",
        ] {
            assert!(!is_interpreter_name(name), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_command_of_a_shell_is_the_first_on_the_path() {
        let around = SearchEnvironment {
            path: Some("/nowhere:/bin:/usr/bin".into()),
            ..SearchEnvironment::default()
        };
        assert_eq!(around.find_command("3.13"), None);
        assert_eq!(around.find_command("python3.12"), None);
        let found = around.find_command("python3");
        assert!(found.is_none_or(|path| path.ends_with("/bin/python3")));
    }

    #[test]
    fn a_word_with_a_separator_is_a_path() {
        assert!(is_path("./python") && is_path("/usr/bin/python3") && is_path(".venv"));
        assert!(!is_path("3.13t") && !is_path("all") && !is_path("python3.12"));
    }

    #[test]
    fn a_tilde_is_the_home() {
        let home = home_folder().expect("a home");
        assert_eq!(
            absolute_path("~/no/python"),
            Path::new(&home).join("no/python")
        );
        assert!(absolute_path("~no/python").ends_with("~no/python"));
    }

    #[cfg(unix)]
    #[test]
    fn every_place_is_looked_at_in_the_order_of_what_a_learner_means() {
        let home = tempfile::tempdir().expect("a folder");
        let at = |path: &str| {
            let path = home.path().join(path);
            fs::create_dir_all(path.parent().expect("below")).expect("made");
            fs::write(&path, "").expect("written");
            path
        };
        let expected = [
            (PythonSource::Variable, at("own/python")),
            (PythonSource::Variable, at("other/bin/python3")),
            (PythonSource::VirtualEnvironment, at(".venv/bin/python3")),
            (PythonSource::Path, at("shims/python3")),
            (PythonSource::Path, at("bin/python3.12")),
            (PythonSource::Pyenv, at(".pyenv/versions/2.7.18/bin/python")),
            (PythonSource::Pyenv, at(".pyenv/versions/3.9.1/bin/python3")),
            (
                PythonSource::Uv,
                at(".local/share/uv/python/cpython-3.13/bin/python3"),
            ),
        ];
        at("shims/python3.12");
        at("bin/python3.12-config");
        let below = |path: &str| home.path().join(path);
        let [own, other] = ["own/python", "other"].map(|path| below(path).display().to_string());
        let path = env::join_paths([below("shims"), below("bin"), "relative".into()]);
        let surroundings = SearchEnvironment {
            variable: Some(format!("{own},3.13t,{other}").into()),
            virtual_env: Some(below(".venv").into()),
            path: path.ok(),
            home: Some(home.path().into()),
            ..SearchEnvironment::default()
        };
        let found: Vec<_> = surroundings
            .candidates()
            .into_iter()
            .map(|candidate| (candidate.source, candidate.path))
            .collect();
        assert_eq!(found, expected);
    }
}
