//! Progress of a run: a bar on a terminal, lines for a screen reader, nothing in a pipe.

use std::io;

use super::DisplayOutput;
use crate::render::{ProgressMode, Style, text::clip_to_width};

/// No progress lines before a run has taken this long.
const SHORT_NS: u64 = 500_000_000;
/// The minimum time between two progress lines, in nanoseconds.
const BETWEEN_NS: u64 = 1_000_000_000;
/// The same if the total is unknown, so that the lines differ only in the time.
const BETWEEN_ENDLESS_NS: u64 = 15_000_000_000;
/// The minimum time between two drawings of a bar in the same step, in nanoseconds.
const BETWEEN_BARS_NS: u64 = 50_000_000;
/// The width of a bar, in characters.
const BAR_WIDTH: usize = 20;
/// Moves to the start of the line and clears it.
const CLEAR_LINE: &str = "\r\x1b[K";

/// Shows the progress of a run.
pub(super) enum ProgressMeter {
    Silent,
    Lines {
        to: DisplayOutput,
        /// The text of the last line.
        doing: String,
        /// The earliest time of the next line.
        next_ns: u64,
    },
    Bar(ProgressBar),
}

/// A bar in the last line of the screen.
pub(super) struct ProgressBar {
    to: DisplayOutput,
    style: Style,
    /// The text on the screen; empty before the first step and once the bar was cleared.
    shown: String,
    /// The step that it shows.
    doing: String,
    /// The earliest time to draw the same step again.
    next_ns: u64,
}

impl ProgressMeter {
    pub(super) fn new(progress: ProgressMode, style: Style, to: DisplayOutput) -> Self {
        match progress {
            ProgressMode::Silent => Self::Silent,
            ProgressMode::Lines => Self::Lines {
                to,
                doing: String::new(),
                next_ns: SHORT_NS,
            },
            ProgressMode::Bar => Self::Bar(ProgressBar {
                to,
                style,
                shown: String::new(),
                doing: String::new(),
                next_ns: 0,
            }),
        }
    }

    /// Shows that a step begins. If the total is unknown, `of` is 0 and only `now` is shown.
    pub(super) fn show_step(
        &mut self,
        at_ns: u64,
        done: u32,
        of: u32,
        now: &str,
    ) -> io::Result<()> {
        match self {
            Self::Silent => Ok(()),
            Self::Lines { to, doing, next_ns } => {
                if at_ns < *next_ns || doing == now {
                    return Ok(());
                }
                let between = if of == 0 {
                    BETWEEN_ENDLESS_NS
                } else {
                    BETWEEN_NS
                };
                *next_ns = at_ns.saturating_add(between);
                now.clone_into(doing);
                if of == 0 {
                    writeln!(to, "{now}")?;
                } else {
                    writeln!(to, "{done} of {of} done, now: {now}")?;
                }
                to.flush()
            }
            Self::Bar(bar) => {
                // A new step is shown at once: the next event may take long.
                let is_soon = at_ns < bar.next_ns && bar.doing == now;
                if is_soon || (of == 0 && at_ns < SHORT_NS) {
                    return Ok(());
                }
                bar.next_ns = at_ns.saturating_add(BETWEEN_BARS_NS);
                now.clone_into(&mut bar.doing);
                bar.shown = bar_text(done, of, now, bar.style);
                bar.draw()
            }
        }
    }

    /// Hides the bar while `write` writes to the screen.
    pub(super) fn suspend_while(
        &mut self,
        write: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        let Self::Bar(bar) = self else {
            return write();
        };
        bar.erase()?;
        write()?;
        bar.draw()
    }

    /// Removes the bar from the screen.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        let Self::Bar(bar) = self else {
            return Ok(());
        };
        bar.erase()?;
        bar.shown.clear();
        Ok(())
    }
}

impl ProgressBar {
    fn draw(&mut self) -> io::Result<()> {
        if self.shown.is_empty() {
            return Ok(());
        }
        write!(self.to, "{CLEAR_LINE}{}", self.shown)?;
        self.to.flush()
    }

    fn erase(&mut self) -> io::Result<()> {
        if self.shown.is_empty() {
            return Ok(());
        }
        write!(self.to, "{CLEAR_LINE}")?;
        self.to.flush()
    }
}

/// `███████░░░░░░░░░░░░░ 3/9 threads, trial 1 of 3`, or only the step if the total is unknown. A line that fills the
/// last column would be wrapped by some terminals.
fn bar_text(done: u32, of: u32, now: &str, style: Style) -> String {
    let room = style.width.saturating_sub(1);
    if of == 0 {
        return clip_to_width(now, room).to_owned();
    }
    let (full, empty) = if style.ascii {
        ("#", "-")
    } else {
        ("█", "░")
    };
    let filled = (BAR_WIDTH * done.min(of) as usize) / of as usize;
    let bar = full.repeat(filled) + &empty.repeat(BAR_WIDTH - filled);
    clip_to_width(&format!("{bar} {done}/{of} {now}"), room).to_owned()
}
