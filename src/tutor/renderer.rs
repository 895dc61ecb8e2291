//! The output of a lesson.

use std::{io, sync::Arc};

use super::{
    progress::ProgressEvent,
    runner::{RunOptions, Runner},
};
use crate::{
    lesson::Lesson,
    record::{Params, Recording},
    report::{Report, Table},
};

/// Draws a lesson: on a terminal, to a pipe, or for a test.
///
/// Every call draws one part with the space around it.
pub trait LessonRenderer {
    /// Draws prose.
    fn draw_markdown(&mut self, text: &str) -> io::Result<()>;
    /// Draws code in this language; empty if it is unknown.
    fn draw_code(&mut self, text: &str, lang: &str) -> io::Result<()>;
    /// Draws a table.
    fn draw_table(&mut self, table: &Table) -> io::Result<()>;
    /// Draws a demo's report.
    fn draw_report(&mut self, report: &Report) -> io::Result<()>;
    /// Shows an error. On a command line this is the error stream.
    fn show_error(&mut self, message: &str) -> io::Result<()>;
    /// Records what the learner did in this lesson. The default ignores it.
    fn record_event(&mut self, _lesson: &Lesson, _what: ProgressEvent) {}
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
    /// The terms of the runs.
    pub options: RunOptions,
    /// The settings of a run where the lesson sets none.
    pub defaults: &'s Params,
}
