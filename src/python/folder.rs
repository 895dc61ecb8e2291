//! The private folder that a program runs in. It has copies of all programs, the configuration and the events.

use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};
use tempfile::{Builder, TempDir};

use super::{channel, error::ProgramError};

static PROGRAMS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons/demos");

/// `multiprocessing` puts sockets below it, and a socket's path may have 107 bytes.
const LONGEST: usize = 50;

/// Each Python of an observed program loads this folder when it starts.
const SITE: &str = "site";
const SITE_FILE: &str = include_str!("site/sitecustomize.py");

const PREFIX: &str = "forklore-py-";

/// Locked while the folder is in use. A folder with a free lock is stale.
const LOCK: &str = ".lock";
const UNNAMED_LOCK: &str = ".lock-to-be";

/// A folder that no other user may enter. It is removed when this value is dropped.
pub struct ProgramFolder {
    folder: TempDir,
    /// `None` if the file system has no locks. Then no other process can mistake the folder for a stale one.
    _lock: Option<File>,
}

impl ProgramFolder {
    /// Creates an empty folder.
    pub fn create() -> Result<Self, ProgramError> {
        let base = base_folder();
        remove_stale_folders(&base);
        let mut builder = Builder::new();
        builder.prefix(PREFIX);
        channel::keep_private(&mut builder);
        let folder = match builder.tempdir_in(&base) {
            Ok(folder) => folder,
            Err(source) => return Err(ProgramError::Folder { path: base, source }),
        };
        Ok(Self {
            _lock: lock_folder(folder.path()).ok(),
            folder,
        })
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
        self.folder.path()
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

/// Creates and locks a folder's lock file. The file gets its final name only once it is locked, so that it is
/// never seen unlocked.
fn lock_folder(folder: &Path) -> io::Result<File> {
    let unnamed = folder.join(UNNAMED_LOCK);
    let lock = File::create_new(&unnamed)?;
    lock.try_lock()?;
    fs::rename(unnamed, folder.join(LOCK))?;
    Ok(lock)
}

/// Removes the folders of Forklore processes that were killed.
fn remove_stale_folders(base: &Path) {
    let entries = fs::read_dir(base).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    for entry in ours.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        // A folder that is being created has no lock file yet; another user's folder cannot be read.
        let lock = File::options().write(true).open(entry.path().join(LOCK));
        // The lock is held until the folder is gone, so that no other process removes it at the same time.
        if let Ok(lock) = lock
            && lock.try_lock().is_ok()
        {
            // If this fails, the next call tries again.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_its_lock_and_nobody_sweeps_it() {
        let folder = ProgramFolder::create().expect("a folder");
        assert!(folder.path().join(LOCK).exists());
        assert!(!folder.path().join(UNNAMED_LOCK).exists());
        remove_stale_folders(folder.path().parent().expect("a base"));
        assert!(folder.path().exists());
    }

    #[test]
    fn a_folder_in_use_stays_and_a_forgotten_one_goes() {
        let base = tempfile::tempdir().expect("a folder");
        let make = |name: &str| {
            let folder = base.path().join(name);
            fs::create_dir(&folder).expect("made");
            (File::create(folder.join(LOCK)).expect("a file"), folder)
        };
        let (lock, used) = make("forklore-py-used");
        lock.lock().expect("locked");
        let (_, forgotten) = make("forklore-py-forgotten");
        let (_, other) = make("other");
        let starting = base.path().join("forklore-py-starting");
        fs::create_dir(&starting).expect("made");
        remove_stale_folders(base.path());
        assert!(used.exists() && other.exists() && starting.exists());
        assert!(!forgotten.exists());
    }
}
