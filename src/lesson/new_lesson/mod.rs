//! Creates a new lesson that can be played, with comments that explain how it is made.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::{
    lesson_source::{self, LessonSource, LibraryError},
    library::Library,
};

/// The files of a new lesson: their names and texts, with `{number}` as a placeholder.
const FILES: [(&str, &str); 3] = [
    ("lesson-{number}.md", include_str!("lesson.md")),
    ("exercises/lesson_{number}.py", include_str!("starter.py")),
    (
        "exercises/lesson_{number}_solution.py",
        include_str!("solution.py"),
    ),
];

/// Why no lesson was created.
#[derive(Debug, Error)]
pub enum NewLessonError {
    /// The path is not a folder, or cannot be read.
    #[error(transparent)]
    Folder(LibraryError),
    /// A file of the lesson exists already.
    #[error("`{}` is there already, and nothing is overwritten; move it away, or name another folder", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The folder has files, and none of them is a lesson.
    #[error("`{}` has other files and no lesson: name a new folder, an empty one, or one with lessons", .path.display())]
    Unrelated {
        /// The folder.
        path: PathBuf,
    },
    /// The system refuses to write.
    #[error("cannot write `{}`: {source}", .path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// A lesson that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLesson {
    /// Its number: the next free one in its folder.
    pub number: u32,
    /// The files that were written, with the lesson first.
    pub files: Vec<PathBuf>,
}

/// Whether this is the text of a program of Forklore's own: of a built-in lesson, or of a new one.
pub fn is_built_in_program(text: &str) -> bool {
    lesson_source::is_embedded(text) || FILES.iter().any(|(_, own)| *own == text)
}

/// Creates a lesson in this folder, which is created too if it is missing. Nothing is ever overwritten.
///
/// # Errors
/// The folder cannot be used, or one of the files exists.
pub fn new_lesson(folder: &Path) -> Result<NewLesson, NewLessonError> {
    let number = next_number(folder)?;
    let numbered = |text: &str| text.replace("{number}", &number.to_string());
    let files = FILES.map(|(name, text)| (folder.join(numbered(name)), numbered(text)));
    // All paths are checked before the first file is written, so that no partial lesson is left.
    for (path, _) in &files {
        if path.symlink_metadata().is_ok() {
            return Err(NewLessonError::Exists { path: path.clone() });
        }
    }
    for (path, text) in &files {
        write_file(path, text)?;
    }
    Ok(NewLesson {
        number,
        files: files.into_iter().map(|(path, _)| path).collect(),
    })
}

/// One more than the highest number of the lessons in this folder, including those with errors.
fn next_number(folder: &Path) -> Result<u32, NewLessonError> {
    match LessonSource::folder(folder) {
        Err(LibraryError::Missing { .. }) => return Ok(1),
        Err(error) => return Err(NewLessonError::Folder(error)),
        Ok(_) => {}
    }
    match Library::load_folder(folder) {
        Ok(library) => Ok(library
            .lesson_numbers()
            .max()
            .unwrap_or_default()
            .saturating_add(1)),
        Err(LibraryError::Empty { .. }) if has_files(folder) => Err(NewLessonError::Unrelated {
            path: folder.to_owned(),
        }),
        Err(LibraryError::Empty { .. }) => Ok(1),
        Err(error) => Err(NewLessonError::Folder(error)),
    }
}

/// Whether anything is in a folder but hidden files, such as those of a version control system.
fn has_files(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names = entries.map(|entry| entry.file_name());
    names.any(|name| !name.as_encoded_bytes().starts_with(b"."))
}

fn write_file(path: &Path, text: &str) -> Result<(), NewLessonError> {
    let unwritable = |path: &Path, source| NewLessonError::Unwritable {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
    }
    let written = fs::File::create_new(path)
        .and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => NewLessonError::Exists {
            path: path.to_owned(),
        },
        _ => unwritable(path, source),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::lint_library;

    #[test]
    fn a_new_lesson_has_no_problems_and_the_next_number() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("mine");
        let made = new_lesson(&folder).unwrap();
        assert_eq!(made.number, 1);
        assert_eq!(lint_library(Some(&folder)).unwrap(), []);
        let again = new_lesson(&folder).unwrap();
        assert_eq!(again.number, 2);
        assert_eq!(lint_library(Some(&folder)).unwrap(), []);
        let names: Vec<PathBuf> = again
            .files
            .iter()
            .map(|file| file.strip_prefix(&folder).unwrap().to_owned())
            .collect();
        let expected = [
            "lesson-2.md",
            "exercises/lesson_2.py",
            "exercises/lesson_2_solution.py",
        ];
        assert_eq!(names, expected.map(PathBuf::from));
    }

    #[test]
    fn a_lesson_with_an_error_keeps_its_number() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.md"), "+++\nnumber = 4\n+++\n").unwrap();
        assert_eq!(new_lesson(folder.path()).unwrap().number, 5);
    }

    #[test]
    fn nothing_is_overwritten_and_no_half_is_left() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.md"), "+++\nnumber = 1\n+++\n").unwrap();
        let mine = folder.path().join("exercises/lesson_2_solution.py");
        fs::create_dir(folder.path().join("exercises")).unwrap();
        fs::write(&mine, "mine").unwrap();
        let error = new_lesson(folder.path()).unwrap_err();
        assert!(
            matches!(&error, NewLessonError::Exists { path } if *path == mine),
            "{error}"
        );
        assert!(
            error.to_string().contains("nothing is overwritten"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
        assert!(!folder.path().join("lesson-1.md").exists());
    }

    #[test]
    fn a_folder_with_other_files_gets_no_lesson() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        assert_eq!(new_lesson(folder.path()).unwrap().number, 1);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("letter.txt"), "").unwrap();
        let error = new_lesson(folder.path()).unwrap_err();
        assert!(matches!(error, NewLessonError::Unrelated { .. }), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_no_folder_for_lessons() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        let error = new_lesson(&path).unwrap_err();
        assert!(matches!(error, NewLessonError::Folder(_)), "{error}");
    }
}
