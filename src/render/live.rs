//! Live output of a running demo: the workers' output, and its progress.
//!
//! Everything is drawn when an event arrives. No extra thread runs during the measurement.

mod progress;

use std::{collections::BTreeMap, io, mem, sync::Arc};

use parking_lot::Mutex;

use self::progress::ProgressMeter;
use super::{
    ProgressMode, Style, TextRole,
    text::{clip_to_width, display_width, one_line, wrap_text},
};
use crate::{
    record::{Backend, Event, EventKind, EventObserver, HookEvent, Run, WorkerId, WorkerKind},
    text::last_overwrite,
};

/// The output of the display.
pub type DisplayOutput = Box<dyn io::Write + Send>;

/// The maximum number of lines on the screen for one run, so that its report fits on it too. The recording has all.
const MOST_LINES: usize = 6;
/// The same for lines on the error stream: of a demo that crashes on purpose, its table says more.
const MOST_ERROR_LINES: usize = 3;
/// The same for an observed program, since no demo shows its lines otherwise.
const MOST_LINES_WATCHED: usize = 200;
/// Stands for the number of lines once further ones are left out.
const CUT: usize = usize::MAX;
/// The maximum length of a line, in characters.
const LONGEST_LINE: usize = 2_000;
/// The number of lines from the end of a long output: its result is often the last one.
const LAST_LINES: usize = 10;

/// The display of one run. Clones share it.
#[derive(Clone)]
pub struct LiveDisplay {
    shared: Arc<Mutex<LiveState>>,
}

/// Creates a display that writes the workers' output to `output`, and progress to `messages`.
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
        taken: 0,
        has_terminal: false,
        asked: ShownQuestion::default(),
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
        Box::new(move |event| live.shared.lock().handle_event(event))
    }

    /// Whether the program has the terminal from now on: what it asks there is shown in full, and nothing else is drawn.
    pub fn lend_terminal(&self, is_lent: bool) {
        let mut display = self.shared.lock();
        // A bar that cannot be removed was not drawn either.
        let _ = display.meter.clear();
        display.has_terminal = is_lent;
        // What it asked last stays on the screen: its line may come after the terminal was taken back.
        if is_lent {
            display.asked = ShownQuestion::default();
        }
    }

    /// Shows the last lines of an output that was longer than the screen takes.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn show_last_lines(&self, run: &Run<'_>) -> io::Result<()> {
        self.shared.lock().show_last_lines(run)
    }

    /// Ends the display: only the workers' output stays on the screen.
    ///
    /// # Errors
    /// The first error of writing. The display stopped writing then, and the run continued.
    pub fn finish(&self) -> io::Result<()> {
        let mut display = self.shared.lock();
        let cleared = display.meter.clear();
        if let Some(error) = display.failure.take() {
            return Err(error);
        }
        cleared?;
        if display.shown > 0 {
            // An empty line separates the workers' output from the report.
            writeln!(display.output)?;
        }
        display.output.flush()
    }
}

/// An unfinished line of a program that reads from the terminal.
#[derive(Default)]
struct ShownQuestion {
    text: String,
    /// Whether other lines stand below it.
    is_above: bool,
}

struct LiveState {
    style: Style,
    output: DisplayOutput,
    meter: ProgressMeter,
    names: BTreeMap<WorkerId, String>,
    shown: usize,
    /// The number of printed lines that they show.
    taken: usize,
    /// Whether the program reads from the terminal.
    has_terminal: bool,
    /// The unfinished line that it has on the screen then.
    asked: ShownQuestion,
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
            // The first error is the one to report.
            let _ = self.meter.clear();
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
            EventKind::Progress { doing, .. } if self.has_terminal => self.show_question(doing),
            EventKind::Hook { what, .. } => match &**what {
                HookEvent::Stalled { text } => self.show_stall(text),
                _ => Ok(()),
            },
            EventKind::Progress { done, of, doing } => {
                self.meter
                    .show_step(event.at_ns, *done, *of, &one_line(doing, self.style))
            }
            EventKind::RunFinished { .. } if event.run == 0 => self.meter.clear(),
            _ => Ok(()),
        }
    }

    /// Shows what is new of an unfinished line, and leaves the cursor behind it.
    fn show_question(&mut self, text: &str) -> io::Result<()> {
        let new = text.strip_prefix(&self.asked.text).unwrap_or(text);
        write!(self.output, "{}", one_line(new, self.style))?;
        self.asked.is_above &= new.is_empty();
        text.clone_into(&mut self.asked.text);
        self.output.flush()
    }

    fn show_last_lines(&mut self, run: &Run<'_>) -> io::Result<()> {
        let printed: Vec<(WorkerId, bool, &str)> = run
            .events()
            .filter_map(|event| match &event.what {
                EventKind::Output {
                    worker,
                    stderr,
                    text,
                } if event.run == 0 => Some((*worker, *stderr, text.as_str())),
                _ => None,
            })
            .collect();
        if self.failure.is_some() || self.taken == printed.len() {
            return Ok(());
        }
        let first = printed.len().saturating_sub(LAST_LINES).max(self.taken);
        for (worker, stderr, text) in &printed[first..] {
            for line in self.format_prefixed(*worker, *stderr, text) {
                writeln!(self.output, "{line}")?;
            }
        }
        self.output.flush()
    }

    fn show_line(&mut self, worker: WorkerId, stderr: bool, text: &str) -> io::Result<()> {
        let most = match (self.is_watched, stderr) {
            (true, _) => MOST_LINES_WATCHED,
            (false, true) => MOST_ERROR_LINES,
            (false, false) => MOST_LINES,
        };
        if self.shown == CUT {
            return Ok(());
        }
        self.only_main_speaks &= self.main == Some(worker);
        // What it asked at the terminal is on the screen already. Lines of the other stream don't continue it.
        let is_asking = !self.asked.text.is_empty();
        let continued = text.strip_prefix(&self.asked.text);
        let text = if let Some(rest) = continued.filter(|_| is_asking && !stderr) {
            let ShownQuestion { is_above, .. } = mem::take(&mut self.asked);
            if rest.is_empty() {
                self.taken += 1;
                return if is_above {
                    Ok(())
                } else {
                    writeln!(self.output)
                };
            }
            rest
        } else {
            self.asked.is_above = is_asking;
            text
        };
        let mut lines = self.format_prefixed(worker, stderr, text);
        self.shown += lines.len();
        if self.shown > most {
            // This line and all further ones are left out.
            self.shown = CUT;
            lines = self.format_bare(
                "(further lines: `more output` at the prompt, or `--save` keeps them)",
            );
        } else {
            self.taken += 1;
        }
        self.write_lines(&lines)
    }

    /// Where a program waits in which nothing moves any more.
    fn show_stall(&mut self, text: &str) -> io::Result<()> {
        let title = "The program stands still: all of its threads wait. Ctrl-C ends it.";
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
        let role = if self.is_watched {
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
                    self.style.paint_text(&name, role)
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
