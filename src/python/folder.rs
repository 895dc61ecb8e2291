//! The private folder that a program runs in. It has copies of all programs, the configuration and the events.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};

use super::error::ProgramError;
use crate::mp::{self, PrivateFolder};

static PROGRAMS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons/demos");

/// `multiprocessing` puts sockets below it, and a socket's path may have 107 bytes.
const LONGEST: usize = 44;

/// Each Python of an observed program loads this folder when it starts.
const SITE: &str = "site";
const SITE_FILE: &str = include_str!("site/sitecustomize.py");

const PREFIX: &str = "forklore-py-";

/// A folder that no other user may enter. It is removed when this value is dropped.
pub struct ProgramFolder(PrivateFolder);

impl ProgramFolder {
    /// Creates an empty folder.
    pub fn create() -> Result<Self, ProgramError> {
        let base = base_folder();
        match PrivateFolder::create_in(&base, PREFIX) {
            Ok(folder) => Ok(Self(folder)),
            Err(source) => Err(ProgramError::Folder { path: base, source }),
        }
    }

    /// Creates a folder for an observed program, with the modules that its Pythons load when they start.
    pub fn for_program() -> Result<Self, ProgramError> {
        let folder = Self::create()?;
        let site = site(folder.path());
        fs::create_dir(&site)
            .and_then(|()| fs::write(site.join("sitecustomize.py"), SITE_FILE))
            .map_err(|source| ProgramError::Folder { path: site, source })?;
        Ok(folder)
    }

    /// Creates a folder with copies of the demos' programs, so that child processes can import them.
    pub fn with_programs(main: &str) -> Result<Self, ProgramError> {
        if PROGRAMS.get_file(main).is_none() {
            return Err(ProgramError::Unknown(main.to_owned()));
        }
        let folder = Self::for_program()?;
        for file in PROGRAMS.files() {
            folder.write_file(&file.path().display().to_string(), file.contents())?;
        }
        Ok(folder)
    }

    /// Writes a file to the folder.
    pub fn write_file(&self, name: &str, content: &[u8]) -> Result<PathBuf, ProgramError> {
        let path = self.path().join(name);
        match fs::write(&path, content) {
            Ok(()) => Ok(path),
            Err(source) => Err(ProgramError::Folder { path, source }),
        }
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// The first entry of the module search path for Pythons of a program that runs in `folder`.
pub fn site(folder: &Path) -> PathBuf {
    folder.join(SITE)
}

/// The usual folder for temporary files, unless its path is too long for sockets.
fn base_folder() -> PathBuf {
    let usual = env::temp_dir();
    let short = Path::new("/tmp");
    if usual.as_os_str().len() > LONGEST && short.is_dir() {
        return short.to_owned();
    }
    usual
}

/// Removes the folders of Forklore processes that were killed.
pub fn remove_stale_folders() {
    mp::remove_stale_folders(&base_folder(), PREFIX);
}
