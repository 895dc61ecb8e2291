//! Events over a named pipe, in a folder that nobody else may enter.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::{OpenOptionsExt, PermissionsExt},
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

/// Makes what is built one's own.
pub fn keep_private(builder: &mut tempfile::Builder) {
    builder.permissions(fs::Permissions::from_mode(0o700));
}

/// Our end of the pipe.
pub struct EventChannel {
    reader: File,
    /// A writer of our own: without one the pipe is at its end until the program opens it, and again once it has
    /// closed it. So nobody who opens it, or never does, or leaves it open, can make us wait.
    _writer: File,
}

impl EventChannel {
    /// Makes the pipe at that path.
    pub fn create(path: &Path) -> io::Result<Self> {
        mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR)?;
        let end = |options: &mut OpenOptions| options.custom_flags(O_NONBLOCK).open(path);
        Ok(Self {
            reader: end(OpenOptions::new().read(true))?,
            _writer: end(OpenOptions::new().write(true))?,
        })
    }

    /// Waits until there is something to read, at most so long.
    pub fn wait_readable(&self, limit: Duration) -> bool {
        self.wait_readable_or(None, limit)
    }

    /// The same, or until somebody else can be read.
    pub fn wait_readable_or(&self, other: Option<BorrowedFd<'_>>, limit: Duration) -> bool {
        let ends = [Some(self.reader.as_fd()), other];
        let ends = ends.into_iter().flatten();
        let mut ends: Vec<_> = ends
            .map(|end| PollFd::new(end, PollFlags::POLLIN))
            .collect();
        let millis = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
        let timeout = PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX);
        // A signal ends the wait early, which does no harm.
        let ready = poll(&mut ends, timeout);
        ready.is_ok_and(|ready| ready > 0) && ends[0].any().unwrap_or_default()
    }

    /// Lets more be written before somebody has to wait for us, if the system allows it.
    pub fn widen_buffer(&self) {
        #[cfg(target_os = "linux")]
        let _ = rustix::pipe::fcntl_setpipe_size(&self.reader, 1 << 20);
    }

    /// What is there now; 0 if nothing is.
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
