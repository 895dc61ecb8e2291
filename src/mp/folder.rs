//! The private folder in which workers make the sockets that we connect to.
//!
//! ipc-channel makes its sockets under the temporary folder, where only the umask protects them. Ours lies in a
//! folder that other users may not enter, with a path short enough for a socket's name.

use std::{
    fs::{self, DirBuilder, File},
    io,
    path::{Path, PathBuf},
};

use parking_lot::Mutex;

use super::{Error, platform, token};

const PREFIX: &str = "mp-";
const LOCK: &str = "lock";

/// A socket's path may have about 107 bytes; `/.tmpXXXXXX/socket` follows the folder's.
const LONGEST: usize = 80;

/// Those of this process.
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes the private folders of all contexts. It is for a program that is about to call `std::process::exit`, which
/// drops no context: their workers can start no more.
pub fn remove_folders() {
    for path in FOLDERS.lock().drain(..) {
        let _ = fs::remove_dir_all(path);
    }
}

/// A folder of mode 0700 that is removed with this value.
#[derive(Debug)]
pub(crate) struct PrivateFolder {
    path: PathBuf,
    /// Held for as long as we live: a folder whose lock is free was left by a dead process.
    _lock: File,
}

impl PrivateFolder {
    pub(crate) fn create() -> Result<Self, Error> {
        let mut refused = None;
        for base in candidate_bases() {
            remove_stale_folders(&base);
            let path = base.join(format!(
                "{PREFIX}{}",
                &token::token_to_hex(&token::random_token())[..12]
            ));
            if path.as_os_str().len() > LONGEST {
                let source = io::Error::new(io::ErrorKind::InvalidFilename, "the path is too long");
                refused = refused.or(Some(Error::Folder { path, source }));
                continue;
            }
            match Self::create_at(&path) {
                Ok(folder) => return Ok(folder),
                Err(source) => refused = refused.or(Some(Error::Folder { path, source })),
            }
        }
        Err(refused.unwrap_or_else(|| Error::Folder {
            path: std::env::temp_dir(),
            source: io::Error::from(io::ErrorKind::NotFound),
        }))
    }

    fn create_at(path: &Path) -> io::Result<Self> {
        make_private(path)?;
        let made = check_private(path).and_then(|()| {
            let lock = File::create_new(path.join(LOCK))?;
            lock.lock()?;
            // Between the last two lines another process may have removed it as a stale one.
            path.join(LOCK).metadata()?;
            Ok(lock)
        });
        match made {
            Ok(lock) => {
                FOLDERS.lock().push(path.to_owned());
                Ok(Self {
                    path: path.to_owned(),
                    _lock: lock,
                })
            }
            Err(error) => {
                // Not `remove_dir_all`: it opens the folder, and we may be here for want of descriptors.
                let _ = fs::remove_file(path.join(LOCK));
                let _ = fs::remove_dir(path);
                Err(error)
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        FOLDERS.lock().retain(|path| *path != self.path);
        // Should it fail, the next context of this user sweeps it up.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Where the folder may lie, best first.
fn candidate_bases() -> Vec<PathBuf> {
    let mut bases = Vec::new();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    bases.extend(runtime.filter(|base| base.is_absolute()));
    if cfg!(target_os = "linux") {
        // In memory: making and removing a socket there takes a third of the time that it takes on a disk.
        bases.push("/dev/shm".into());
    }
    bases.push(std::env::temp_dir());
    if cfg!(unix) {
        bases.push("/tmp".into());
    }
    bases
}

/// Removes what dead processes of this user left in `base`.
fn remove_stale_folders(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else {
        return;
    };
    for entry in entries.flatten() {
        let is_ours = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX));
        if is_ours && check_private(&entry.path()).is_ok() {
            remove_if_free(&entry.path());
        }
    }
}

fn remove_if_free(path: &Path) {
    let Ok(lock) = File::open(path.join(LOCK)) else {
        return;
    };
    if lock.try_lock().is_ok() {
        // Another process may sweep it at the same time; either does.
        let _ = fs::remove_dir_all(path);
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)
}

/// An error unless `path` is a folder of ours that other users may not enter.
#[cfg(unix)]
fn check_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let found = fs::symlink_metadata(path)?;
    let is_private = found.permissions().mode().trailing_zeros() >= 6;
    if found.is_dir() && found.uid() == platform::own_user() && is_private {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "it is not a folder of our own that nobody else may enter",
    ))
}

#[cfg(not(unix))]
fn check_private(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn other_users_may_not_enter_and_nothing_is_left() {
        let folder = PrivateFolder::create().unwrap();
        let path = folder.path().to_owned();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_in_use_is_not_swept_and_a_forgotten_one_is() {
        let base = PrivateFolder::create().unwrap();
        let used = PrivateFolder::create_at(&base.path().join("mp-used")).unwrap();
        let forgotten = base.path().join("mp-forgotten");
        make_private(&forgotten).unwrap();
        File::create_new(forgotten.join(LOCK)).unwrap();
        remove_stale_folders(base.path());
        assert!(used.path().exists());
        assert!(!forgotten.exists());
    }
}
