//! Launching demos: the one place where the prompt and the command line meet the lab.

use std::{io, sync::Arc, time::Duration};

use super::{language::failure::Failure, screen::Looks};
use crate::{
    lab::{self, Demo, Env, Stop},
    measure, mp,
    record::{Machine, Params, Recording},
    render::{self, Format, Live},
    signals::{Cut, Signals, Target},
};

/// What came of a launch.
#[derive(Debug)]
pub struct Ran {
    /// What was measured.
    pub recording: Recording,
    /// Why it was cut short, if it was.
    pub cut: Option<Cut>,
}

/// Runs demos: for real, or in tests by answering what they would have measured.
pub trait Launch {
    /// What demos run on.
    fn machine(&mut self) -> &Machine;
    /// Runs a demo on these terms. What goes wrong is in the recording.
    fn launch(&mut self, demo: &'static Demo, params: Params, terms: Terms) -> Ran;
}

/// On which terms a demo runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How long it may take.
    pub limit: Duration,
    /// What its report will be shown as: live output stays out of a report that a program reads.
    pub format: Format,
    /// Whether what its workers print is shown while it runs.
    pub shows_lines: bool,
}

/// Whether the demo can use these settings.
///
/// # Errors
/// One sentence that names what it can use.
pub fn check(demo: &Demo, params: &Params) -> Result<(), Failure> {
    lab::check_params(demo, params).map_err(|error| Failure::usage(error.to_string()))
}

/// Runs demos in the lab, where signals reach them, and shows them live on a terminal.
pub struct Lab {
    signals: Signals,
    looks: Looks,
    machine: Option<Machine>,
}

impl Lab {
    /// A lab whose demos `signals` stops, and whose live output looks like that.
    pub fn new(signals: Signals, looks: Looks) -> Self {
        Self {
            signals,
            looks,
            machine: None,
        }
    }

    /// Lines of children belong to the report only where people read it.
    fn live(&self, terms: Terms) -> Live {
        let Looks {
            out,
            messages,
            progress,
        } = self.looks;
        let is_for_people = matches!(terms.format, Format::Text | Format::Plain);
        if !terms.shows_lines {
            let nobody = Box::new(io::sink());
            return render::live(messages, progress, nobody, Box::new(io::stderr()));
        }
        let (style, sink): (_, render::Sink) = if is_for_people {
            (out, Box::new(io::stdout()))
        } else {
            (messages, Box::new(io::stderr()))
        };
        render::live(style, progress, sink, Box::new(io::stderr()))
    }
}

impl Launch for Lab {
    fn machine(&mut self) -> &Machine {
        self.machine.get_or_insert_with(measure::machine)
    }

    fn launch(&mut self, demo: &'static Demo, params: Params, terms: Terms) -> Ran {
        let live = self.live(terms);
        let running = Running {
            stop: Stop::default(),
            mp: mp::Context::new(mp::Launcher::current()),
        };
        let env = Env {
            mp: running.mp.clone(),
            stop: running.stop.clone(),
            machine: self.machine().clone(),
            observer: Some(live.observer()),
        };
        let watch = self.signals.watch(Arc::new(running), Some(terms.limit));
        let recording = lab::run(demo, params, env);
        // Whoever read the lines is gone, or the report will meet the same error and tell it.
        let _ = live.finish();
        Ran {
            recording,
            cut: watch.finish(),
        }
    }
}

/// A demo that runs, as signals see it.
struct Running {
    stop: Stop,
    mp: mp::Context,
}

impl Target for Running {
    fn stop(&self, why: &str) {
        self.stop.stop(why);
        self.mp.stop_all();
    }

    fn kill(&self) {
        self.mp.stop_all();
    }

    fn suspend(&self) {
        self.mp.suspend_all();
    }

    fn resume(&self) {
        self.stop.paused();
        self.mp.continue_all();
    }
}
