//! The environment that interpreters run in: the same for all of them.

use std::{env, ffi::OsString, path::Path};

use super::folder::site;

/// Inherited from our own environment. Interpreters in a non-standard location need the loader's variables;
/// some systems start no program without the others.
const TAKEN_OVER: &[&str] = if cfg!(windows) {
    &[
        "PATH",
        "PATHEXT",
        "SYSTEMROOT",
        "WINDIR",
        "COMSPEC",
        "USERPROFILE",
        "TEMP",
        "TMP",
    ]
} else {
    &["PATH", "HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"]
};

/// A version manager's wrapper needs these to find the interpreter.
const FOR_WRAPPERS: &[&str] = &["PYENV_ROOT", "PYENV_VERSION"];

/// Set for every interpreter: the same text everywhere, the same order of sets, no files left in our copies.
const SET: &[(&str, &str)] = &[
    ("LANG", "C.UTF-8"),
    ("PYTHONUTF8", "1"),
    ("PYTHONIOENCODING", "utf-8"),
    ("PYTHONHASHSEED", "0"),
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("PYTHONNOUSERSITE", "1"),
];

/// Environment variables: names and values.
pub type EnvironmentVariables = Vec<(OsString, OsString)>;

/// The environment of a program that runs in `folder`.
pub fn for_program(folder: &Path) -> EnvironmentVariables {
    let mut environment = for_query();
    environment.push(("TMPDIR".into(), folder.into()));
    environment.push(("PYTHONPATH".into(), site(folder).into()));
    environment
}

/// The environment for querying an interpreter.
pub fn for_query() -> EnvironmentVariables {
    // A named script is queried and then runs a program; it must find the same environment both times.
    let mut environment = inherited_variables(TAKEN_OVER);
    environment.extend(inherited_variables(FOR_WRAPPERS));
    environment.extend(fixed_variables());
    environment
}

fn inherited_variables(names: &'static [&str]) -> EnvironmentVariables {
    let value = |name: &&str| Some((OsString::from(name), env::var_os(name)?));
    names.iter().filter_map(value).collect()
}

fn fixed_variables() -> impl Iterator<Item = (OsString, OsString)> {
    SET.iter().map(|(name, value)| (name.into(), value.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_how_python_runs_is_left_out() {
        let names: Vec<OsString> = for_program(Path::new("/tmp/x"))
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        for name in ["PYTHONUNBUFFERED", "PYTHONHOME", "PYTHON_GIL"] {
            assert!(!names.contains(&name.into()), "{name}");
        }
        let path = ("PYTHONPATH".into(), "/tmp/x/site".into());
        assert!(
            for_program(Path::new("/tmp/x")).contains(&path),
            "ours alone"
        );
        assert!(names.contains(&"TMPDIR".into()) && names.contains(&"PYTHONUTF8".into()));
    }
}
