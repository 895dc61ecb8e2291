//! Files in the user's folder for state, to which lines are added.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// Appends a text to a file. Creates the file and its folder if they do not exist.
///
/// # Errors
/// If something other than a file is there, or the system refuses to write.
pub fn append_to_file(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if path.exists() && !path.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(text.as_bytes())
}
