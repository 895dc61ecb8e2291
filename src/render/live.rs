//! Live output of a running demo: the workers' output, and its progress.
//!
//! Everything is drawn when an event arrives. No extra thread runs during the measurement.

mod progress;

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use self::progress::ProgressMeter;
use super::{
    ProgressMode, Style, TextRole,
    text::{clip_to_width, display_width, one_line, wrap_text},
};
use crate::{
    record::{Backend, Event, EventKind, EventObserver, HookEvent, WorkerId, WorkerKind},
    text::last_overwrite,
};

/// The output of the display.
pub type DisplayOutput = Box<dyn io::Write + Send>;

/// The maximum number of lines on the screen for one run, so that its report fits on it too. The recording has all.
const MOST_LINES: usize = 6;
/// The same for an observed program, since no demo shows its lines otherwise.
const MOST_LINES_WATCHED: usize = 200;
/// The maximum length of a line, in characters.
const LONGEST_LINE: usize = 2_000;

/// The display of one run. Clones share it.
#[derive(Clone)]
pub struct LiveDisplay {
    shared: Arc<Mutex<LiveState>>,
}

/// Creates a display that writes the workers' output to `output`. Progress goes to `messages`, or as a bar to
/// standard error.
///
/// Standard output is for results: use it as `output` only if the report is for people too.
pub fn start_display(
    style: Style,
    progress: ProgressMode,
    output: DisplayOutput,
    messages: DisplayOutput,
) -> LiveDisplay {
    let display = LiveState {
        style,
        output,
        meter: ProgressMeter::new(progress, style, messages),
        names: BTreeMap::new(),
        shown: 0,
        is_watched: false,
        main: None,
        only_main_speaks: true,
        failure: None,
    };
    LiveDisplay {
        shared: Arc::new(Mutex::new(display)),
    }
}

impl LiveDisplay {
    /// The callback for a [`crate::record::Recorder`].
    pub fn event_observer(&self) -> EventObserver {
        let live = self.clone();
        Box::new(move |event| live.lock_state().handle_event(event))
    }

    /// Ends the display: only the workers' output stays on the screen.
    ///
    /// # Errors
    /// The first error of writing. The display stopped writing then, and the run continued.
    pub fn finish(&self) -> io::Result<()> {
        let mut display = self.lock_state();
        display.meter.clear();
        match display.failure.take() {
            Some(error) => Err(error),
            None if display.shown == 0 => display.output.flush(),
            // An empty line separates the workers' output from the report.
            None => writeln!(display.output).and_then(|()| display.output.flush()),
        }
    }

    fn lock_state(&self) -> MutexGuard<'_, LiveState> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct LiveState {
    style: Style,
    output: DisplayOutput,
    meter: ProgressMeter,
    names: BTreeMap<WorkerId, String>,
    shown: usize,
    /// Whether a learner's program runs.
    is_watched: bool,
    /// Its main process.
    main: Option<WorkerId>,
    /// Whether no other process has printed so far. Then the main process needs no name.
    only_main_speaks: bool,
    failure: Option<io::Error>,
}

impl LiveState {
    fn handle_event(&mut self, event: &Event) {
        if self.failure.is_some() {
            return;
        }
        if let Err(error) = self.draw_event(event) {
            self.failure = Some(error);
            self.meter.clear();
        }
    }

    fn draw_event(&mut self, event: &Event) -> io::Result<()> {
        match &event.what {
            EventKind::RunStarted { demo, .. } if event.run == 0 => {
                self.is_watched = demo == Backend::Try.name();
                Ok(())
            }
            EventKind::WorkerStarted {
                worker, name, kind, ..
            } => {
                self.names.insert(*worker, one_line(name, self.style));
                if self.is_watched && *kind == WorkerKind::Main {
                    self.main = Some(*worker);
                }
                Ok(())
            }
            // A demo made of other demos shows one table of them; their workers' output is only recorded.
            EventKind::Output {
                worker,
                stderr,
                text,
            } if event.run == 0 => self.show_line(*worker, *stderr, text),
            EventKind::Hook {
                what: HookEvent::Stalled { text },
                ..
            } => self.show_stall(text),
            EventKind::Progress { done, of, doing } => {
                self.meter
                    .show_step(event.at_ns, *done, *of, &one_line(doing, self.style))
            }
            EventKind::RunFinished { .. } if event.run == 0 => {
                self.meter.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn show_line(&mut self, worker: WorkerId, stderr: bool, text: &str) -> io::Result<()> {
        let most = if self.is_watched {
            MOST_LINES_WATCHED
        } else {
            MOST_LINES
        };
        if self.shown > most {
            return Ok(());
        }
        self.only_main_speaks &= self.main == Some(worker);
        let mut lines = self.format_prefixed(worker, stderr, text);
        self.shown += lines.len();
        if self.shown > most {
            // This line and all further ones are left out.
            self.shown = most + 1;
            lines = self.format_bare(
                "(further lines: `more output` at the prompt, or `--save` keeps them)",
            );
        }
        self.write_lines(&lines)
    }

    /// Where a program waits in which nothing moves any more.
    fn show_stall(&mut self, text: &str) -> io::Result<()> {
        let title =
            "The program stands still: each of its threads waits for another. Ctrl-C ends it.";
        let texts = std::iter::once(title).chain(text.lines());
        let lines: Vec<String> = texts.flat_map(|text| self.format_bare(text)).collect();
        self.write_lines(&lines)
    }

    fn write_lines(&mut self, lines: &[String]) -> io::Result<()> {
        let output = &mut self.output;
        self.meter.suspend_while(|| {
            for line in lines {
                writeln!(output, "{line}")?;
            }
            output.flush()
        })
    }

    fn worker_name(&self, worker: WorkerId) -> &str {
        self.names.get(&worker).map_or("?", String::as_str)
    }

    fn make_printable(&self, text: &str) -> String {
        let text = last_overwrite(text).chars().take(LONGEST_LINE);
        one_line(&text.collect::<String>(), self.style)
    }

    /// The line without a prefix.
    fn format_bare(&self, text: &str) -> Vec<String> {
        let text = self.make_printable(text);
        let lines = wrap_text(&text, self.style.width);
        lines
            .iter()
            .map(|line| line.trim_end().to_owned())
            .collect()
    }

    /// `Process-1 │ 10`; a longer line continues below.
    fn format_prefixed(&self, worker: WorkerId, stderr: bool, text: &str) -> Vec<String> {
        let bar = if self.style.ascii { '|' } else { '│' };
        let (stream, name) = match (stderr, self.only_main_speaks) {
            // Its only process needs no name.
            (false, true) => return self.format_bare(text),
            (true, true) => ("stderr", ""),
            (true, false) => (" stderr", self.worker_name(worker)),
            (false, false) => ("", self.worker_name(worker)),
        };
        let room = (self.style.width / 2).saturating_sub(stream.len());
        let name = format!("{}{stream}", clip_to_width(name, room));
        let before = display_width(&name);
        let ink = if self.is_watched {
            TextRole::Dim
        } else {
            TextRole::Worker
        };
        let text = self.make_printable(text);
        let rest = self.style.width.saturating_sub(before + 3);
        wrap_text(&text, rest)
            .iter()
            .enumerate()
            .map(|(at, line)| {
                let name = if at == 0 {
                    self.style.paint_text(&name, ink)
                } else {
                    " ".repeat(before)
                };
                format!("{name} {bar} {line}").trim_end().to_owned()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
