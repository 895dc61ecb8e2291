//! Shows what workers of the bench print: at once, above the line that is being typed if there is one.

use std::{
    io::{self, Write},
    sync::{Arc, OnceLock},
};

use parking_lot::Mutex;

use crate::{
    bench::OutputPrinter,
    render::{Style, format_worker_line},
};

/// Writes a line above the prompt while the user types. It may wait until the line editor takes the line, so it is
/// called without any lock that the prompt needs.
pub type OutputAnnouncer = Box<dyn FnMut(String) + Send>;

/// The lines that are kept while others may not be shown.
const MOST_HELD: usize = 200;

/// Where the workers' lines go. Clones share it.
#[derive(Clone)]
pub struct BenchOutput {
    style: Style,
    announce: Arc<OnceLock<Mutex<OutputAnnouncer>>>,
    /// The lines that came while none may be shown.
    held: Arc<Mutex<Option<Vec<String>>>>,
}

impl BenchOutput {
    /// Output in this style, on standard output as long as there is no announcer.
    pub fn new(style: Style) -> Self {
        Self {
            style,
            announce: Arc::default(),
            held: Arc::default(),
        }
    }

    /// From now on, shows each line with this function. The first one stays.
    pub fn set_announcer(&self, announce: OutputAnnouncer) {
        let _ = self.announce.set(Mutex::new(announce));
    }

    /// Keeps the lines for later, until [`BenchOutput::release`].
    pub fn hold(&self) {
        *self.held.lock() = Some(Vec::new());
    }

    /// Shows the lines that were kept, and each one from now on. No line is being typed now.
    pub fn release(&self) {
        let held = self.held.lock().take();
        for line in held.unwrap_or_default() {
            write_line(&line);
        }
    }

    /// The function that shows a line.
    pub fn printer(&self) -> OutputPrinter {
        let output = self.clone();
        Arc::new(move |name, text| output.show_line(name, text))
    }

    fn show_line(&self, name: &str, text: &str) {
        let line = format!("{}\n", format_worker_line(name, text, self.style));
        if let Some(held) = &mut *self.held.lock() {
            if held.len() < MOST_HELD {
                held.push(line);
            }
            return;
        }
        match self.announce.get() {
            Some(announce) => announce.lock()(line),
            None => write_line(&line),
        }
    }
}

fn write_line(line: &str) {
    let mut out = io::stdout().lock();
    // Without a reader the line has no use.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}
