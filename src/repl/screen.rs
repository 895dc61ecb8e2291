//! The output of a session: results on one stream, messages on the other, both in the style decided at the start.

use std::io::{self, Write};

use super::pager::UserPager;

use crate::{
    record::Machine,
    render::{
        self, ColorChoice, Format, FormatReader, OutputStream, ProgressMode, ReportEnd, Style,
        StyleEnvironment,
    },
    report::{Document, LessonPiece, Report, Table},
    terminal,
};

/// The streams and styles of a session.
pub struct Screen {
    /// The stream for results.
    pub out: Box<dyn Write>,
    /// The stream for errors and other messages.
    pub messages: Box<dyn Write>,
    /// The style of results.
    pub style: Style,
    /// The style of messages.
    pub message_style: Style,
    /// Whether the last output was a result with no empty line after it yet.
    pub is_tight: bool,
    /// Whether questions may be asked.
    pub may_ask: bool,
    /// The number of lines of the terminal, if there is one.
    pub height: Option<usize>,
    /// Shows what is longer than the terminal.
    pub pager: Option<UserPager>,
    /// Whether the user has a prompt.
    pub has_prompt: bool,
    /// The machine that was last named.
    pub machine: Option<Machine>,
    /// What did not fit on the screen, for the next Enter.
    pub rest: Vec<Vec<u8>>,
    /// The pieces of a lesson that becomes one page, while it is played.
    pub handout: Option<Vec<LessonPiece>>,
}

/// The styles of both streams of the process, decided separately.
#[derive(Debug, Clone, Copy)]
pub struct ScreenStyles {
    /// Standard output.
    pub out: Style,
    /// Standard error.
    pub messages: Style,
    /// How progress is shown on standard error.
    pub progress: ProgressMode,
}

impl Screen {
    /// Streams that are no terminal.
    pub fn new(out: Box<dyn Write>, messages: Box<dyn Write>, styles: (Style, Style)) -> Self {
        let (style, message_style) = styles;
        Self {
            out,
            messages,
            style,
            message_style,
            is_tight: false,
            may_ask: false,
            height: None,
            pager: None,
            has_prompt: false,
            machine: None,
            rest: Vec::new(),
            handout: None,
        }
    }

    /// The process's own streams.
    pub fn from_standard_streams(looks: ScreenStyles) -> Self {
        let (out, messages) = (Box::new(io::stdout()), Box::new(io::stderr()));
        Self {
            height: terminal::height(),
            ..Self::new(out, messages, (looks.out, looks.messages))
        }
    }

    /// Takes the current width of the terminal: it may have been resized.
    pub fn fit_width(&mut self) {
        let width = |stream| {
            Style::from_environment(&StyleEnvironment::for_stream(
                stream,
                ColorChoice::Auto,
                false,
            ))
            .width
        };
        self.height = terminal::height();
        self.style.width = width(OutputStream::Stdout);
        self.message_style.width = width(OutputStream::Stderr);
    }

    /// Writes a line of results.
    pub fn write_line(&mut self, text: &str) -> io::Result<()> {
        self.is_tight = true;
        writeln!(self.out, "{text}")
    }

    /// Writes Markdown.
    pub fn write_markdown(&mut self, text: &str) -> io::Result<()> {
        render::write_markdown(text, &self.style, &mut *self.out)
    }

    /// Writes a title and terms with descriptions, which begin at this column.
    pub fn write_definitions(
        &mut self,
        title: &str,
        entries: &[(&str, &str)],
        column: usize,
    ) -> io::Result<()> {
        self.is_tight = true;
        render::write_definitions(title, entries, column, &self.style, &mut *self.out)
    }

    /// Writes a message. A failure cannot be reported anywhere; the same holds for warnings and errors.
    pub fn write_message(&mut self, text: &str) {
        let _ = self
            .out
            .flush()
            .and_then(|()| render::message(text, &self.message_style, &mut *self.messages));
    }

    /// Writes a warning.
    pub fn write_warning(&mut self, text: &str) {
        let _ = self
            .out
            .flush()
            .and_then(|()| render::write_warning(text, &self.message_style, &mut *self.messages));
    }

    /// Writes an error with its causes.
    pub fn write_error(&mut self, error: &anyhow::Error) {
        let _ = self.out.flush().and_then(|()| {
            render::write_error(
                error.as_ref(),
                None,
                &self.message_style,
                &mut *self.messages,
            )
        });
    }

    /// Draws the report of a run: for people, the table that decides and the names of the other parts, unless `all` is
    /// asked for.
    pub fn write_report(&mut self, report: &Report, format: Format, all: bool) -> io::Result<()> {
        if all || !is_summarized(format) {
            return self.write_long(|style, to| render::write_report(report, format, style, to));
        }
        let end = self.report_end(report);
        self.write_long(|style, to| {
            render::write_summary(report, format, style, to)?;
            writeln!(to)?;
            render::write_report_end(report, end, format, style, to)
        })
    }

    /// What follows the table that decides. The machine is named once, and again when it has changed.
    pub fn report_end(&mut self, report: &Report) -> ReportEnd {
        let named = self.machine.replace(report.machine.clone());
        ReportEnd {
            has_machine: named.as_ref() != Some(&report.machine),
            at_prompt: self.has_prompt,
        }
    }

    /// Draws one part of a report, by its name.
    pub fn write_part(&mut self, report: &Report, name: &str, format: Format) -> io::Result<()> {
        self.write_long(|style, to| render::write_part(report, name, format, style, to))
    }

    /// Draws one of the pictures of a report, counted from 1; formats for programs and pages have all that was measured.
    pub fn write_picture(
        &mut self,
        report: &Report,
        number: usize,
        format: Format,
    ) -> io::Result<()> {
        if !is_summarized(format) {
            return self.write_report(report, format, true);
        }
        self.write_long(|style, to| render::write_one_picture(report, number, format, style, to))
    }

    /// Writes the result of a command.
    pub fn write_document(&mut self, document: &Document<'_>, format: Format) -> io::Result<()> {
        self.write_long(|style, to| render::write_document(document, format, style, to))
    }

    /// Draws tables that belong to no run: lists, settings, the machine's features.
    pub fn write_tables(&mut self, tables: &[Table], format: Format) -> io::Result<()> {
        self.write_document(&Document::from_tables(tables), format)
    }

    /// Writes what may be longer than the screen.
    pub fn write_long(
        &mut self,
        write: impl FnOnce(&Style, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut text = Vec::new();
        write(&self.style, &mut text)?;
        self.is_tight = true;
        self.write_or_page(&text)
    }

    /// Writes a text, by the pager if it is longer than the screen.
    pub fn write_or_page(&mut self, text: &[u8]) -> io::Result<()> {
        let is_long = self
            .height
            .is_some_and(|height| count_lines(text) >= height);
        if is_long && let Some(pager) = self.pager.as_ref().filter(|_| !self.style.accessible) {
            self.out.flush()?;
            if pager.show_text(text)? {
                return Ok(());
            }
        }
        self.out.write_all(text)?;
        self.out.flush()
    }

    /// Asks the user a question, and returns the answer; `None` if questions may not be asked.
    pub fn ask_user(&mut self, question: &str) -> io::Result<Option<String>> {
        if !self.may_ask {
            return Ok(None);
        }
        self.out.flush()?;
        write!(self.messages, "{question}")?;
        self.messages.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(Some(answer))
    }

    /// Clears the terminal; does nothing without one.
    pub fn clear(&mut self) -> io::Result<()> {
        self.is_tight = false;
        terminal::clear(&mut *self.out)
    }

    /// Writes an empty line after a result, before a prompt or other output.
    pub fn write_gap(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_tight) {
            writeln!(self.out)?;
        }
        Ok(())
    }
}

/// Whether a format is for people, who see the table that decides first.
pub fn is_summarized(format: Format) -> bool {
    format.reader() == FormatReader::Screen
}

/// The number of lines of a text.
pub fn count_lines(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n').skip(1).count()
}
