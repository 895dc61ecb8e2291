//! Names of files in the lessons' folder.

use std::path::Path;

use toml::Spanned;

use super::source_file::Diagnostics;

/// Checks that a path stays inside the folder, and reports it otherwise.
pub(super) fn check_inside(diagnostics: &mut Diagnostics<'_>, file: &Spanned<String>) -> bool {
    let inside = is_inside(file.get_ref());
    if !inside {
        diagnostics
            .error(file.span(), "a program lies inside the lessons' folder")
            .help("name it from there: \"python/hello.py\"");
    }
    inside
}

/// Whether a file's name has the extension of a Python program.
pub(super) fn is_python(file: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|ending| ending == "py")
}

/// Whether a path consists of plain names and slashes.
fn is_inside(path: &str) -> bool {
    let plain = |name: &str| !name.is_empty() && !name.starts_with('.');
    !path.contains(['\\', ':']) && path.split('/').all(plain)
}
