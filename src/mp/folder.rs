//! Private folders: the one in which workers make the sockets that we connect to, and others that a program needs.
//!
//! ipc-channel makes its sockets under the temporary folder, where only the umask protects them. Ours lies in a
//! folder that other users may not enter, with a path short enough for a socket's name.
//!
//! A folder is locked for as long as its process lives, so that the next one can tell what a dead process left.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use parking_lot::Mutex;

use super::{Error, platform, token};

const PREFIX: &str = "forklore-mp-";

/// The length of the random part of a name, in hexadecimal digits.
const RANDOM: usize = 12;

/// A socket's path may have about 107 bytes; `/.tmpXXXXXX/socket` follows the folder's.
const LONGEST: usize = 80;

/// How often a folder is made anew that another process removed before it was locked.
const CREATE_ATTEMPTS: u32 = 20;

/// How often a folder is removed anew in which a process that was just killed made one more file.
const REMOVE_ATTEMPTS: u32 = 50;

/// Those of this process; `None` once they were removed for good.
static FOLDERS: Mutex<Option<Vec<PathBuf>>> = Mutex::new(Some(Vec::new()));

/// Removes all private folders of this process, and lets no thread make one any more. It is for a program that is about
/// to exit: that drops neither what its other threads hold nor, in `std::process::exit`, what its main thread holds.
/// No context can start a worker from now on.
pub fn remove_folders() {
    // The lock is held to the end, so that no thread is making a folder.
    let mut folders = FOLDERS.lock();
    for path in folders.take().into_iter().flatten() {
        remove_folder(&path);
    }
}

/// A folder of mode 0700 that is removed with this value, by [`remove_folders`], or, if this process is killed, by the
/// next one that [makes](Self::create_in) such a folder.
#[derive(Debug)]
pub struct PrivateFolder {
    path: PathBuf,
    /// The folder itself, locked; `None` where a folder cannot be opened.
    _lock: Option<File>,
}

impl PrivateFolder {
    /// Creates the folder for sockets.
    pub(crate) fn create() -> Result<Self, Error> {
        let mut refused = None;
        for base in candidate_bases() {
            match Self::create_in(&base, PREFIX) {
                Ok(folder) if folder.path.as_os_str().len() <= LONGEST => return Ok(folder),
                Ok(folder) => {
                    let source =
                        io::Error::new(io::ErrorKind::InvalidFilename, "the path is too long");
                    let path = folder.path.clone();
                    refused = refused.or(Some(Error::Folder { path, source }));
                }
                Err(source) => refused = refused.or(Some(Error::Folder { path: base, source })),
            }
        }
        Err(refused.unwrap_or_else(|| Error::Folder {
            path: std::env::temp_dir(),
            source: io::Error::from(io::ErrorKind::NotFound),
        }))
    }

    /// Creates a folder in `base` whose name begins with `prefix`, and removes those that dead processes of this user
    /// left there.
    ///
    /// # Errors
    /// If the system refuses, or after [`remove_folders`].
    pub fn create_in(base: &Path, prefix: &str) -> io::Result<Self> {
        remove_stale_folders(base, prefix);
        let mut folders = FOLDERS.lock();
        let Some(folders) = &mut *folders else {
            return Err(io::Error::other("the program is about to end"));
        };
        for _ in 0..CREATE_ATTEMPTS {
            let name = &token::token_to_hex(&token::random_token())[..RANDOM];
            let path = base.join(format!("{prefix}{name}"));
            make_private(&path)?;
            let locked = check_private(&path).and_then(|()| lock_folder(&path));
            // Before it was locked, another process may have removed it as a stale one.
            if !path.exists() {
                continue;
            }
            return match locked {
                Ok(lock) => {
                    folders.push(path.clone());
                    Ok(Self { path, _lock: lock })
                }
                Err(error) => {
                    // Not `remove_dir_all`: it opens the folder, and we may be here for want of descriptors.
                    let _ = fs::remove_dir(path);
                    Err(error)
                }
            };
        }
        Err(io::Error::other(
            "other processes remove it again and again",
        ))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        if let Some(folders) = &mut *FOLDERS.lock() {
            folders.retain(|path| *path != self.path);
        }
        remove_folder(&self.path);
    }
}

/// Should it fail, the next process of this user that makes such a folder removes it.
fn remove_folder(path: &Path) {
    for _ in 0..REMOVE_ATTEMPTS {
        // Another thread that removes it too can make either fail before the folder is gone.
        if fs::remove_dir_all(path).is_ok() || !path.exists() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
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

/// Removes the folders that dead processes of this user left in `base`.
pub fn remove_stale_folders(base: &Path, prefix: &str) {
    let entries = fs::read_dir(base).into_iter().flatten().flatten();
    let named = entries.filter(|entry| is_folder_name(&entry.file_name(), prefix));
    for path in named.map(|entry| entry.path()) {
        if check_private(&path).is_ok()
            && let Ok(folder) = File::open(&path)
            && folder.try_lock().is_ok()
        {
            remove_folder(&path);
        }
    }
}

/// Whether it is a name that [`PrivateFolder::create_in`] gives.
fn is_folder_name(name: &OsStr, prefix: &str) -> bool {
    let random = name.to_str().and_then(|name| name.strip_prefix(prefix));
    random.is_some_and(|random| {
        random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Locks a new folder.
#[cfg(unix)]
fn lock_folder(path: &Path) -> io::Result<Option<File>> {
    let folder = File::open(path)?;
    folder.lock()?;
    Ok(Some(folder))
}

#[cfg(not(unix))]
fn lock_folder(_path: &Path) -> io::Result<Option<File>> {
    Ok(None)
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
        let used = PrivateFolder::create_in(base.path(), "mp-").unwrap();
        let folders = ["mp-0123456789ab", "mp-of-others"].map(|name| base.path().join(name));
        for folder in &folders {
            make_private(folder).unwrap();
            fs::write(folder.join("socket"), "").unwrap();
        }
        remove_stale_folders(base.path(), "mp-");
        assert!(used.path().exists());
        assert_eq!(folders.map(|folder| folder.exists()), [false, true]);
    }

    #[test]
    fn processes_that_make_and_sweep_folders_at_the_same_time_do_no_harm() {
        let base = PrivateFolder::create().unwrap();
        let path = base.path();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let folder = PrivateFolder::create_in(path, "mp-").unwrap();
                        remove_stale_folders(path, "mp-");
                        fs::write(folder.path().join("socket"), "").unwrap();
                    }
                });
                scope.spawn(|| (0..200).for_each(|_| remove_stale_folders(path, "mp-")));
            }
        });
        assert_eq!(fs::read_dir(path).unwrap().count(), 0);
    }
}
