//! The source of a library's files: the binary itself, or a folder.

use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};
use thiserror::Error;

use super::source_file::without_controls;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// The largest lesson or program: 1 MiB.
const LONGEST: u64 = 1 << 20;

/// Why a folder is not a library of lessons.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// The folder does not exist.
    #[error("there is no lessons folder `{}`", .path.display())]
    Missing {
        /// The requested folder.
        path: PathBuf,
    },
    /// The path is not a folder.
    #[error("`{}` is no folder; name the folder that holds the lessons", .path.display())]
    NotAFolder {
        /// The requested path.
        path: PathBuf,
    },
    /// The folder cannot be read.
    #[error("cannot read the lessons folder `{}`: {source}", .path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The folder has no lessons.
    #[error("no lesson in `{}`: a lesson is a file named *.md (other than README.md)", .path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

/// Why a file of a library cannot be used.
#[derive(Debug)]
pub(super) enum FileError {
    Missing,
    Outside,
    TooLong,
    NotText(Vec<u8>),
    Failed(io::Error),
}

impl FileError {
    pub(super) fn message(&self) -> String {
        match self {
            Self::Missing => "there is no such file in the lessons' folder".to_owned(),
            Self::Outside => "the file lies outside the lessons' folder".to_owned(),
            Self::TooLong => format!("the file is longer than {} KiB", LONGEST >> 10),
            Self::NotText(_) => "the file is not UTF-8 text".to_owned(),
            Self::Failed(error) => format!("the file cannot be read: {error}"),
        }
    }
}

/// A source of lessons and their programs. Paths have `/` between names.
#[derive(Debug, Clone)]
pub(super) enum LessonSource {
    Embedded,
    Folder(PathBuf),
}

impl LessonSource {
    /// Opens a folder, which must be readable.
    pub(super) fn folder(path: &Path) -> Result<Self, LibraryError> {
        let path = path.to_owned();
        match fs::metadata(&path) {
            Ok(data) if data.is_dir() => Ok(Self::Folder(path)),
            Ok(_) => Err(LibraryError::NotAFolder { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(LibraryError::Missing { path })
            }
            Err(source) => Err(LibraryError::Unreadable { path, source }),
        }
    }

    /// The names of the lessons' files, sorted.
    pub(super) fn lessons(&self) -> Result<Vec<String>, LibraryError> {
        let mut names = match self {
            Self::Embedded => self.files(""),
            Self::Folder(path) => {
                list_file_names(path).map_err(|source| LibraryError::Unreadable {
                    path: path.clone(),
                    source,
                })?
            }
        };
        names.retain(|name| is_lesson(name));
        match self {
            Self::Folder(path) if names.is_empty() => {
                Err(LibraryError::Empty { path: path.clone() })
            }
            _ => Ok(names),
        }
    }

    /// The paths of the files directly in this folder, sorted; hidden ones are skipped.
    pub(super) fn files(&self, folder: &str) -> Vec<String> {
        let mut names = match self {
            Self::Embedded => list_embedded_names(folder),
            Self::Folder(path) => list_file_names(&path.join(folder)).unwrap_or_default(),
        };
        names.retain(|name| !name.starts_with('.'));
        if !folder.is_empty() {
            names = names
                .iter()
                .map(|name| format!("{folder}/{name}"))
                .collect();
        }
        names
    }

    /// The file's name in messages.
    pub(super) fn display(&self, path: &str) -> String {
        match self {
            Self::Embedded => format!("lessons/{path}"),
            Self::Folder(folder) => folder.join(path).display().to_string(),
        }
    }

    /// The unchanged text of a file.
    pub(super) fn read(&self, path: &str) -> Result<Cow<'static, str>, FileError> {
        match self {
            Self::Embedded => {
                let file = EMBEDDED.get_file(path).ok_or(FileError::Missing)?;
                let text = file.contents_utf8().map(Cow::Borrowed);
                text.ok_or_else(|| FileError::NotText(file.contents().to_vec()))
            }
            Self::Folder(folder) => read_inside(folder, path).map(Cow::Owned),
        }
    }

    /// The text of a program without control characters.
    pub(super) fn program(&self, path: &str) -> Result<Cow<'static, str>, FileError> {
        Ok(match self.read(path)? {
            Cow::Borrowed(text) => without_controls(text),
            Cow::Owned(text) => Cow::Owned(without_controls(&text).into_owned()),
        })
    }
}

/// Whether this is the text of a program that is part of the binary.
pub(super) fn is_embedded(text: &str) -> bool {
    fn has_file(folder: &Dir<'_>, content: &[u8]) -> bool {
        folder.files().any(|file| file.contents() == content)
            || folder.dirs().any(|below| has_file(below, content))
    }
    has_file(&EMBEDDED, text.as_bytes())
}

fn is_lesson(name: &str) -> bool {
    let markdown = Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
    markdown && !name.starts_with('.') && !name.eq_ignore_ascii_case("readme.md")
}

fn list_embedded_names(folder: &str) -> Vec<String> {
    let directory = match folder {
        "" => Some(&EMBEDDED),
        folder => EMBEDDED.get_dir(folder),
    };
    let files = directory.into_iter().flat_map(Dir::files);
    let mut names: Vec<String> = files
        .filter_map(|file| Some(file.path().file_name()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names
}

/// The names of everything in a folder except subfolders, sorted.
fn list_file_names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn read_inside(folder: &Path, path: &str) -> Result<String, FileError> {
    let path = folder.join(path);
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => FileError::Missing,
        _ => FileError::Failed(error),
    };
    // A link may lead outside, and reading a pipe would never end.
    let real = path.canonicalize().map_err(failed)?;
    if !real.starts_with(folder.canonicalize().map_err(failed)?) {
        return Err(FileError::Outside);
    }
    let data = real.metadata().map_err(failed)?;
    if !data.is_file() {
        return Err(FileError::Failed(io::Error::other("it is no plain file")));
    }
    if data.len() > LONGEST {
        return Err(FileError::TooLong);
    }
    let bytes = fs::read(real).map_err(failed)?;
    String::from_utf8(bytes).map_err(|error| FileError::NotText(error.into_bytes()))
}
