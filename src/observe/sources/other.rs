//! Other systems: all processes write into the pipes that the program was started with.

use std::{io, path::Path, time::Duration};

use super::{OutputPiece, messages_path, output_paths};
use crate::python::EventChannel;

/// All sources of a run.
pub struct EventSources {
    messages: EventChannel,
    /// The pipes, and whether each is for standard error.
    output: [(EventChannel, bool); 2],
}

impl EventSources {
    /// Creates the pipes of a run in its folder.
    pub fn create(folder: &Path) -> io::Result<Self> {
        let messages = EventChannel::create(&messages_path(folder))?;
        messages.widen_buffer();
        let [out, err] = output_paths(folder);
        let (out, err) = (EventChannel::create(&out)?, EventChannel::create(&err)?);
        Ok(Self {
            messages,
            output: [(out, false), (err, true)],
        })
    }

    /// An exit is noticed at the end of a wait.
    pub fn watch_exit(&mut self, _: u32) {}

    /// Waits until there is a message, for `limit` at most.
    pub fn wait(&mut self, limit: Duration) {
        self.messages.wait_readable(limit);
    }

    /// Reads messages of the hooks; 0 if there are none.
    pub fn read_messages(&mut self, buffer: &mut [u8]) -> usize {
        self.messages.read(buffer).unwrap_or(0)
    }

    /// Pythons open no pipes there.
    pub fn accept_pipes(&mut self, _: impl FnMut(u32)) {}

    /// Reads output; `None` if there is none.
    pub fn read_output(&mut self, buffer: &mut [u8]) -> Option<OutputPiece> {
        for (channel, stderr) in &mut self.output {
            let stderr = *stderr;
            let size = channel.read(buffer).unwrap_or(0);
            if size > 0 {
                return Some(OutputPiece {
                    pipe: u64::from(stderr),
                    owner: None,
                    stderr,
                    size,
                });
            }
        }
        None
    }

    /// No pipe is a process's own there.
    pub fn release_pipes(&mut self, _: impl Fn(u32) -> bool) {}

    /// Lets standard error be read, too, when there is too much standard output.
    pub fn rotate_pipes(&mut self) {
        self.output.rotate_left(1);
    }
}
