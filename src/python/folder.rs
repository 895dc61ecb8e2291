//! The private folder that a program runs in: copies of all programs, its settings, its events.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};
use tempfile::{Builder, TempDir};

use super::error::ProgramError;

static PROGRAMS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons/demos");

/// Below it lie sockets of `multiprocessing`, whose paths may have 107 bytes.
const LONGEST: usize = 50;

/// A folder that nobody else may enter, removed with this value.
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    /// An empty one.
    pub fn create() -> Result<Self, ProgramError> {
        let base = base();
        let made = Builder::new().prefix("forklore-").tempdir_in(&base);
        let folder = made.map_err(|source| ProgramError::Folder { path: base, source })?;
        Ok(Self { folder })
    }

    /// One with copies of the demos' programs, for the children that import them.
    pub fn with_programs(main: &str) -> Result<Self, ProgramError> {
        if PROGRAMS.get_file(main).is_none() {
            return Err(ProgramError::Unknown(main.to_owned()));
        }
        let folder = Self::create()?;
        for file in PROGRAMS.files() {
            folder.write(&file.path().display().to_string(), file.contents())?;
        }
        Ok(folder)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf, ProgramError> {
        let path = self.path().join(name);
        match fs::write(&path, content) {
            Ok(()) => Ok(path),
            Err(source) => Err(ProgramError::Folder { path, source }),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// The usual place for temporary files, unless its path is too long for sockets.
fn base() -> PathBuf {
    let usual = env::temp_dir();
    let short = Path::new("/tmp");
    if usual.as_os_str().len() > LONGEST && short.is_dir() {
        return short.to_owned();
    }
    usual
}
