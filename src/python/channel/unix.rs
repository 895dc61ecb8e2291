//! Sends events through a named pipe, in a folder that no other user may enter.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::OpenOptionsExt,
    },
    path::Path,
    time::Duration,
};

use nix::{
    libc::O_NONBLOCK,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::stat::Mode,
    unistd::mkfifo,
};

/// The reading end of the pipe.
pub struct EventChannel {
    reader: File,
    /// A writer of our own. Without one, the pipe would be at its end until the program opens it, and again
    /// after the program has closed it. So reading never blocks, whether a program opens the pipe, never does,
    /// or leaves it open.
    _writer: File,
}

impl EventChannel {
    /// Creates the pipe at this path.
    pub fn create(path: &Path) -> io::Result<Self> {
        mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR)?;
        let end = |options: &mut OpenOptions| options.custom_flags(O_NONBLOCK).open(path);
        Ok(Self {
            reader: end(OpenOptions::new().read(true))?,
            _writer: end(OpenOptions::new().write(true))?,
        })
    }

    /// Waits until there is something to read, for `limit` at most.
    pub fn wait_readable(&self, limit: Duration) -> bool {
        let mut ends = [PollFd::new(self.as_fd(), PollFlags::POLLIN)];
        let millis = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
        let timeout = PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX);
        // A signal ends the wait early, which is harmless.
        poll(&mut ends, timeout).is_ok_and(|ready| ready > 0)
    }

    /// Enlarges the pipe's buffer, if the system allows it, so that writers block less often.
    pub fn widen_buffer(&self) {
        #[cfg(target_os = "linux")]
        let _ = rustix::pipe::fcntl_setpipe_size(&self.reader, 1 << 20);
    }

    /// Reads the available bytes; 0 if there are none.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }
}

impl AsFd for EventChannel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}
