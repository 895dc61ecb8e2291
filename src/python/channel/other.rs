//! Sends events through a growing file, for platforms without named pipes.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    thread,
    time::Duration,
};

/// How often the file is checked.
const ROUND: Duration = Duration::from_millis(10);

/// The reading end of the file.
pub struct EventChannel {
    reader: File,
}

impl EventChannel {
    /// Creates the file at this path.
    pub fn create(path: &Path) -> io::Result<Self> {
        File::create_new(path)?;
        Ok(Self {
            reader: File::open(path)?,
        })
    }

    /// Waits a moment, since a file cannot report new data.
    pub fn wait_readable(&self, limit: Duration) -> bool {
        thread::sleep(ROUND.min(limit));
        true
    }

    /// A file has no buffer to widen.
    pub fn widen_buffer(&self) {}

    /// Reads the available bytes; 0 if there are none.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}
