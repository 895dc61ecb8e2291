//! Events in a plain file that grows, where there are no named pipes.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    thread,
    time::Duration,
};

/// Folders for temporary files are private there.
pub fn keep_private(_: &mut tempfile::Builder) {}

/// How often the file is read.
const ROUND: Duration = Duration::from_millis(10);

/// Our end of the file.
pub struct EventChannel {
    reader: File,
}

impl EventChannel {
    /// Makes the file at that path.
    pub fn create(path: &Path) -> io::Result<Self> {
        File::create_new(path)?;
        Ok(Self {
            reader: File::open(path)?,
        })
    }

    /// Waits for a moment: whether there is something to read cannot be known.
    pub fn wait_readable(&self, limit: Duration) -> bool {
        thread::sleep(ROUND.min(limit));
        true
    }

    /// A file has no buffer to widen.
    pub fn widen_buffer(&self) {}

    /// What is there now; 0 if nothing is.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}
