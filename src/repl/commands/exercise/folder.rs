//! The learner's folder: starters are copied there, and the learner's changes are never overwritten.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{record, repl::language::command_error::CommandError};

/// The most copies of one starter.
const MOST_COPIES: u32 = 1000;

/// A learner's copy of a starter.
#[derive(Debug, PartialEq, Eq)]
pub enum StarterCopy {
    /// The copy was made now.
    Made(PathBuf),
    /// The copy existed, and equals the starter.
    Untouched(PathBuf),
    /// The copy existed, and has been edited.
    Edited(PathBuf),
}

impl StarterCopy {
    /// The file.
    pub fn file(&self) -> &Path {
        match self {
            Self::Made(file) | Self::Untouched(file) | Self::Edited(file) => file,
        }
    }
}

/// The learner's copy of a starter: the existing one, or a new one.
///
/// # Errors
/// The folder or the file cannot be made or read.
pub fn copy_starter(folder: &Path, name: &str, text: &str) -> Result<StarterCopy, CommandError> {
    make_folder(folder)?;
    let file = folder.join(name);
    if create_file(&file, text)? {
        return Ok(StarterCopy::Made(file));
    }
    match record::read_plain_file(&file) {
        Ok(found) if found == text.as_bytes() => Ok(StarterCopy::Untouched(file)),
        Ok(_) => Ok(StarterCopy::Edited(file)),
        Err(error) => Err(file_error("cannot read", &file, &error)),
    }
}

/// A fresh copy of a starter, beside the existing ones: `q6_four-2.py`.
///
/// # Errors
/// As for [`copy`].
pub fn copy_beside(folder: &Path, name: &str, text: &str) -> Result<StarterCopy, CommandError> {
    make_folder(folder)?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "py"));
    let names = (2..MOST_COPIES).map(|number| format!("{stem}-{number}.{ending}"));
    for name in std::iter::once(name.to_owned()).chain(names) {
        let file = folder.join(name);
        if create_file(&file, text)? {
            return Ok(StarterCopy::Made(file));
        }
    }
    let folder = folder.display();
    Err(CommandError::failed(format!(
        "`{folder}` is full of copies of `{name}`; remove some"
    )))
}

fn make_folder(folder: &Path) -> Result<(), CommandError> {
    fs::create_dir_all(folder).map_err(|error| {
        let why = file_error("cannot make the folder", folder, &error);
        CommandError::failed(format!("{why}; `set folder DIR` names another"))
    })
}

/// Writes a new file; `false` if it exists already.
fn create_file(file: &Path, text: &str) -> Result<bool, CommandError> {
    let made = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file);
    let written = match made {
        Ok(mut made) => made.write_all(text.as_bytes()).inspect_err(|_| {
            // Half a starter would count as the learner's own program.
            let _ = fs::remove_file(file);
        }),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => Err(error),
    };
    written.map_err(|error| file_error("cannot write", file, &error))?;
    Ok(true)
}

fn file_error(what: &str, path: &Path, error: &io::Error) -> CommandError {
    CommandError::failed(format!("{what} `{}`: {error}", path.display()))
}

/// The file of a folder that was written last, among the matching ones.
pub fn last_written(folder: &Path, is_meant: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path());
    let files = files.filter(|path| path.is_file() && is_meant(path));
    files.max_by_key(|file| (modified_time(file), file.clone()))
}

fn modified_time(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}

/// Whether two paths lead to the same file.
pub fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_learner_wrote_is_never_written_over() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("exercises");
        let file = folder.join("q6_four.py");
        assert_eq!(
            copy_starter(&folder, "q6_four.py", "pass\n"),
            Ok(StarterCopy::Made(file.clone()))
        );
        assert_eq!(
            copy_starter(&folder, "q6_four.py", "pass\n"),
            Ok(StarterCopy::Untouched(file.clone()))
        );
        fs::write(&file, "mine").expect("written");
        assert_eq!(
            copy_starter(&folder, "q6_four.py", "pass\n"),
            Ok(StarterCopy::Edited(file.clone()))
        );
        let second = folder.join("q6_four-2.py");
        assert_eq!(
            copy_beside(&folder, "q6_four.py", "pass\n"),
            Ok(StarterCopy::Made(second))
        );
        assert_eq!(fs::read_to_string(&file).expect("there"), "mine");
        let long_ago = SystemTime::UNIX_EPOCH;
        let first = fs::File::options().write(true).open(&file).expect("there");
        first.set_modified(long_ago).expect("its time is set");
        assert_eq!(
            last_written(&folder, |_| true),
            Some(folder.join("q6_four-2.py"))
        );
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let home = tempfile::tempdir().expect("a folder");
        let file = home.path().join("file");
        fs::write(&file, "").expect("written");
        let error = copy_starter(&file.join("below"), "a.py", "").expect_err("no folder");
        assert!(error.to_string().contains("set folder"), "{error}");
    }
}
