//! Everything that an author can be told about the lessons of a folder.

use std::{collections::BTreeSet, path::Path};

use super::{
    advice,
    known::Known,
    library::{Library, by_place},
    problem::{Problem, Severity},
    shelf::LibraryError,
    source::{Findings, Source},
};

/// The problems of the lessons in a folder, or of the binary's own, by file and line.
///
/// # Errors
/// The folder cannot be used at all.
pub fn lint(folder: Option<&Path>, known: &Known) -> Result<Vec<Problem>, LibraryError> {
    let library = match folder {
        Some(folder) => Library::load(folder, known)?,
        None => Library::embedded(known),
    };
    let mut problems = library.problems().to_vec();
    for (path, text) in library.programs() {
        let path = library.shelf().display(path);
        let source = Source::new(&path, text);
        let mut findings = Findings::new(&source);
        advice::long_lines(&mut findings, 0..text.len());
        problems.append(&mut findings.list);
    }
    problems.extend(unshown(&library));
    problems.sort_by(by_place);
    Ok(problems)
}

/// Files beside the programs that lessons show which no lesson shows.
fn unshown(library: &Library) -> Vec<Problem> {
    let shown: BTreeSet<&str> = library.programs().map(|(path, _)| path).collect();
    let folders: BTreeSet<&str> = shown
        .iter()
        .filter_map(|path| Some(path.rsplit_once('/')?.0))
        .collect();
    let files = folders
        .iter()
        .flat_map(|folder| library.shelf().files(folder));
    let forgotten = files.filter(|file| !shown.contains(file.as_str()));
    forgotten
        .map(|file| {
            let path = library.shelf().display(&file);
            Source::new(&path, "").problem(0..0, Severity::Warning, "no lesson shows this file")
        })
        .collect()
}
