//! Collects all problems of the lessons in a folder.

use std::{collections::BTreeSet, path::Path};

use super::{
    diagnostic::{Diagnostic, Severity},
    lesson_source::LibraryError,
    library::{Library, compare_places},
    source_file::{Diagnostics, SourceFile},
    style_warnings,
};

/// The problems of the lessons in a folder, or of the embedded ones, sorted by file and line.
///
/// # Errors
/// The folder cannot be used at all.
pub fn lint_library(folder: Option<&Path>) -> Result<Vec<Diagnostic>, LibraryError> {
    let library = match folder {
        Some(folder) => Library::load_folder(folder)?,
        None => Library::load_embedded(),
    };
    let mut diagnostics = library.diagnostics().to_vec();
    for (path, text) in library.programs() {
        let path = library.source().display(path);
        let source = SourceFile::new(&path, text);
        let mut of_program = Diagnostics::new(&source);
        style_warnings::check_line_lengths(&mut of_program, 0..text.len());
        diagnostics.append(&mut of_program.list);
    }
    diagnostics.extend(find_unshown_files(&library));
    diagnostics.sort_by(compare_places);
    Ok(diagnostics)
}

/// Reports files next to the shown programs that no lesson shows.
fn find_unshown_files(library: &Library) -> Vec<Diagnostic> {
    let shown: BTreeSet<&str> = library.programs().map(|(path, _)| path).collect();
    let folders: BTreeSet<&str> = shown
        .iter()
        .filter_map(|path| Some(path.rsplit_once('/')?.0))
        .collect();
    let files = folders
        .iter()
        .flat_map(|folder| library.source().files(folder));
    let forgotten = files.filter(|file| !shown.contains(file.as_str()));
    forgotten
        .map(|file| {
            let path = library.source().display(&file);
            SourceFile::new(&path, "").diagnostic(
                0..0,
                Severity::Warning,
                "no lesson shows this file",
            )
        })
        .collect()
}
