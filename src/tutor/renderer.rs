//! Where a lesson is shown.

use std::io;

use super::{launcher::DemoLauncher, progress::ProgressEvent};
use crate::{
    lesson::Lesson,
    report::{Report, Table},
};

/// What a lesson is drawn on: a terminal, a pipe, or a test's list.
///
/// Every call draws one part with the space around it.
pub trait LessonRenderer {
    /// Draws prose.
    fn draw_markdown(&mut self, text: &str) -> io::Result<()>;
    /// Draws code of that language; empty where it is unknown.
    fn draw_code(&mut self, text: &str, lang: &str) -> io::Result<()>;
    /// Draws a table.
    fn draw_table(&mut self, table: &Table) -> io::Result<()>;
    /// Draws what a demo measured.
    fn draw_report(&mut self, report: &Report) -> io::Result<()>;
    /// Tells what went wrong; on a command line this is the error stream.
    fn show_error(&mut self, message: &str) -> io::Result<()>;
    /// Is told what the learner did in this lesson; a page that keeps nothing passes over it.
    fn record_event(&mut self, _lesson: &Lesson, _what: ProgressEvent) {}
    /// Brings everything drawn so far before the reader's eyes.
    fn flush_output(&mut self) -> io::Result<()>;
}

/// What a lesson plays on.
pub struct LessonPorts<'s> {
    /// Where it is shown.
    pub page: &'s mut dyn LessonRenderer,
    /// What runs its demos.
    pub launcher: &'s mut dyn DemoLauncher,
}
