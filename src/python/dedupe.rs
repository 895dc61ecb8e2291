//! Merges several paths to the same interpreter, so that it is queried once and listed once.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    interpreter_info::InterpreterInfo,
    locations::{PythonCandidate, PythonSource, is_shim},
    pythons::FoundPython,
};

/// An interpreter file to query, and every source that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterpreterFile {
    pub path: PathBuf,
    pub sources: Vec<PythonSource>,
}

impl InterpreterFile {
    /// Whether exactly this path must run. A named script may set flags of its own, so it runs itself. A
    /// version manager's shim only leads to an interpreter, which depends on the working directory.
    pub fn runs_itself(&self) -> bool {
        let is_named = |source| matches!(source, &PythonSource::Named | &PythonSource::Variable);
        self.sources.iter().any(is_named) && !is_shim(&self.path)
    }
}

/// Groups candidates that are the same file. The first name is the one to query.
pub fn group_by_file(candidates: Vec<PythonCandidate>) -> Vec<InterpreterFile> {
    let mut files: Vec<(PathBuf, InterpreterFile)> = Vec::new();
    for PythonCandidate { path, source } in candidates {
        let real = real_path(&path);
        if let Some((_, asked)) = files.iter_mut().find(|(known, _)| *known == real) {
            push_unique(&mut asked.sources, source);
            continue;
        }
        let sources = vec![source];
        files.push((real, InterpreterFile { path, sources }));
    }
    files.into_iter().map(|(_, asked)| asked).collect()
}

/// Merges files that turn out to be the same interpreter, and gives longer names to interpreters with the same
/// name.
pub fn group_by_interpreter(
    answers: &[(InterpreterFile, Result<InterpreterInfo, String>)],
) -> Vec<FoundPython> {
    let mut found: Vec<(PathBuf, FoundPython)> = Vec::new();
    for (asked, answer) in answers {
        let reported_path = answer.as_ref().ok().and_then(InterpreterInfo::real_path);
        let behind = reported_path.unwrap_or(&asked.path);
        let runs = if asked.runs_itself() {
            &asked.path
        } else {
            behind
        };
        let real = real_path(behind);
        let new = FoundPython::new(runs.to_owned(), asked, answer.clone());
        let is_same =
            |(known, first): &&mut (PathBuf, FoundPython)| *known == real && first.is_same(&new);
        match found.iter_mut().find(is_same) {
            Some((_, first)) => first.merge_sources(new),
            None => found.push((real, new)),
        }
    }
    let mut found: Vec<FoundPython> = found.into_iter().map(|(_, found)| found).collect();
    lengthen_names(&mut found);
    found
}

/// The file that a path leads to.
pub fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Appends an element unless it is already there.
pub fn push_unique<T: PartialEq>(to: &mut Vec<T>, new: T) {
    if !to.contains(&new) {
        to.push(new);
    }
}

/// Two `3.11` become `3.11.7` and `3.11.9`; a second `3.11.7` becomes `3.11.7-2`.
fn lengthen_names(found: &mut [FoundPython]) {
    let names = |found: &[FoundPython]| -> Vec<Option<String>> {
        let name = |one: &FoundPython| Some(one.answer.as_ref().ok()?.name.clone());
        found.iter().map(name).collect()
    };
    let short = names(found);
    for (one, name) in found.iter_mut().zip(&short) {
        let same = short.iter().filter(|other| *other == name).count();
        if let Ok(interpreter) = &mut one.answer
            && same > 1
        {
            let (feature, version) = (feature_version(&interpreter.version), &interpreter.version);
            interpreter.name = interpreter.name.replacen(&feature, version, 1);
        }
    }
    let long = names(found);
    for (at, one) in found.iter_mut().enumerate() {
        let before = long[..at]
            .iter()
            .filter(|other| **other == long[at])
            .count();
        if let Ok(interpreter) = &mut one.answer
            && before > 0
        {
            interpreter.name = format!("{}-{}", interpreter.name, before + 1);
        }
    }
}

/// `3.11` of `3.11.7`.
pub fn feature_version(version: &str) -> String {
    let mut parts = version.splitn(3, '.');
    let parts = [parts.next(), parts.next()];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Interpreter;

    fn found(name: &str, version: &str) -> FoundPython {
        FoundPython {
            path: PathBuf::from(name),
            asked: Vec::new(),
            sources: vec![PythonSource::Path],
            answer: Ok(Interpreter {
                name: name.to_owned(),
                version: version.to_owned(),
                ..Interpreter::default()
            }),
            methods: Vec::new(),
            packages: Vec::new(),
        }
    }

    #[test]
    fn the_same_name_is_made_longer_until_it_is_not() {
        let mut all = [
            found("3.11", "3.11.7"),
            found("3.13t", "3.13.0"),
            found("3.11", "3.11.9"),
            found("3.11", "3.11.7"),
            found("3.12", "3.12.1"),
        ];
        lengthen_names(&mut all);
        let names: Vec<_> = all
            .iter()
            .filter_map(|one| Some(one.answer.as_ref().ok()?.name.as_str()))
            .collect();
        assert_eq!(names, ["3.11.7", "3.13t", "3.11.9", "3.11.7-2", "3.12"]);
    }

    #[test]
    fn one_file_is_asked_once_under_its_first_name() {
        let candidate = |source| PythonCandidate {
            path: "/nowhere/python3".into(),
            source,
        };
        let all = [PythonSource::Path, PythonSource::Pyenv, PythonSource::Path].map(candidate);
        let asked = group_by_file(all.to_vec());
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].sources, [PythonSource::Path, PythonSource::Pyenv]);
    }
}
