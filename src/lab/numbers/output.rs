//! One output that several processes print into: a file that each of them opens for appending, as when a
//! shell sends all their output to one file. The system puts one write after the other, never one into another.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{lab::LabError, measure::clock};

/// The parent's end. The file goes when this goes.
pub(super) struct SharedOutput {
    path: PathBuf,
    file: File,
}

/// What a child needs to print there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Printer {
    path: PathBuf,
    unbuffered: bool,
}

/// The child's end.
pub(super) struct Printing {
    file: File,
    unbuffered: bool,
}

impl SharedOutput {
    /// A new, empty one.
    pub(super) fn create() -> Result<Self, LabError> {
        let name = format!("forklore-{}-{}.out", std::process::id(), clock::now_ns());
        let path = std::env::temp_dir().join(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        let file = options
            .open(&path)
            .map_err(|source| failed("making", &path, source))?;
        Ok(Self { path, file })
    }

    /// For a child: a whole line is one write, or, unbuffered, its text and its end are two.
    pub(super) fn printer(&self, unbuffered: bool) -> Printer {
        Printer {
            path: self.path.clone(),
            unbuffered,
        }
    }

    /// Once every child has opened it, it needs no name any more: then nothing stays behind, whatever happens.
    pub(super) fn forget_name(&self) {
        // Where an open file cannot be removed, it goes with this end; or it stays, a small temporary file.
        let _ = std::fs::remove_file(&self.path);
    }

    /// All that was printed.
    pub(super) fn read(&self) -> Result<String, LabError> {
        let mut bytes = Vec::new();
        let mut file = &self.file;
        file.rewind()
            .and_then(|()| file.read_to_end(&mut bytes))
            .map_err(|source| failed("reading", &self.path, source))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for SharedOutput {
    fn drop(&mut self) {
        self.forget_name();
    }
}

fn failed(doing: &str, path: &Path, source: io::Error) -> LabError {
    let what = format!(
        "{doing} the shared output {} (set TMPDIR to a folder that you may write to)",
        path.display()
    );
    LabError::System { what, source }
}

impl Printer {
    /// Opens the shared output.
    pub(super) fn open(&self) -> io::Result<Printing> {
        let file = OpenOptions::new().append(true).open(&self.path)?;
        Ok(Printing {
            file,
            unbuffered: self.unbuffered,
        })
    }
}

impl Printing {
    /// Prints a line.
    pub(super) fn print(&mut self, text: &str) -> io::Result<()> {
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
            .print("my number is 7")
            .unwrap();
        output
            .printer(true)
            .open()
            .unwrap()
            .print("my number is 14")
            .unwrap();
        assert_eq!(output.read().unwrap(), "my number is 7\nmy number is 14\n");
    }

    #[test]
    fn the_file_goes_with_the_parents_end() {
        let output = SharedOutput::create().unwrap();
        let path = output.path.clone();
        assert!(path.exists());
        drop(output);
        assert!(!path.exists());
    }
}
