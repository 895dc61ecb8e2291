//! Progress of a run: a bar on a terminal, lines for a screen reader, nothing in a pipe.

use std::io;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::DisplayOutput;
use crate::render::{ProgressMode, Style};

/// No progress lines before a run has taken this long.
const SHORT_NS: u64 = 500_000_000;
/// The minimum time between two progress lines, in nanoseconds.
const BETWEEN_NS: u64 = 1_000_000_000;
/// The same if the total is unknown, so that the lines differ only in the time.
const BETWEEN_ENDLESS_NS: u64 = 15_000_000_000;

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
    Bar {
        style: Style,
        /// The bar, from the first step until it is cleared.
        bar: Option<ProgressBar>,
    },
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
            ProgressMode::Bar => Self::Bar { style, bar: None },
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
            Self::Bar { style, bar } => {
                if of == 0 && at_ns < SHORT_NS {
                    return Ok(());
                }
                let bar = bar.get_or_insert_with(|| new_bar(*style, of));
                let changed = bar.message() != now;
                bar.set_length(u64::from(of));
                bar.set_position(u64::from(done));
                bar.set_message(now.to_owned());
                // A new step is shown at once: the next event may take long.
                if changed {
                    bar.force_draw();
                }
                Ok(())
            }
        }
    }

    /// Hides the bar while `write` writes to the screen.
    pub(super) fn suspend_while<T>(&self, write: impl FnOnce() -> T) -> T {
        match self {
            Self::Bar { bar: Some(bar), .. } => bar.suspend(write),
            _ => write(),
        }
    }

    /// Removes the bar from the screen.
    pub(super) fn clear(&mut self) {
        if let Self::Bar { bar, .. } = self
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}

fn new_bar(style: Style, of: u32) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let signs = if style.ascii { "##-" } else { "██░" };
    // The template is fixed. An invalid one must not stop a demo, so the default bar is used.
    let template = match of {
        0 => "{wide_msg}",
        _ => "{bar:20} {pos}/{len} {wide_msg}",
    };
    let look =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(look.progress_chars(signs));
    bar
}
