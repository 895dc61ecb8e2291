//! The output of a session: results on one stream, messages on the other, both in the style decided at the start.

use std::io::{self, Write};

use crate::{
    render::{self, ColorChoice, Format, OutputStream, ProgressMode, Style, StyleEnvironment},
    report::{ClaimLedger, Report, Table},
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
    /// The process's own streams.
    pub fn from_standard_streams(looks: ScreenStyles) -> Self {
        Self {
            out: Box::new(io::stdout()),
            messages: Box::new(io::stderr()),
            style: looks.out,
            message_style: looks.messages,
            is_tight: false,
            may_ask: false,
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

    /// Draws the report of a run.
    pub fn write_report(&mut self, report: &Report, format: Format) -> io::Result<()> {
        render::write_report(report, format, &self.style, &mut *self.out)?;
        self.is_tight = true;
        self.out.flush()
    }

    /// Draws claims and their verdicts.
    pub fn write_ledger(&mut self, ledger: &ClaimLedger, format: Format) -> io::Result<()> {
        render::write_ledger(ledger, format, &self.style, &mut *self.out)?;
        self.is_tight = true;
        self.out.flush()
    }

    /// Draws tables that belong to no run: lists, settings, the machine's features.
    pub fn write_tables(&mut self, tables: &[Table], format: Format) -> io::Result<()> {
        render::write_tables(tables, format, &self.style, &mut *self.out)?;
        self.is_tight = true;
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
