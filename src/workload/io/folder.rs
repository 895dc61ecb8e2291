//! A private folder: the only platform-specific code of this crate.

use std::io;

use tempfile::{Builder, TempDir};

/// A new folder in the temporary folder. It is removed with all its files when the value is dropped.
pub fn private_folder() -> io::Result<TempDir> {
    let mut builder = Builder::new();
    builder.prefix("forklore-");
    #[cfg(unix)]
    {
        use std::{fs::Permissions, os::unix::fs::PermissionsExt};
        // Without this, the umask would decide.
        builder.permissions(Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_goes_with_its_guard() {
        let folder = private_folder().unwrap();
        let path = folder.path().to_owned();
        assert!(path.is_dir());
        drop(folder);
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_look_in() {
        use std::os::unix::fs::PermissionsExt;
        let folder = private_folder().unwrap();
        let mode = folder.path().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
