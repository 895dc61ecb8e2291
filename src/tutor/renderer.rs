//! The output of a lesson.

use std::{io, sync::Arc};

use super::{
    progress::{LessonHistory, ProgressEvent},
    runner::{RunOptions, Runner},
};
use crate::{
    lesson::Lesson,
    record::{Params, Recording},
    report::{Report, Table},
    schedule::ScheduleRun,
};

/// How much of an item was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemEnd {
    /// All of it.
    Shown,
    /// Its beginning; [`LessonRenderer::show_rest`] shows the rest.
    Partly,
    /// Nothing: it is to be drawn again on the next screen.
    Dropped,
}

/// Draws a lesson: on a terminal, to a pipe, or for a test.
///
/// Every call draws one part with the space around it.
pub trait LessonRenderer {
    /// Draws prose.
    fn draw_markdown(&mut self, text: &str) -> io::Result<()>;
    /// Draws code in this language; empty if it is unknown.
    fn draw_code(&mut self, text: &str, lang: &str) -> io::Result<()>;
    /// Draws what a program printed, below a line that names the program.
    fn draw_output(&mut self, heading: &str, text: &str) -> io::Result<()> {
        self.draw_markdown(heading)?;
        self.draw_code(text, "text")
    }
    /// Draws a table.
    fn draw_table(&mut self, table: &Table) -> io::Result<()>;
    /// Draws the workers of a model and what they share.
    fn draw_machine(&mut self, run: &ScheduleRun) -> io::Result<()>;
    /// Draws what leads up to a demo: its caption, and the command that runs it outside of the lesson.
    fn draw_demo_heading(&mut self, caption: &str, command: &str) -> io::Result<()> {
        self.draw_markdown(format!("{caption}\n\nDemo: `{command}`").trim_start())
    }
    /// Draws a demo's report, with its first picture above it where `pictured`.
    fn draw_report(&mut self, report: &Report, pictured: bool) -> io::Result<()>;
    /// Draws what follows a demo's report and the results of the predictions.
    fn draw_report_end(&mut self, _report: &Report) -> io::Result<()> {
        Ok(())
    }
    /// Begins an item, which [`LessonRenderer::end_item`] shows.
    fn begin_item(&mut self) {}
    /// Shows the item, or as much of it as fits on the screen. An item that `may_wait` is dropped if it does not fit.
    fn end_item(&mut self, _may_wait: bool) -> io::Result<ItemEnd> {
        Ok(ItemEnd::Shown)
    }
    /// Shows the rest of an item of which only a part was shown. Returns whether there was one.
    fn show_rest(&mut self) -> io::Result<bool> {
        Ok(false)
    }
    /// Shows an error. On a command line this is the error stream.
    fn show_error(&mut self, message: &str) -> io::Result<()>;
    /// Records what the learner did in this lesson. The default ignores it.
    fn record_event(&mut self, _lesson: &Lesson, _what: ProgressEvent) {}
    /// What the learner did in this lesson so far; `None` if that is not recorded.
    fn lesson_history(&mut self, _lesson: &Lesson) -> Option<LessonHistory> {
        None
    }
    /// Keeps the recording of a demo, for `last` and `save`. The default drops it.
    fn keep_recording(&mut self, _recording: Arc<Recording>) {}
    /// Flushes everything drawn so far.
    fn flush_output(&mut self) -> io::Result<()>;
}

/// The connections of a lesson to the outside.
pub struct LessonPorts<'s> {
    /// Draws the lesson.
    pub page: &'s mut dyn LessonRenderer,
    /// Runs its demos and programs.
    pub runner: &'s mut dyn Runner,
    /// The options of the runs.
    pub options: RunOptions,
    /// The settings of a run where the lesson sets none.
    pub defaults: &'s Params,
    /// The Pythons of demos and programs, if neither the lesson nor `defaults` names any.
    pub lesson_python: &'s [String],
}

impl<'s> LessonPorts<'s> {
    /// The Pythons that demos and programs run under where the lesson names none.
    pub fn chosen_python(&self) -> &'s [String] {
        match &self.defaults.python[..] {
            [] => self.lesson_python,
            named => named,
        }
    }
}
