//! One output that several processes print to: a file that each of them opens for appending, as when a shell
//! redirects all their output to one file. The system never writes one write into another.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{lab::LabError, measure::clock};

/// The parent's end. The file is removed when this is dropped.
pub(super) struct SharedOutput {
    path: PathBuf,
    file: File,
}

/// What a child needs to print there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OutputHandle {
    path: PathBuf,
    unbuffered: bool,
}

/// The child's end.
pub(super) struct SharedPrinter {
    file: File,
    unbuffered: bool,
}

impl SharedOutput {
    /// A new, empty output.
    pub(super) fn create() -> Result<Self, LabError> {
        let name = format!("forklore-{}-{}.out", std::process::id(), clock::now_ns());
        let path = std::env::temp_dir().join(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        let file = options
            .open(&path)
            .map_err(|source| output_error("making", &path, source))?;
        Ok(Self {
            path: open_nameless(&file, &path).unwrap_or(path),
            file,
        })
    }

    /// For a child. A whole line is one write; unbuffered, its text and its line end are two.
    pub(super) fn printer(&self, unbuffered: bool) -> OutputHandle {
        OutputHandle {
            path: self.path.clone(),
            unbuffered,
        }
    }

    /// Removes the file's name once every child has opened it, so that nothing is left behind, whatever
    /// happens.
    pub(super) fn forget_name(&self) {
        // Where an open file cannot be removed, it is removed with this value, or stays as a small temporary
        // file.
        let _ = std::fs::remove_file(&self.path);
    }

    /// The text that was printed.
    pub(super) fn read_all(&self) -> Result<String, LabError> {
        let mut bytes = Vec::new();
        let mut file = &self.file;
        file.rewind()
            .and_then(|()| file.read_to_end(&mut bytes))
            .map_err(|source| output_error("reading", &self.path, source))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for SharedOutput {
    fn drop(&mut self) {
        self.forget_name();
    }
}

/// A path to the open file that needs no name in any folder: its name is removed at once, so that not even a
/// killed run leaves anything behind. `None` if the system has no such path.
fn open_nameless(file: &File, path: &Path) -> Option<PathBuf> {
    let open = system::open_files()?.join(system::descriptor(file)?);
    OpenOptions::new().append(true).open(&open).ok()?;
    std::fs::remove_file(path).ok()?;
    Some(open)
}

#[cfg(target_os = "linux")]
mod system {
    use std::{fs::File, os::fd::AsRawFd, path::PathBuf};

    /// Our open files, by a path that a child can use too: in the child, `self` would mean the child.
    #[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
    pub(super) fn open_files() -> Option<PathBuf> {
        Some(PathBuf::from(format!("/proc/{}/fd", std::process::id())))
    }

    #[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
    pub(super) fn descriptor(file: &File) -> Option<String> {
        Some(file.as_raw_fd().to_string())
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::{fs::File, path::PathBuf};

    pub(super) fn open_files() -> Option<PathBuf> {
        None
    }

    pub(super) fn descriptor(_: &File) -> Option<String> {
        None
    }
}

fn output_error(doing: &str, path: &Path, source: io::Error) -> LabError {
    let what = format!(
        "{doing} the shared output {} (set TMPDIR to a folder that you may write to)",
        path.display()
    );
    LabError::System { what, source }
}

impl OutputHandle {
    /// Opens the shared output.
    pub(super) fn open(&self) -> io::Result<SharedPrinter> {
        let file = OpenOptions::new().append(true).open(&self.path)?;
        Ok(SharedPrinter {
            file,
            unbuffered: self.unbuffered,
        })
    }
}

impl SharedPrinter {
    /// Prints a line.
    pub(super) fn print_line(&mut self, text: &str) -> io::Result<()> {
        if self.unbuffered {
            self.file.write_all(text.as_bytes())?;
            return self.file.write_all(b"\n");
        }
        self.file.write_all(format!("{text}\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_print_the_same_text_when_nobody_else_prints() {
        let output = SharedOutput::create().unwrap();
        output
            .printer(false)
            .open()
            .unwrap()
            .print_line("my number is 7")
            .unwrap();
        output
            .printer(true)
            .open()
            .unwrap()
            .print_line("my number is 14")
            .unwrap();
        assert_eq!(
            output.read_all().unwrap(),
            "my number is 7\nmy number is 14\n"
        );
    }

    #[test]
    fn nothing_stays_behind() {
        let output = SharedOutput::create().unwrap();
        let path = output.path.clone();
        if let Ok(file) = std::fs::read_link(&path) {
            // The file has no name even now, whatever happens to this process.
            assert!(file.to_string_lossy().ends_with("(deleted)"), "{file:?}");
            return;
        }
        assert!(path.exists());
        drop(output);
        assert!(!path.exists());
    }
}
