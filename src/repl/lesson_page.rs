//! A lesson's page: it is drawn on the session's screen.

use std::{
    io::{self, Write},
    sync::Arc,
};

use super::{progress_recorder::ProgressRecorder, screen::Screen};
use crate::{
    lesson::Lesson,
    record::Recording,
    render::{self, Format},
    report::{Report, Table},
    tutor::{LessonRenderer, progress::ProgressEvent},
};

/// Draws a lesson on the session's screen.
pub struct LessonPage<'s> {
    /// The screen.
    pub screen: &'s mut Screen,
    /// How results are shown. In formats for other programs, prose is left out.
    pub format: Format,
    /// Whether the reports of its demos are shown, or belong to one object that follows.
    pub shows_reports: bool,
    /// Stores the learner's actions.
    pub diary: &'s mut ProgressRecorder,
    /// Receives the last recording.
    pub last: &'s mut Option<Arc<Recording>>,
}

impl LessonPage<'_> {
    fn is_for_people(&self) -> bool {
        !matches!(self.format, Format::Json | Format::Csv)
    }

    /// A blank line between one piece and the next. (Markdown brings its own.)
    fn end_piece(&mut self) -> io::Result<()> {
        self.screen.is_tight = false;
        match self.format {
            Format::Text | Format::Plain => writeln!(self.screen.out),
            Format::Md | Format::Json | Format::Csv => Ok(()),
        }
    }
}

impl LessonRenderer for LessonPage<'_> {
    fn draw_markdown(&mut self, text: &str) -> io::Result<()> {
        match self.format {
            Format::Md => writeln!(self.screen.out, "{text}\n"),
            _ if self.is_for_people() => {
                render::write_markdown(text, &self.screen.style, &mut *self.screen.out)?;
                self.end_piece()
            }
            _ => Ok(()),
        }
    }

    fn draw_code(&mut self, text: &str, lang: &str) -> io::Result<()> {
        match self.format {
            Format::Md => writeln!(self.screen.out, "```{lang}\n{}\n```\n", text.trim_end()),
            _ if self.is_for_people() => {
                render::write_code(text, lang, &self.screen.style, &mut *self.screen.out)?;
                self.end_piece()
            }
            _ => Ok(()),
        }
    }

    fn draw_table(&mut self, table: &Table) -> io::Result<()> {
        if self.is_for_people() {
            self.screen
                .write_tables(std::slice::from_ref(table), self.format)?;
        }
        self.end_piece()
    }

    fn draw_report(&mut self, report: &Report) -> io::Result<()> {
        if !self.shows_reports {
            return Ok(());
        }
        self.screen.write_report(report, self.format)?;
        self.end_piece()
    }

    fn show_error(&mut self, message: &str) -> io::Result<()> {
        self.screen.write_message(message);
        Ok(())
    }

    fn record_event(&mut self, lesson: &Lesson, what: ProgressEvent) {
        self.diary.record_event(&lesson.slug, what, self.screen);
    }

    fn keep_recording(&mut self, recording: Arc<Recording>) {
        *self.last = Some(recording);
    }

    fn flush_output(&mut self) -> io::Result<()> {
        self.screen.out.flush()
    }
}
